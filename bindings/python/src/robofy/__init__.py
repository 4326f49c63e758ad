"""Send a WhatsApp user's message to a Robofy AI agent and get the answer.

>>> with robofy.Client(pid="...", chatbot_id="...") as client:
...     print(client.whatsapp_chat(session_id="...", query="Hello"))

`AsyncClient` is the same for asyncio, with thousands of chats at once. `robofy.testing` has clients for tests of your
own.

# Streams

`Client.stream` and `AsyncClient.stream` send a message to a path where the agent answers in events while it writes: the
one is an iterator, the other for `async for`.

>>> with client.stream("/v1/...", query="Hello") as stream:
...     for event in stream:
...         print(event.text if event.kind is robofy.StreamEventKind.DELTA else "", end="")

# The rest of the API

`Client.request` calls any endpoint, `Client.upload` sends files, and `leads`, `sessions` and `agent_settings` read the
endpoints whose answers the service's reference describes. `AsyncClient` has the same.

>>> client.request("GET", "/v1/projects").data

# WhatsApp text and webhooks

`format` writes an answer's Markdown as WhatsApp text, `split` cuts it into messages that fit, and `Reply.parts` does
both (`robofy.text`). `robofy.webhook.Webhook` verifies what Meta, WAHA, Evolution API or Twilio sends, and reads it.

>>> client.whatsapp_chat(session_id="...", query="Hello").parts()

# An inbox

`Inbox` is the way from webhooks to answers that are sent: it keeps what comes in, over a restart if it has a path, asks
the agent once for each burst of messages, and gives out what is to be sent.

>>> inbox = robofy.Inbox(client, path="/var/lib/bot")
>>> inbox.offer(event)
>>> async for outcome in inbox:
...     ...

# Units

Times are in seconds, as numbers, and sizes in bytes. Texts are `str`; one that holds a NUL is refused. Half of
a surrogate pair in a message, as of an emoji that was cut, is sent as U+FFFD, and so is a byte that was not UTF-8
(`surrogateescape`).

# Errors

Every failure is a `RobofyError`, of a subclass for each `Status`. By default a message is sent again only where the
agent cannot have seen it; `RobofyError.is_retryable` says whether that still holds for what was raised. An argument
of the wrong type is a `TypeError`, and a call on a closed client a `RuntimeError`.

The logger `robofy` is told, at level INFO, of each failure and of each answer that took more than one attempt; never of
the key or a message's text.

# Threads

Threads may share a `Client`, and should. A call that waits leaves the interpreter to the other threads. In the main
thread signal handlers run meanwhile, and one that raises, as Ctrl-C's does, ends the call at once. An `AsyncClient`
belongs to the thread of the event loop that its chats wait on. Threads and event loops may share an `Inbox`. `Reply`,
`Outcome`, `Stats` and errors may go to any thread.

# Forks

A client made before `os.fork()`, `multiprocessing` or a prefork server works in each child, over connections of the
child's own. Chats in flight stay the parent's, and so does an `Inbox`. With the spawn method make a client in each
process: clients cannot be pickled, errors and replies can.

# Environment

`ROBOFY_API_KEY` is the key of a client that is given none. `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` are read when a
client is made, unless `proxy` is given. `ROBOFY_LIBRARY` names the shared library to load in place of the one that came
with the package or is the system's; it is read at import.
"""

from robofy import text as text
from robofy import webhook as webhook
from robofy._async_client import AsyncClient
from robofy._base import RateLimit
from robofy._client import Client
from robofy._endpoints import AgentSettings, Session
from robofy._enums import Accept, Dialect, MediaPolicy, OutcomeKind
from robofy._errors import RobofyError
from robofy._failures import (
    BadRequestError,
    ChatCancelledError,
    ChatInterruptedError,
    ChatTimeoutError,
    ConnectError,
    ForbiddenError,
    InternalError,
    InvalidArgumentError,
    NotFoundError,
    OverloadedError,
    ProtocolError,
    RateLimitedError,
    ServerError,
    SignatureError,
    StorageError,
    TLSError,
    UnauthorizedError,
)
from robofy._inbox import Inbox
from robofy._inbox_stats import InboxStats
from robofy._outcome import Outcome, Part
from robofy._reply import Reply
from robofy._response import Response
from robofy._stats import Latency, Stats
from robofy._status import Status
from robofy._stream import AsyncStream, Stream
from robofy._stream_event import StreamEvent, StreamEventKind
from robofy._upload import Upload
from robofy._version import __version__
from robofy.text import format as format
from robofy.text import split

__all__ = [
    "Accept",
    "AgentSettings",
    "AsyncClient",
    "AsyncStream",
    "BadRequestError",
    "ChatCancelledError",
    "ChatInterruptedError",
    "ChatTimeoutError",
    "Client",
    "ConnectError",
    "Dialect",
    "ForbiddenError",
    "Inbox",
    "InboxStats",
    "InternalError",
    "InvalidArgumentError",
    "Latency",
    "MediaPolicy",
    "NotFoundError",
    "Outcome",
    "OutcomeKind",
    "OverloadedError",
    "Part",
    "ProtocolError",
    "RateLimit",
    "RateLimitedError",
    "Reply",
    "Response",
    "RobofyError",
    "ServerError",
    "Session",
    "SignatureError",
    "Stats",
    "Status",
    "StorageError",
    "Stream",
    "StreamEvent",
    "StreamEventKind",
    "TLSError",
    "UnauthorizedError",
    "Upload",
    "__version__",
    "split",
]
