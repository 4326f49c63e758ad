"""Clean virtual environments, of every Python on this machine that the package supports."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from standin import Standin

OLDEST_MINOR, NEWEST_MINOR = 9, 19
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
    """Every supported version that is this one, on PATH or pyenv's: by its name, the oldest first."""
    versions = {f"3.{minor}": _candidates(f"3.{minor}") for minor in range(OLDEST_MINOR, NEWEST_MINOR + 1)}
    working = {version: [path for path in paths if _runs(path, version)] for version, paths in versions.items()}
    return {version: paths[0] for version, paths in working.items() if paths}


def _candidates(version: str) -> list[Path]:
    this = Path(sys.executable)
    on_path = shutil.which(f"python{version}")
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    found = [this] if sys.version.startswith(f"{version}.") else []
    return found + ([Path(on_path)] if on_path else []) + sorted(pyenv.glob(f"{version}.*/bin/python"))


def _runs(python: Path, version: str) -> bool:
    """Tell an interpreter from a shim of one that is not installed."""
    ask = [str(python), "-c", "import sys, ctypes, ssl; print('%d.%d' % sys.version_info[:2])"]
    return subprocess.run(ask, capture_output=True, text=True, check=False).stdout.strip() == version


class Environment:
    """A virtual environment that knows nothing of the tests' own package and library."""

    def __init__(self, directory: Path, python: Path = Path(sys.executable)) -> None:
        make = [sys.executable, "-m", "virtualenv", "--quiet", "--no-periodic-update", "--python", str(python)]
        subprocess.run([*make, str(directory)], check=True)
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
