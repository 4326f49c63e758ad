import os
from typing import Optional, Union

from robofy import _arguments
from robofy._native import lib
from robofy._ownership import Managed, Owned


class Upload(Managed):
    """A form with files, for `upload`. It may be sent again; any thread may ask how far it has come."""

    def __init__(self) -> None:
        """An empty form."""
        self._owned = Owned(lib.robofy_upload_new(), lib.robofy_upload_free)

    def add_text(self, name: str, value: str) -> None:
        """Add a field that is a text."""
        lib.robofy_upload_add_text(self._pointer, _arguments.text("name", name), _arguments.text("value", value))

    def add_file(
        self,
        name: str,
        path: Union[str, os.PathLike[str]],
        *,
        file_name: Optional[str] = None,
        content_type: Optional[str] = None,
    ) -> None:
        """Add a file, which is read while it is sent.

        Args:
            name: the field's name, for example "file".
            path: where the file is.
            file_name: the name that it goes by; None for the last name of its path.
            content_type: its media type, for example "application/pdf"; None for one by the file name's ending.

        """
        lib.robofy_upload_add_file(
            self._pointer,
            _arguments.text("name", name),
            _arguments.path("path", path),
            _optional("file_name", file_name),
            _optional("content_type", content_type),
        )

    def add_bytes(self, name: str, content: bytes, *, file_name: str, content_type: Optional[str] = None) -> None:
        """Add a file that is in memory; it is copied. All else is as for `add_file`."""
        if not isinstance(content, bytes):
            raise TypeError(f"content must be bytes, not {type(content).__name__}")
        lib.robofy_upload_add_bytes(
            self._pointer,
            _arguments.text("name", name),
            content,
            len(content),
            _arguments.text("file_name", file_name),
            _optional("content_type", content_type),
        )

    @property
    def sent(self) -> int:
        """How many bytes of the request's body were handed to its connection. It begins anew with each attempt."""
        return int(lib.robofy_upload_sent(self._pointer))

    @property
    def total(self) -> int:
        """How many bytes the request's body has; 0 before it is sent for the first time."""
        return int(lib.robofy_upload_total(self._pointer))


def _optional(parameter: str, value: Optional[str]) -> Optional[bytes]:
    return None if value is None else _arguments.text(parameter, value)
