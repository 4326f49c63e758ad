"""The calls of an inbox that do not wait for an outcome."""

import os
from ctypes import byref
from typing import Any, Optional

from robofy import _arguments, _failure, _inbox_stats
from robofy._base import BaseClient
from robofy._enums import Accept
from robofy._event import Event
from robofy._failures import InvalidArgumentError, StorageError
from robofy._inbox_options import ConfiguredInbox
from robofy._inbox_stats import InboxStats
from robofy._native import lib
from robofy._outcome import Outcome
from robofy._ownership import Native, Owned
from robofy._waiting import Waited


class InboxCalls(ConfiguredInbox):
    """What goes in, and what became of that which came out."""

    def _open(self, client: BaseClient, pid: Optional[str], chatbot_id: Optional[str], options: Owned) -> None:
        if not isinstance(client, BaseClient):
            raise TypeError(f"client must be a Client or an AsyncClient, not {type(client).__name__}")
        project, agent = client._account(pid, chatbot_id)
        self._process = os.getpid()
        error = _failure.no_error()
        inbox = lib.robofy_inbox_new(client._pointer, project.encode(), agent.encode(), options, byref(error))
        if not inbox:
            raise _failure.take_error(error)
        self._owned = Waited(inbox, lib.robofy_inbox_free, lib.robofy_inbox_poll_fd)

    def offer(self, event: Event) -> Accept:
        """Take an event of a webhook. What is `Accept.QUEUED` is kept: with a path, on disk.

        Args:
            event: The event, of any kind, as `Webhook.read` gives it.

        Returns:
            What became of it; never `Accept.REFUSED`, which is raised.

        Raises:
            StorageError: it is not kept; the text says what to do. Answer the webhook with 503: it comes again.
            OverloadedError: as many messages wait as `max_pending` says. Answer the webhook with 503.
            InvalidArgumentError: the event was not read by a `Webhook` of this process.
            TypeError: it is no event.
            RuntimeError: the inbox is closed.

        """
        if not isinstance(event, Event):
            raise TypeError(f"event must be an Event, not {type(event).__name__}")
        native = _native("event", event._native, "Webhook.read")
        error = _failure.no_error()
        return _accepted(lib.robofy_inbox_offer(self._pointer, native, byref(error)), error)

    def offer_text(self, channel_id: Optional[str], user: str, message_id: str, text: str) -> Accept:
        """Take a text, for who has no webhook of which there are events.

        Args:
            channel_id: The business's side of the conversation, which outcomes have; None where there is one alone.
            user: The sender's number, or other identifier.
            message_id: The channel's identifier of the message, by which it is a duplicate when it comes again.
            text: What the user has written; an empty text is `Accept.IGNORED`.

        Returns:
            What became of it, as of `offer`.

        Raises:
            RobofyError: as of `offer`; `InvalidArgumentError` also for an empty user or message_id.
            TypeError: an argument is of the wrong type.
            RuntimeError: the inbox is closed.

        """
        texts = [
            None if channel_id is None else _arguments.message_text("channel_id", channel_id),
            _arguments.message_text("user", user),
            _arguments.message_text("message_id", message_id),
            _arguments.message_text("text", text),
        ]
        error = _failure.no_error()
        return _accepted(lib.robofy_inbox_offer_text(self._pointer, *texts, byref(error)), error)

    def sent(self, outcome: Outcome, part: int, provider_id: Optional[str] = None) -> None:
        """Say that a part of an outcome was sent. Only when each is reported does the session go on.

        Args:
            outcome: The outcome, of this inbox.
            part: Which of its parts, from 0 on.
            provider_id: The channel's identifier of the message that was sent; None if it gave none.

        Raises:
            StorageError: it is not kept: report it again, or the part comes again after a restart.
            InvalidArgumentError: there is no such part.
            TypeError: an argument is of the wrong type.
            RuntimeError: the inbox is closed.

        """
        number = _arguments.integer("part", part, bits=32)
        name = None if provider_id is None else _arguments.message_text("provider_id", provider_id)
        self._say(lib.robofy_inbox_sent, _reported(outcome), number, name)

    def failed(self, outcome: Outcome, part: int, code: int) -> None:
        """Say that a part of an outcome could not be sent, and send no more of that outcome.

        What is left of it comes again in another outcome, when it is time to send it. The part that has failed is among
        that, unless its code says that it will never be sent or it has failed too often.

        Args:
            outcome: The outcome, of this inbox.
            part: Which of its parts, from 0 on.
            code: Meta's error code; else the HTTP status, from 400 on; less than 0 for a connection that was lost.

        Raises:
            RobofyError: as of `sent`.
            TypeError: an argument is of the wrong type.
            RuntimeError: the inbox is closed.

        """
        number = _arguments.integer("part", part, bits=32)
        error_code = _arguments.integer("code", code, least=-(2**31), bits=31)
        self._say(lib.robofy_inbox_failed, _reported(outcome), number, error_code)

    def pause(self, session_id: str, duration: float) -> None:
        """Keep the agent silent, as while a person has the conversation. What is under way ends as expired.

        Args:
            session_id: The session, or any other identifier of the user.
            duration: How many seconds from now on.

        Raises:
            StorageError: it is not kept.
            InvalidArgumentError: also if no channel has brought a message yet.
            TypeError: an argument is of the wrong type.
            RuntimeError: the inbox is closed.

        """
        session = _arguments.message_text("session_id", session_id)
        self._say(lib.robofy_inbox_pause, session, _arguments.milliseconds("duration", duration))

    def resume(self, session_id: str) -> None:
        """Let the agent answer again. Messages that came meanwhile stay unanswered.

        Args:
            session_id: As for `pause`.

        Raises:
            RobofyError: as of `pause`.
            TypeError: an argument is of the wrong type.
            RuntimeError: the inbox is closed.

        """
        self._say(lib.robofy_inbox_resume, _arguments.message_text("session_id", session_id))

    def stats(self) -> InboxStats:
        """Take a snapshot of what the inbox has and has done. Any thread may ask at any time.

        Raises:
            StorageError: what is kept cannot be read, or is the parent process's.
            RuntimeError: the inbox is closed.

        """
        stats = lib.robofy_inbox_stats(self._pointer)
        if not stats:
            self._refuse_the_parents()
            raise StorageError("what the inbox keeps cannot be read: look at the disk of its path")
        return _inbox_stats.parse(_failure.take_text(stats))

    def _say(self, function: Any, *arguments: Any) -> None:
        error = _failure.no_error()
        if not function(self._pointer, *arguments, byref(error)):
            raise _failure.take_error(error)

    def _refuse_the_parents(self) -> None:
        if self._process != os.getpid():
            raise StorageError(
                "the inbox was made before the fork and belongs to the parent process: make another one in the child, "
                "at a path of its own"
            )


def _reported(outcome: Outcome) -> Native:
    if not isinstance(outcome, Outcome):
        raise TypeError(f"outcome must be an Outcome, not {type(outcome).__name__}")
    return _native("outcome", outcome._native, "an Inbox")


def _native(parameter: str, native: Optional[Native], source: str) -> Native:
    if native is None:
        raise InvalidArgumentError(f"{parameter} does not come from {source} of this process")
    return native


def _accepted(accept: int, error: Any) -> Accept:
    if error:
        raise _failure.take_error(error)
    return Accept(accept)
