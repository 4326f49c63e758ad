"""A peer that keeps every byte it is sent: a proxy that tunnels, refuses or pretends, or nobody in particular."""

from __future__ import annotations

import socket
import threading
from types import TracebackType

TUNNELS = b"HTTP/1.1 200 Connection established\r\n\r\n"


class Recorder:
    """Answers what it is sent first with `answer`, then closes, or passes everything on to `upstream`."""

    def __init__(self, answer: bytes = b"", upstream: tuple[str, int] | None = None) -> None:
        self._answer = answer
        self._upstream = upstream
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.heard = bytearray()
        threading.Thread(target=self._serve, daemon=True).start()

    def __enter__(self) -> Recorder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=[connection], daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection:
            connection.settimeout(10)
            try:
                self.heard += connection.recv(65536)
                connection.sendall(self._answer)
                if self._upstream:
                    self._pass_on(connection, self._upstream)
                else:
                    self.heard += connection.recv(65536)
            except OSError:
                pass

    def _pass_on(self, connection: socket.socket, upstream: tuple[str, int]) -> None:
        with socket.create_connection(upstream) as service:
            threading.Thread(target=_pump, args=[service, connection, None], daemon=True).start()
            _pump(connection, service, self.heard)


def _pump(source: socket.socket, sink: socket.socket, heard: bytearray | None) -> None:
    try:
        while data := source.recv(65536):
            if heard is not None:
                heard += data
            sink.sendall(data)
    except OSError:
        pass
