"""A gateway under gunicorn, preloaded, with four workers."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from record import received
from standin import ROOT, TARGET, Standin
from waiting import wait_until

pytest.importorskip("gunicorn", reason="gunicorn is not installed: pip install -r tests/requirements.txt")

HERE = Path(__file__).parent
WORKERS = 4
REQUESTS = 200
PATIENCE_SECONDS = 60


class Gunicorn:
    """The gateway on a free port, from construction to `stop()`."""

    def __init__(self, service: Standin, log: Path) -> None:
        self._log = log
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self._port = listener.getsockname()[1]
            options = (
                f"--preload --workers {WORKERS} --worker-class gthread --threads 4 --bind fd://{listener.fileno()}"
            )
            command = [
                sys.executable,
                "-m",
                "gunicorn",
                *options.split(),
                "--error-logfile",
                str(log),
                "gateway:application",
            ]
            self._process = subprocess.Popen(
                command,
                pass_fds=[listener.fileno()],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                env={
                    **os.environ,
                    "PYTHONPATH": os.pathsep.join([str(HERE), str(ROOT / "bindings" / "python" / "src")]),
                    "ROBOFY_LIBRARY": str(TARGET / "release" / "librobofy.so"),
                    "GATEWAY_BASE_URL": service.url,
                    "GATEWAY_CA_FILE": str(service.ca_file or ""),
                },
            )

    def ask(self, query: str, session: int) -> tuple[str, str]:
        """The worker and its answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE_SECONDS)
        try:
            connection.request("POST", f"/{session}", body=query)
            response = connection.getresponse()
            assert response.status == 200, self._log.read_text()
            return response.headers["X-Worker"], response.read().decode()
        finally:
            connection.close()

    def stop(self) -> tuple[int, str]:
        """As a service manager does, gracefully: the exit status, and what was printed."""
        self._process.send_signal(signal.SIGTERM)
        output, _ = self._process.communicate(timeout=PATIENCE_SECONDS)
        return self._process.returncode, output

    def kill(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.communicate()


@pytest.fixture
def gunicorn(service: Standin, tmp_path: Path) -> Iterator[Gunicorn]:
    running = Gunicorn(service, tmp_path / "gunicorn.log")
    yield running
    running.kill()


def test_a_preloaded_client_serves_in_four_forked_workers(gunicorn: Gunicorn, service: Standin) -> None:
    with ThreadPoolExecutor(16) as users:
        answered: Counter[str] = Counter()

        def every_worker_has_answered_twice() -> bool:
            # The first wave is slow, so that no worker can take it alone.
            queries = [f"!delay-ms=300 answer={i}" if i < 64 else f"!answer={i}" for i in range(REQUESTS)]
            answers = list(users.map(gunicorn.ask, queries, range(REQUESTS)))
            assert [answer for _, answer in answers] == [str(i) for i in range(REQUESTS)]
            answered.update(worker for worker, _ in answers)
            return len(answered) == WORKERS and min(answered.values()) >= 2

        # Which worker takes a request is the system's choice.
        wait_until(every_worker_has_answered_twice)

        under_way = users.submit(gunicorn.ask, "!delay-ms=1500 answer=the_last", 0)
        while not received(service)["!delay-ms=1500 answer=the_last"]:
            assert not under_way.done()
        assert gunicorn.stop() == (0, "")
        assert under_way.result()[1] == "the_last"
    assert received(service)["preloaded"] == 1
    assert sum(received(service).values()) == sum(answered.values()) + 2
