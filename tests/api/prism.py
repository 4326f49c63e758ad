"""Prism, a stand-in that others made: it answers by an OpenAPI document, and refuses what that does not allow."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from ports import free_port

PACKAGE = "@stoplight/prism-cli@5.14.2"
DOCUMENT = Path(__file__).with_name("openapi.json")


class Prism:
    """Runs from its start to the end of the `with` block."""

    def __init__(self, node: str, package: Path) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        program = package / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js"
        self._command = [node, str(program), "mock", "--errors", "--port", str(port), str(DOCUMENT)]

    def __enter__(self) -> Prism:
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert self._process.stdout
        said = []
        for line in self._process.stdout:
            said.append(line)
            if "Prism is listening" in line:
                break
        else:
            raise RuntimeError(f"Prism does not start:\n{''.join(said)}")
        # Its log of requests is larger than a pipe holds.
        self._log = subprocess.Popen(["cat"], stdin=self._process.stdout, stdout=subprocess.DEVNULL)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        self._log.wait()


@dataclass(frozen=True)
class Operation:
    """One method of one path in the document."""

    method: str
    path: str
    row: str
    takes_json: bool
    path_is_known: bool
    method_is_known: bool

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def operations() -> Iterator[Operation]:
    document = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method != "parameters":
                [row] = operation["tags"]
                yield Operation(
                    method.upper(),
                    path,
                    row,
                    takes_json=_takes_json(document, operation),
                    path_is_known=not operation.get("x-path-is-not-known", False),
                    method_is_known=not operation.get("x-method-is-not-known", False),
                )


def _takes_json(document: dict[str, Any], operation: dict[str, Any]) -> bool:
    body = operation.get("requestBody", {})
    if "$ref" in body:
        body = document["components"]["requestBodies"][body["$ref"].rpartition("/")[2]]
    return "application/json" in body.get("content", {})
