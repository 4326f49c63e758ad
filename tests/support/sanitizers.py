"""The C programs built with a sanitizer: what that finds it prints, and the program fails."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from typing import Any

import pytest
from c_programs import Programs
from library import link_static
from standin import ROOT, TARGET

_SUPPRESSIONS = ROOT / "tests" / "sanitizers" / "tsan.supp"
_TSAN_LIBRARY = TARGET / "tsan" / "x86_64-unknown-linux-gnu" / "debug" / "librobofy.a"

_ADDRESS = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"]
# The runtime comes from the compiler that built the library: clang's own is of another version.
_THREAD = ["-fsanitize=thread", "-fno-sanitize-link-runtime", "-rdynamic"]


class SanitizedPrograms(Programs):
    """Programs with their sanitizer's options."""

    def __init__(self, kind: str, compiler: str, link: list[str], **options: str) -> None:
        super().__init__(kind, compiler, link)
        self.compiler, self.link, self.options = compiler, link, options

    def start(self, name: str, *arguments: object, **environment: str) -> subprocess.Popen[str]:
        return super().start(name, *arguments, **{**self.options, **environment})


def address(need: Callable[[str], str]) -> SanitizedPrograms:
    """AddressSanitizer and UndefinedBehaviorSanitizer on the C side, and LeakSanitizer on both.

    The library is the released one, which allocates with malloc.
    """
    options = "detect_leaks=1:detect_stack_use_after_return=1:strict_string_checks=1"
    return SanitizedPrograms("asan", need("cc"), [*_ADDRESS, *link_static()], ASAN_OPTIONS=options)


def thread(need: Callable[[str], str]) -> SanitizedPrograms:
    """ThreadSanitizer in the program, the library and the library's standard library."""
    if not _TSAN_LIBRARY.is_file():
        pytest.fail(f"{_TSAN_LIBRARY} is missing: run `make sanitize`", pytrace=False)
    options = f"suppressions={_SUPPRESSIONS}"
    link = [*_THREAD, str(_TSAN_LIBRARY), "-Wl,--whole-archive", _thread_runtime(), "-Wl,--no-whole-archive", "-lm"]
    return SanitizedPrograms("tsan", need("clang"), link, TSAN_OPTIONS=options, ROBOFY_TEST_QUICK="1")


SANITIZED: dict[str, Callable[[Any], SanitizedPrograms]] = {"asan": address, "tsan": thread}


def _thread_runtime() -> str:
    command = ["rustc", "+nightly", "--print", "target-libdir"]
    libraries = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    return f"{libraries}/librustc-nightly_rt.tsan.a"
