"""Send a WhatsApp user's message to a Robofy AI agent and get the answer.

>>> with robofy.Client(api_key) as client:
...     print(client.whatsapp_chat(pid="...", chatbot_id="...", session_id="...", query="Hello"))
"""

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
from robofy._version import __version__

__all__ = [
    "BadRequestError",
    "ChatCancelledError",
    "ChatInterruptedError",
    "ChatTimeoutError",
    "Client",
    "ConnectError",
    "ForbiddenError",
    "InternalError",
    "InvalidArgumentError",
    "NotFoundError",
    "OverloadedError",
    "ProtocolError",
    "RateLimitedError",
    "Reply",
    "RobofyError",
    "ServerError",
    "Status",
    "TLSError",
    "UnauthorizedError",
    "__version__",
]
