"""The package for Go, against the header and the library of this checkout."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from library import HEADERS, shared_library
from packages import BINDINGS, check_five_lines, examples_beside, succeed
from standin import Standin

PACKAGE = BINDINGS / "go"

# What the README's example about errors leaves out.
_AROUND_ERRORS = """
package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"robofy"
)

func main() {
	client, err := robofy.NewClient("key", robofy.WithBaseURL(os.Getenv("ROBOFY_BASE_URL")), robofy.WithMaxRetries(0))
	if err != nil {
		panic(err)
	}
	for _, query := range os.Args[1:] {
		_, err := client.WhatsAppChat(context.Background(), robofy.Message{PID: "1", ChatbotID: "2", Query: query})
%s
	}
}
"""


@pytest.fixture
def go(need: Callable[[str], str], monkeypatch: pytest.MonkeyPatch) -> str:
    directory = shared_library().parent
    monkeypatch.setenv("CGO_CFLAGS", f"-I{HEADERS}")
    monkeypatch.setenv("CGO_LDFLAGS", f"-L{directory} -Wl,-rpath,{directory}")
    return need("go")


# Where nothing has been built yet, the standard library is, twice.
@pytest.mark.timeout(1200)
def test_the_go_package(go: str, standin: Standin) -> None:
    succeed([go, "vet", "."], cwd=PACKAGE)
    succeed([go, "test", "-race", "-count=1", "."], standin, PACKAGE)


def test_the_go_package_is_formatted(need: Callable[[str], str]) -> None:
    assert succeed([need("gofmt"), "-l", "."], cwd=PACKAGE) == ""


def test_the_go_program(go: str, standin: Standin) -> None:
    check_five_lines([go, "run", "chat.go"], standin, PACKAGE)


def test_the_readme_tells_failures_apart_in_a_module_of_the_readers(go: str, standin: Standin, tmp_path: Path) -> None:
    [errors] = examples_beside(PACKAGE / "chat.go")
    for said in ("the API key", "again, after failure.RetryAfter"):
        assert f" // {said}\n" in errors
        errors = errors.replace(f" // {said}\n", f'\nfmt.Println("{said}")\n')
    (tmp_path / "main.go").write_text(_AROUND_ERRORS % errors)
    succeed([go, "mod", "init", "reader"], cwd=tmp_path, may_warn=True)
    succeed([go, "mod", "edit", "-require", "robofy@v0.1.0", "-replace", f"robofy={PACKAGE}"], cwd=tmp_path)

    printed = succeed([go, "run", ".", "!status=401", "!status=503", "!status=404", "Hello"], standin, tmp_path)
    assert printed == "the API key\nagain, after failure.RetryAfter\n"
