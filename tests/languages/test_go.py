"""The package for Go, against the header and the library of this checkout."""

from __future__ import annotations

import shutil
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from contract import Contract
from gateway import check_gateway
from library import HEADERS, shared_library
from packages import BINDINGS, check_five_lines, check_leads_to_an_answer, check_more, examples_beside, run, succeed
from standin import Standin

PACKAGE = BINDINGS / "go"
MODULE = "robofy.ai/go/robofy"

# What the README's example about errors leaves out.
_AROUND_ERRORS = """
package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"robofy.ai/go/robofy"
)

func main() {
	client, err := robofy.NewClient(robofy.WithBaseURL(os.Getenv("ROBOFY_BASE_URL")), robofy.WithMaxRetries(0))
	if err != nil {
		panic(err)
	}
	for _, query := range os.Args[1:] {
		_, err := client.WhatsAppChat(context.Background(), robofy.Message{PID: "1", ChatbotID: "2", Query: query})
%s
	}
}
"""


def cgo_flags(headers: Path) -> str:
    """With a digest, since Go keeps what it has built until a flag changes, whatever is in the header."""
    digest = zlib.crc32((headers / "robofy.h").read_bytes())
    return f"-I{headers} -DROBOFY_HEADER_DIGEST={digest}"


@pytest.fixture
def go(need: Callable[[str], str], monkeypatch: pytest.MonkeyPatch) -> str:
    directory = shared_library().parent
    monkeypatch.setenv("CGO_CFLAGS", cgo_flags(HEADERS))
    monkeypatch.setenv("CGO_LDFLAGS", f"-L{directory} -Wl,-rpath,{directory}")
    return need("go")


# Where nothing has been built yet, the standard library is, twice.
@pytest.mark.timeout(1200)
def test_the_go_package_keeps_the_contract(go: str, standin: Standin) -> None:
    contract = Contract("go")
    succeed([go, "vet", "./..."], cwd=PACKAGE)
    succeed([go, "test", "-race", "-count=1", "./..."], standin, PACKAGE, contract.environment)
    contract.check()


def test_the_go_package_is_formatted(need: Callable[[str], str]) -> None:
    assert succeed([need("gofmt"), "-l", "."], cwd=PACKAGE) == ""


def test_a_function_that_the_header_has_no_more_is_named(go: str, tmp_path: Path) -> None:
    header = tmp_path / "robofy.h"
    shutil.copy(HEADERS / "robofy.h", header)
    succeed([go, "vet", "."], cwd=PACKAGE, more={"CGO_CFLAGS": cgo_flags(tmp_path)})
    header.write_text(header.read_text(encoding="utf-8").replace("*robofy_client_poll(", "*robofy_client_poll_anew("))
    done = run([go, "vet", "."], cwd=PACKAGE, more={"CGO_CFLAGS": cgo_flags(tmp_path)})
    assert done.returncode != 0
    assert "robofy_client_poll" in done.stderr


def test_the_go_program(go: str, standin: Standin) -> None:
    check_five_lines([go, "run", "./chat"], standin, PACKAGE)


def test_the_go_program_of_the_rest(go: str, standin: Standin) -> None:
    check_more([go, "run", "./more"], standin, PACKAGE)


def test_the_go_program_of_webhooks(go: str, standin: Standin) -> None:
    printed = succeed([go, "run", "./webhook"], standin, PACKAGE)
    assert printed == 'to 918727000000: Hello! You wrote: "Hello".\n200\n401\n'


def test_the_go_program_of_an_inbox(go: str, standin: Standin, tmp_path: Path) -> None:
    succeed([go, "build", "-o", tmp_path / "bot", "./inbox"], cwd=PACKAGE)
    check_gateway([tmp_path / "bot"], standin, PACKAGE, tmp_path)


def test_another_version_of_the_library_is_refused(
    go: str, need: Callable[[str], str], standin: Standin, tmp_path: Path
) -> None:
    succeed([go, "build", "-o", tmp_path / "chat", "./chat"], cwd=PACKAGE)
    code = 'const char *robofy_version(void) { return "0.999.0"; }'
    compiler = [need("cc"), "-shared", "-fPIC", "-x", "c", "-o", str(tmp_path / "other.so"), "-"]
    subprocess.run(compiler, input=code, text=True, check=True)

    done = run([tmp_path / "chat", "Hello"], standin, more={"LD_PRELOAD": str(tmp_path / "other.so")})
    assert done.returncode == 1
    assert "robofy: librobofy is robofy 0.999.0, and this package is robofy 0." in done.stderr
    assert "install robofy 0." in done.stderr


def test_the_readme_tells_failures_apart(go: str, standin: Standin, tmp_path: Path) -> None:
    [more, webhook, inbox, errors] = examples_beside(PACKAGE / "chat/main.go")
    assert more == (PACKAGE / "more/main.go").read_text()
    assert webhook == (PACKAGE / "webhook/main.go").read_text()
    assert inbox == (PACKAGE / "inbox/main.go").read_text()
    for said in ("the API key", "again, after failure.RetryAfter"):
        assert f" // {said}\n" in errors
        errors = errors.replace(f" // {said}\n", f'\nfmt.Println("{said}")\n')
    (tmp_path / "main.go").write_text(_AROUND_ERRORS % errors)
    succeed([go, "mod", "init", "reader"], cwd=tmp_path, may_warn=True)
    succeed([go, "mod", "edit", "-require", f"{MODULE}@v0.1.0", "-replace", f"{MODULE}={PACKAGE}"], cwd=tmp_path)

    printed = succeed([go, "run", ".", "!status=401", "!status=503", "!status=404", "Hello"], standin, tmp_path)
    assert printed == "the API key\nagain, after failure.RetryAfter\n"


def test_the_readme_leads_to_an_answer(need: Callable[[str], str], standin: Standin, tmp_path: Path) -> None:
    caches = {name: succeed([need("go"), "env", name]).strip() for name in ("GOCACHE", "GOPATH")}
    check_leads_to_an_answer(PACKAGE / "chat/main.go", "go run . Hello", standin, tmp_path, caches)
