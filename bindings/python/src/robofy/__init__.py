"""Send a WhatsApp user's message to a Robofy AI agent and get the answer.

>>> with robofy.Client(api_key) as client:
...     print(client.whatsapp_chat(pid="...", chatbot_id="...", session_id="...", query="Hello"))

`AsyncClient` is the same for asyncio, with thousands of chats at once.
"""

from robofy._async_client import AsyncClient
from robofy._base import RateLimit
from robofy._client import Client
from robofy._errors import (
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
    RobofyError,
    ServerError,
    Status,
    TLSError,
    UnauthorizedError,
)
from robofy._reply import Reply
from robofy._stats import Latency, Stats
from robofy._version import __version__

__all__ = [
    "AsyncClient",
    "BadRequestError",
    "ChatCancelledError",
    "ChatInterruptedError",
    "ChatTimeoutError",
    "Client",
    "ConnectError",
    "ForbiddenError",
    "InternalError",
    "InvalidArgumentError",
    "Latency",
    "NotFoundError",
    "OverloadedError",
    "ProtocolError",
    "RateLimit",
    "RateLimitedError",
    "Reply",
    "RobofyError",
    "ServerError",
    "Stats",
    "Status",
    "TLSError",
    "UnauthorizedError",
    "__version__",
]
