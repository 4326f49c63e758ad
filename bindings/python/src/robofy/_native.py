"""The C interface as `robofy.h` declares it: the opaque types, every function's signature, and the loaded library."""

import ctypes
import os
import sys
from ctypes import POINTER, c_bool, c_char_p, c_int32, c_int64, c_uint32, c_uint64, c_void_p
from pathlib import Path
from typing import Any, Optional

from robofy._version import __version__


class RobofyOptions(ctypes.Structure):
    pass


class RobofyClient(ctypes.Structure):
    pass


class RobofyMessage(ctypes.Structure):
    pass


class RobofyReply(ctypes.Structure):
    pass


class RobofyCompletion(ctypes.Structure):
    pass


class RobofyError(ctypes.Structure):
    pass


_OPTIONS = POINTER(RobofyOptions)
_CLIENT = POINTER(RobofyClient)
_MESSAGE = POINTER(RobofyMessage)
_REPLY = POINTER(RobofyReply)
_COMPLETION = POINTER(RobofyCompletion)
# Made once: until Python 3.13 each sub-interpreter that imports ctypes empties the cache of POINTER for all, which then
# makes another type than the signatures have.
ErrorPointer = POINTER(RobofyError)
_ERROR_OUT = POINTER(ErrorPointer)
_STATUS = c_uint32
_BORROWED_TEXT = c_char_p
_OWNED_TEXT = c_void_p  # a c_char_p would be turned into bytes, and the address to free would be lost

SIGNATURES: dict[str, tuple[Any, list[Any]]] = {
    "robofy_version": (_BORROWED_TEXT, []),
    "robofy_free_string": (None, [_OWNED_TEXT]),
    "robofy_options_new": (_OPTIONS, []),
    "robofy_options_free": (None, [_OPTIONS]),
    "robofy_options_set_base_url": (None, [_OPTIONS, c_char_p]),
    "robofy_options_set_timeout_ms": (None, [_OPTIONS, c_uint64]),
    "robofy_options_set_connect_timeout_ms": (None, [_OPTIONS, c_uint64]),
    "robofy_options_set_max_retries": (None, [_OPTIONS, c_uint32]),
    "robofy_options_set_retry_ambiguous": (None, [_OPTIONS, c_bool]),
    "robofy_options_set_proxy": (None, [_OPTIONS, c_char_p]),
    "robofy_options_set_ca_file": (None, [_OPTIONS, c_char_p]),
    "robofy_options_set_user_agent": (None, [_OPTIONS, c_char_p]),
    "robofy_options_set_max_response_bytes": (None, [_OPTIONS, c_uint64]),
    "robofy_options_set_max_in_flight": (None, [_OPTIONS, c_uint32]),
    "robofy_options_set_ordered_sessions": (None, [_OPTIONS, c_bool]),
    "robofy_options_set_rate_limit": (None, [_OPTIONS, c_uint32, c_uint32]),
    "robofy_client_new": (_CLIENT, [c_char_p, _OPTIONS, _ERROR_OUT]),
    "robofy_client_free": (None, [_CLIENT]),
    "robofy_whatsapp_chat": (_OWNED_TEXT, [_CLIENT, c_char_p, c_char_p, c_char_p, c_char_p, _ERROR_OUT]),
    "robofy_whatsapp_send": (_REPLY, [_CLIENT, _MESSAGE, _ERROR_OUT]),
    "robofy_whatsapp_submit": (c_bool, [_CLIENT, _MESSAGE, c_uint64, _ERROR_OUT]),
    "robofy_client_poll": (_COMPLETION, [_CLIENT, c_int64]),
    "robofy_client_poll_fd": (c_int32, [_CLIENT]),
    "robofy_client_cancel": (c_bool, [_CLIENT, c_uint64]),
    "robofy_client_stats": (_OWNED_TEXT, [_CLIENT]),
    "robofy_message_new": (_MESSAGE, [c_char_p, c_char_p, c_char_p]),
    "robofy_message_set_query": (None, [_MESSAGE, c_char_p]),
    "robofy_message_set_session_id": (None, [_MESSAGE, c_char_p]),
    "robofy_message_set_user_context": (None, [_MESSAGE, c_char_p]),
    "robofy_message_set_timeout_ms": (None, [_MESSAGE, c_uint64]),
    "robofy_message_free": (None, [_MESSAGE]),
    "robofy_reply_answer": (_BORROWED_TEXT, [_REPLY]),
    "robofy_reply_session_id": (_BORROWED_TEXT, [_REPLY]),
    "robofy_reply_message": (_BORROWED_TEXT, [_REPLY]),
    "robofy_reply_json": (_BORROWED_TEXT, [_REPLY]),
    "robofy_reply_attempts": (c_uint32, [_REPLY]),
    "robofy_reply_elapsed_us": (c_uint64, [_REPLY]),
    "robofy_reply_free": (None, [_REPLY]),
    "robofy_completion_tag": (c_uint64, [_COMPLETION]),
    "robofy_completion_reply": (_REPLY, [_COMPLETION]),
    "robofy_completion_error": (ErrorPointer, [_COMPLETION]),
    "robofy_completion_free": (None, [_COMPLETION]),
    "robofy_error_status": (_STATUS, [ErrorPointer]),
    "robofy_error_message": (_BORROWED_TEXT, [ErrorPointer]),
    "robofy_error_http_status": (c_int32, [ErrorPointer]),
    "robofy_error_code": (_BORROWED_TEXT, [ErrorPointer]),
    "robofy_error_detail": (_BORROWED_TEXT, [ErrorPointer]),
    "robofy_error_is_retryable": (c_bool, [ErrorPointer]),
    "robofy_error_retry_after_ms": (c_uint64, [ErrorPointer]),
    "robofy_error_free": (None, [ErrorPointer]),
}


def library_file_name() -> str:
    return {"darwin": "librobofy.dylib", "win32": "robofy.dll"}.get(sys.platform, "librobofy.so")


def load() -> ctypes.CDLL:
    """Open the library that came with the package, or the one that ROBOFY_LIBRARY names."""
    chosen = os.environ.get("ROBOFY_LIBRARY")
    path = Path(chosen) if chosen else Path(__file__).with_name(library_file_name())
    try:
        library = ctypes.CDLL(str(path))
        _require_version(library)
        for name, (returns, takes) in SIGNATURES.items():
            function = getattr(library, name)
            function.restype, function.argtypes = returns, takes
    except (OSError, AttributeError, ValueError) as error:
        message = f"{path} cannot be used: {error}. {_advice(chosen, path)}"
        raise ImportError(message, name="robofy", path=str(path)) from error
    return library


def _require_version(library: ctypes.CDLL) -> None:
    """Accept any patch release of the version that the signatures were written for."""
    library.robofy_version.restype, library.robofy_version.argtypes = SIGNATURES["robofy_version"]
    version = library.robofy_version().decode()
    if version.split(".")[:2] != __version__.split(".")[:2]:
        raise ValueError(f"it is robofy {version}, and this package is robofy {__version__}")


def _advice(chosen: Optional[str], path: Path) -> str:
    if chosen:
        return (
            f"ROBOFY_LIBRARY names this file: point it to the shared library of robofy {__version__}, "
            "or unset it to use the library that came with the package"
        )
    if hasattr(sys, "frozen"):
        return (
            "The program was bundled without it: where the bundler reads no hooks of packages, as PyInstaller does, "
            f"have it put {path.name} beside the modules of robofy (pyinstaller --collect-binaries robofy)"
        )
    archive = next((parent for parent in path.parents if parent.is_file()), None)
    if archive:
        return (
            f"No system loads a library from inside an archive, as {archive.name} is: "
            "have it unpack itself (shiv, pex), install robofy beside it (pip install robofy) and leave it out, "
            "or set ROBOFY_LIBRARY to the path of the shared library"
        )
    return (
        "Install the package again (pip install --force-reinstall robofy), "
        "or set ROBOFY_LIBRARY to the path of the shared library"
    )


lib = load()
