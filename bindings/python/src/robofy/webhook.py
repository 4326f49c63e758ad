"""Webhooks of WhatsApp's channels: verified and read in one call, so that nobody reads what is not verified.

>>> webhook = Webhook("meta", "my-app-secret")
>>> for event in webhook.read(body, headers.get("X-Hub-Signature-256")):
...     if event.text:
...         print(event.session_id, event.text)

Answer 200 to what is read, 401 to a `robofy.SignatureError`, and 400 to a `robofy.InvalidArgumentError`. Meta's GET is
answered with what `Webhook.challenge` returns. Any number of threads may use a `Webhook` at once; nothing in it waits.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn, Optional, Union

from robofy import _arguments
from robofy._enums import Channel, EventKind
from robofy._event import Event, read_event
from robofy._failure import no_error, take_error, take_text
from robofy._native import lib
from robofy._ownership import Owned

__all__ = ["Channel", "Event", "EventKind", "Incoming", "Webhook"]


@dataclass(frozen=True)
class Incoming:
    """What a webhook's body says: iterate over it for its events. None is normal: answer 200."""

    events: tuple[Event, ...] = ()
    """The events, in the order of the body."""
    skipped: int = 0
    """How many messages and statuses have no identifier or no user, and so are no event: worth a line in a log."""

    def __iter__(self) -> Iterator[Event]:
        return iter(self.events)

    def __len__(self) -> int:
        return len(self.events)


class Webhook:
    """Verifies and reads the webhooks of one channel. Immutable, and of use on any thread."""

    def __init__(self, channel: Union[Channel, str], *secrets: str) -> None:
        """Make what reads the webhooks of a channel.

        Args:
            channel: Where they come from: a `Channel`, or its name in small letters.
            *secrets: Meta's app secret; WAHA's HMAC key; Evolution API's `jwt_key` or the instance's API key; Twilio's
              auth token. Several while one is replaced by another. Without any, what is not signed is read, as
              360dialog's webhooks are: something else has to keep strangers away then.

        Raises:
            InvalidArgumentError: there is no such channel, or a secret is empty.
            TypeError: a secret is no `str`, such as None where a variable of the environment is not set.

        """
        self._channel = _arguments.member("channel", channel, Channel)
        encoded = [_arguments.secret("secret", secret) for secret in secrets]
        error = no_error()
        pointer = lib.robofy_webhook_new(self._channel, encoded[0] if encoded else None, error)
        if not pointer:
            raise take_error(error)
        self._owned = Owned(pointer, lib.robofy_webhook_free)
        for more in encoded[1:]:
            lib.robofy_webhook_add_secret(self._owned, more)

    def read(
        self, body: Union[bytes, bytearray, memoryview], signature: Union[str, bytes, None], url: Optional[str] = None
    ) -> Incoming:
        """Verify the body of a POST, and read it.

        Args:
            body: Its bytes as they came: one that was parsed and written again has another signature.
            signature: The header `X-Hub-Signature-256` of Meta, `X-Webhook-Hmac` of WAHA, `Authorization` of Evolution
              API, `X-Twilio-Signature` of Twilio; None if the request has none.
            url: The public URL as Twilio calls it, with its query; the other channels do not sign it.

        Returns:
            What came in. Fields, types and values that are not known are no error.

        Raises:
            SignatureError: the signature is missing or wrong: answer 401.
            InvalidArgumentError: the body is not JSON (Twilio: a form), is larger than 3 MB or nests deeper than 128
              levels: answer 400.

        """
        octets = _arguments.octets("body", body)
        address = None if url is None else _arguments.text("url", url)
        header = None if signature is None else _arguments.header("signature", signature)
        error = no_error()
        pointer = lib.robofy_webhook_read(self._owned, address, header, octets, len(octets), error)
        if not pointer:
            raise take_error(error)
        incoming = Owned(pointer, lib.robofy_incoming_free)
        places = range(lib.robofy_incoming_count(incoming))
        return Incoming(
            events=tuple(read_event(lib.robofy_incoming_event(incoming, at), incoming) for at in places),
            skipped=lib.robofy_incoming_skipped(incoming),
        )

    def challenge(self, query: Union[str, bytes], verify_token: str) -> Optional[str]:
        """Say what to answer, with 200 and as plain text, to the GET by which Meta asks for a webhook.

        Args:
            query: The query of the request's URL, as it stands there.
            verify_token: The token that was entered at Meta.

        Returns:
            The answer; None if the request is not that, or has another token: answer 403.

        """
        token = _arguments.text("verify_token", verify_token)
        pointer = lib.robofy_webhook_challenge(self._owned, _arguments.header("query", query), token)
        return take_text(pointer) if pointer else None

    def __repr__(self) -> str:
        return f"Webhook({self._channel.name.lower()!r})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("Webhook holds secrets and cannot be copied or pickled: share this one among threads")
