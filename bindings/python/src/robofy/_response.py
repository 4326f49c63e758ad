import ctypes
import json
from typing import Any, Optional

from robofy import _arguments
from robofy._declarations import ResponsePointer
from robofy._native import lib
from robofy._ownership import Owned

# Its own object of the function: as text it would end at the body's first NUL.
_body = lib["robofy_response_body"]
_body.restype, _body.argtypes = ctypes.c_void_p, [ResponsePointer]


class Response:
    """What an endpoint has answered, with a status from 200 to 299. Immutable, and of use on any thread.

    Its representation has no part of the body, which may hold a secret. It cannot be pickled; its parts can.
    """

    __slots__ = ("_owner", "_pointer")

    def __init__(self, pointer: Any, owner: Owned) -> None:
        self._pointer = pointer
        self._owner = owner  # which frees what the pointer leads to

    @property
    def status(self) -> int:
        """The HTTP status."""
        return int(lib.robofy_response_status(self._pointer))

    @property
    def body(self) -> bytes:
        """The body as received."""
        length = lib.robofy_response_body_length(self._pointer)
        return ctypes.string_at(_body(self._pointer), length) if length else b""

    @property
    def data(self) -> Any:
        """What the service's envelope holds under "data", parsed anew at each call; None without an envelope."""
        return self._read_data()

    def _read_data(self, **how: Any) -> Any:
        data = lib.robofy_response_data(self._pointer)
        return None if data is None else json.loads(data, **how)

    @property
    def attempts(self) -> int:
        """How many requests it took."""
        return int(lib.robofy_response_attempts(self._pointer))

    @property
    def elapsed(self) -> float:
        """The seconds that the call took, retries and waits included."""
        return float(lib.robofy_response_elapsed_us(self._pointer)) / 1_000_000

    def header(self, name: str) -> Optional[str]:
        """Read a header of the response, whose name may be in any case.

        Returns:
            Its value, or None without such a header.

        """
        value: Optional[bytes] = lib.robofy_response_header(self._pointer, _arguments.text("name", name))
        return None if value is None else value.decode()

    def json(self) -> Any:
        """Parse the body.

        Returns:
            What `json.loads` makes of `body`, anew at each call.

        """
        return json.loads(self.body)

    def __repr__(self) -> str:
        length = lib.robofy_response_body_length(self._pointer)
        return f"<Response {self.status}, {length} bytes>"
