"""What PyInstaller asks an installed package: where its hooks are."""

from pathlib import Path


def hook_directories() -> list[str]:
    return [str(Path(__file__).parent)]
