"""The built tool, and what it is set up for."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_tool import Tool
from standin import Standin


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
