"""Each status has a class, and each error says what the service said."""

import builtins
import concurrent.futures
import copy
import pickle
import socket
import time
from typing import Callable, Union

import pytest
from chats import chat
from standin import Standin

import robofy
from robofy._failures import BY_STATUS

ANSWERED = [
    ("400", robofy.BadRequestError, "BAD_REQUEST"),
    ("422", robofy.BadRequestError, None),
    ("401", robofy.UnauthorizedError, "UNAUTHORIZED"),
    ("403", robofy.ForbiddenError, "FORBIDDEN"),
    ("404", robofy.NotFoundError, None),
    ("429", robofy.RateLimitedError, None),
    ("500", robofy.ServerError, "INTERNAL_SERVER_ERROR"),
    ("503", robofy.ServerError, None),
]
RETRYABLE = {"429", "503"}

ALL_CLASSES = robofy.RobofyError.__subclasses__()


@pytest.mark.parametrize(("http_status", "expected", "code"), ANSWERED)
def test_an_answered_failure(
    client: robofy.Client, http_status: str, expected: type[robofy.RobofyError], code: Union[str, None]
) -> None:
    with pytest.raises(robofy.RobofyError) as caught:
        chat(client, f"!status={http_status}")

    error = caught.value
    assert type(error) is expected
    assert error.status == expected.status
    assert error.http_status == int(http_status)
    assert error.code
    assert code is None or error.code == code
    assert error.detail
    assert http_status in error.message
    assert error.code in error.message
    assert str(error) == error.message
    assert error.is_retryable == (http_status in RETRYABLE)
    assert error.retry_after is None


def test_a_failure_without_the_services_envelope(client: robofy.Client) -> None:
    with pytest.raises(robofy.ServerError) as caught:
        chat(client, "!status=502 body=html")

    assert caught.value.http_status == 502
    assert caught.value.code is None


def test_retry_after_is_in_seconds(client: robofy.Client) -> None:
    with pytest.raises(robofy.RateLimitedError) as caught:
        chat(client, "!status=429 retry-after=7")
    assert caught.value.retry_after == 7.0

    with pytest.raises(robofy.RateLimitedError) as caught:
        chat(client, "!status=429 retry-after=date+3600")
    assert caught.value.retry_after is not None
    assert 3000 < caught.value.retry_after <= 3600


@pytest.mark.parametrize("query", ["!not-json", "!no-answer", "!empty-answer", "!bad-utf8", "!truncate", "!status=204"])
def test_a_response_that_is_not_documented(client: robofy.Client, query: str) -> None:
    with pytest.raises(robofy.ProtocolError):
        chat(client, query)


def test_a_connection_lost_after_sending(client: robofy.Client) -> None:
    with pytest.raises(robofy.ChatInterruptedError) as caught:
        chat(client, "!reset=before")

    assert caught.value.http_status is None
    assert not caught.value.is_retryable


def test_a_timeout_is_also_the_builtin_one(client: robofy.Client) -> None:
    with pytest.raises(builtins.TimeoutError) as caught:
        chat(client, "!delay-ms=60000", timeout=0.2)

    assert isinstance(caught.value, robofy.ChatTimeoutError)
    assert caught.value.status is robofy.Status.TIMEOUT
    assert not caught.value.is_retryable


def test_a_service_that_is_not_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with robofy.Client("key", base_url=url, max_retries=0) as client, pytest.raises(robofy.ConnectError) as caught:
            chat(client)
    assert caught.value.is_retryable


@pytest.mark.parametrize("certificate", ["untrusted", "expired", "not-yet-valid", "wrong-name", "self-signed"])
def test_a_certificate_that_is_not_accepted(start_standin: Callable[..., Standin], certificate: str) -> None:
    standin = start_standin(tls=certificate)
    with robofy.Client("key", base_url=standin.url, ca_file=standin.ca_file) as client:
        with pytest.raises(robofy.TLSError):
            chat(client)
    assert standin.requests() == []


def test_each_status_has_a_class_of_its_own() -> None:
    assert {cls.status for cls in ALL_CLASSES} == set(robofy.Status) - {robofy.Status.OK}
    assert len(ALL_CLASSES) == len(set(robofy.Status)) - 1


def test_a_status_of_a_later_library_is_the_root_class_with_its_number() -> None:
    status = robofy.Status(99)

    assert status == 99
    assert status.name == "UNKNOWN_99"
    assert status not in BY_STATUS
    with pytest.raises(ValueError, match="nonsense"):
        robofy.Status("nonsense")  # type: ignore[arg-type]


@pytest.mark.parametrize("cls", [robofy.RobofyError, *ALL_CLASSES])
@pytest.mark.parametrize("duplicate", [copy.copy, lambda error: pickle.loads(pickle.dumps(error))])
def test_errors_travel_between_processes(
    cls: type[robofy.RobofyError], duplicate: Callable[[robofy.RobofyError], robofy.RobofyError]
) -> None:
    error = cls("what to do", http_status=429, code="CODE", detail="Detail.", is_retryable=True, retry_after=1.5)
    copied = duplicate(error)

    assert type(copied) is cls
    assert str(copied) == "what to do"
    assert vars(copied) == vars(error)
    assert copied.status == error.status


def test_an_unknown_status_travels_too() -> None:
    error = pickle.loads(pickle.dumps(robofy.RobofyError("later", status=robofy.Status(99))))

    assert error.status == 99


def test_a_star_import_shadows_nothing() -> None:
    taken = set(vars(builtins)) | set(vars(concurrent.futures)) | {"InterruptedError", "CancelledError"}

    assert not taken & set(robofy.__all__)


def test_the_key_is_in_no_error(standin: Standin) -> None:
    with robofy.Client("canary", base_url=standin.url, max_retries=0) as client:
        for query in ("!status=401", "!status=500 body=text", "!not-json", "!reset=before"):
            with pytest.raises(robofy.RobofyError) as caught:
                chat(client, query)
            assert "canary" not in f"{caught.value!r} {vars(caught.value)}"


def test_a_wait_that_would_pass_the_deadline_fails_at_once(standin: Standin) -> None:
    started = time.monotonic()
    with robofy.Client("key", base_url=standin.url, timeout=60) as client:
        with pytest.raises(robofy.RateLimitedError) as caught:
            chat(client, "!status=429 retry-after=3600")
    assert time.monotonic() - started < 30
    assert caught.value.retry_after == 3600
