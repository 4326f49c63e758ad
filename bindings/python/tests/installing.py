"""Clean virtual environments, of every Python on this machine that the package supports."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from standin import Standin

OLDEST = (3, 9)
NO_TOOLS = "/nonexistent"

CHAT = """
import asyncio, sys, robofy

message = {"pid": "p", "chatbot_id": "c"}

async def converse():
    async with robofy.AsyncClient("key", base_url=sys.argv[1]) as client:
        return await asyncio.gather(*(client.whatsapp_chat(query=f"!answer={n}", **message) for n in range(20)))

with robofy.Client("key", base_url=sys.argv[1], max_retries=0) as client:
    answer = client.whatsapp_chat(query="!answer=installed", **message)
    try:
        client.whatsapp_chat(query="!status=401", **message)
    except robofy.UnauthorizedError as error:
        refused = error.code
answers = asyncio.run(converse())

print(robofy.__file__)
print(answer)
print(refused)
print(*answers)
"""


def pythons() -> dict[str, Path]:
    """Every supported minor version that is found on PATH or with pyenv, this one included: its name and program."""
    found = {f"{sys.version_info[0]}.{sys.version_info[1]}": Path(sys.executable)}
    for minor in range(OLDEST[1], 100):
        name = f"3.{minor}"
        on_path = shutil.which(f"python{name}")
        with_pyenv = sorted(Path(os.environ.get("PYENV_ROOT", "/nonexistent"), "versions").glob(f"{name}.*/bin/python"))
        for python in (*([Path(on_path)] if on_path else []), *with_pyenv):
            if name not in found and _runs(python, name):
                found[name] = python
    return found


def _runs(python: Path, version: str) -> bool:
    """Tell an interpreter from a shim of one that is not installed."""
    ask = [str(python), "-c", "import sys, ctypes, ssl; print('%d.%d' % sys.version_info[:2])"]
    return subprocess.run(ask, capture_output=True, text=True, check=False).stdout.strip() == version


class Environment:
    """A virtual environment that knows nothing of the tests' own package and library."""

    def __init__(self, directory: Path, python: Path = Path(sys.executable)) -> None:
        make = [sys.executable, "-m", "virtualenv", "--quiet", "--no-periodic-update", "--python", python, directory]
        subprocess.run(make, check=True)
        self._directory = directory
        self._python = directory / "bin" / "python"

    def run(self, *arguments: object, **environment: str) -> "subprocess.CompletedProcess[str]":
        hidden = ("PYTHONPATH", "ROBOFY_LIBRARY")
        inherited = {name: value for name, value in os.environ.items() if name not in hidden}
        return subprocess.run(
            [str(part) for part in (self._python, *arguments)],
            cwd=self._python.parent,
            env={**inherited, **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    def pip(self, *arguments: object, **environment: str) -> None:
        ran = self.run("-m", "pip", *arguments, **environment)
        assert ran.returncode == 0, ran.stdout + ran.stderr

    def install_offline(self, wheel: Path) -> None:
        """Install without a network and without a single tool beside Python."""
        self.pip("install", "--no-index", wheel, PATH=NO_TOOLS, PIP_FIND_LINKS="", HTTPS_PROXY="http://127.0.0.1:9")

    def files(self) -> set[Path]:
        """Everything that is installed, without what Python and pip compile as they run."""
        everything = self._directory.rglob("*")
        return {file for file in everything if file.is_file() and "__pycache__" not in file.parts}

    def chat(self, standin: Standin) -> Path:
        """Chat with the installed package, blocking and awaited, and return where that is."""
        chatted = self.run("-c", CHAT, standin.url, PATH=NO_TOOLS)
        assert chatted.returncode == 0, chatted.stderr
        module, answer, refused, answers = chatted.stdout.splitlines()
        assert (answer, refused) == ("installed", "UNAUTHORIZED")
        assert answers.split() == [str(number) for number in range(20)]
        return Path(module).parent
