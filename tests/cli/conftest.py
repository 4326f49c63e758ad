"""The built tool, and what it is set up for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from c_programs import compile_program
from cli_tool import Tool
from standin import Standin
from tinyproxy import Tinyproxy
from tls_proxy import TlsProxy


@pytest.fixture
def tool(tmp_path: Path) -> Tool:
    """Knows of no service, and has no key."""
    home = tmp_path / "home"
    home.mkdir()
    return Tool(home)


@pytest.fixture
def robofy(tool: Tool, standin: Standin) -> Tool:
    """Set up for the stand-in."""
    tool.knows(standin)
    return tool


@pytest.fixture
def few_names(robofy: Tool, need: Callable[[str], str], tmp_path: Path) -> Path:
    """What is preloaded into the tool so that it finds localhost alone, on any machine."""
    source = Path(__file__).with_name("names.c")
    library = compile_program(need("cc"), source, tmp_path / "names.so", "-shared", "-fPIC")
    robofy.environment["LD_PRELOAD"] = str(library)
    return library


@pytest.fixture
def tls_proxy(need: Callable[[str], str], tmp_path: Path, tinyproxy: Tinyproxy) -> Iterator[TlsProxy]:
    """A proxy over TLS for everyone on this machine."""
    proxy = TlsProxy(need("haproxy"), tmp_path, tinyproxy)
    yield proxy
    proxy.stop()
