"""The examples, run as a user runs them."""

import os
import subprocess
import sys

from standin import ROOT, Standin

EXAMPLES = ROOT / "examples"


def start(example: str, *arguments: str, **environment: str) -> "subprocess.Popen[str]":
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ROBOFY_")}
    inherited["ROBOFY_LIBRARY"] = os.environ["ROBOFY_LIBRARY"]
    return subprocess.Popen(
        [sys.executable, EXAMPLES / example, *arguments],
        env={**inherited, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(running: "subprocess.Popen[str]") -> "subprocess.CompletedProcess[str]":
    stdout, stderr = running.communicate(timeout=120)
    return subprocess.CompletedProcess(running.args, running.returncode, stdout, stderr)


def run(example: str, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return finish(start(example, *arguments, **environment))


def account(standin: Standin) -> dict[str, str]:
    return {
        "ROBOFY_API_KEY": "key",
        "ROBOFY_PID": "31415",
        "ROBOFY_CHATBOT_ID": "DKDvwn",
        "ROBOFY_BASE_URL": standin.url,
    }
