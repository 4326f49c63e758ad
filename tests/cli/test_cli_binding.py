"""The tool uses the library's public functions alone, and tells both versions."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable

from cli_tool import Tool
from description import described


def test_the_tool_takes_the_public_functions_alone(tool: Tool, need: Callable[[str], str]) -> None:
    listing = subprocess.run(
        [need("nm"), "-D", "--undefined-only", str(tool.path)], stdout=subprocess.PIPE, text=True, check=True
    ).stdout
    used = set(re.findall(r" U (robofy_\w+)", listing))
    assert used
    assert used <= {function.name for function in described().functions}


def test_both_versions_are_told(tool: Tool) -> None:
    ran = tool.run("--version")
    version = described().version
    assert ran.stdout == f"robofy {version} (library {version})\n"
