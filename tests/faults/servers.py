"""Real servers as child processes, configured to fail: nginx, haproxy, OpenSSL, mitmproxy, Node."""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from fault import Bench, Place
from places import Peer
from ports import DeadPort, free_port
from raw_peer import RawPeer, Visit, answer_all

_START_SECONDS = 120


class Server:
    """A program that listens on `port`, from construction to its end; what it prints is kept."""

    def __init__(self, command: Sequence[object], port: int, log: Path, again: bytes = b"") -> None:
        self._log = log
        self._again = again
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [str(word) for word in command],
                stdin=subprocess.PIPE if again else subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        give_up = time.monotonic() + _START_SECONDS
        while not _listens(port):
            if self._process.poll() is not None or time.monotonic() > give_up:
                self.stop()
                raise RuntimeError(f"{command[0]} did not start:\n{self.printed()}")
            time.sleep(0.02)
        if again:
            threading.Thread(target=self._command, daemon=True).start()

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def printed(self) -> str:
        return self._log.read_text(errors="replace")

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()

    def _command(self) -> None:
        """Types the same, again and again, until the program ends."""
        if not self._process.stdin:
            return
        with contextlib.suppress(OSError), self._process.stdin as typed:
            while self._process.poll() is None:
                typed.write(self._again)
                typed.flush()
                time.sleep(0.0005)


def _listens(port: int) -> bool:
    """By the kernel's word: a connection made to find out could disturb the server."""
    state_and_port = re.compile(rf":{port:04X} 0{{8}}(0{{24}})?:0000 0A ")
    return any(state_and_port.search(Path(table).read_text()) for table in ("/proc/net/tcp", "/proc/net/tcp6"))


async def _silence(visit: Visit) -> None:
    await visit.request()
    await visit.until_gone()


_NGINX = """\
daemon off; worker_processes 1; pid {directory}/pid; error_log {directory}/error.log;
events {{}}
http {{
  access_log off;
  client_body_temp_path {directory}/body; proxy_temp_path {directory}/proxy; fastcgi_temp_path {directory}/fastcgi;
  uwsgi_temp_path {directory}/uwsgi; scgi_temp_path {directory}/scgi;
  limit_req_zone $server_port zone=pace:1m rate=1r/m;
  proxy_next_upstream off;
  {http}
  server {{
    listen 127.0.0.1:{port}{listen};
    {server}
    location / {{ {location} proxy_pass http://127.0.0.1:{upstream}; }}
  }}
}}
"""


def _start_nginx(
    bench: Bench, upstream: int, location: str = "", http: str = "", server: str = "", listen: str = ""
) -> int:
    port = free_port()
    configuration = bench.directory / "nginx.conf"
    settings = {"http": http, "server": server, "location": location, "listen": listen}
    configuration.write_text(_NGINX.format(directory=bench.directory, port=port, upstream=upstream, **settings))
    command = [bench.need("nginx"), "-e", bench.directory / "error.log", "-c", configuration]
    bench.stack.enter_context(Server(command, port, bench.directory / "nginx.log"))
    return port


def nginx(fault: str) -> Peer:
    """Nginx in front of a service, over plain http."""

    def place(bench: Bench) -> Place:
        service = RawPeer(_silence if fault == "upstream is silent" else answer_all)
        bench.stack.enter_context(service)
        location = {
            "upstream is down": "",
            "upstream is silent": "proxy_read_timeout 1s;",
            "body too large": "client_max_body_size 64k;",
            "rate limited": "limit_req zone=pace; limit_req_status 429;",
        }[fault]
        upstream = bench.stack.enter_context(DeadPort()) if fault == "upstream is down" else service.port
        port = _start_nginx(bench, upstream, location)
        if fault == "rate limited":
            _use_up_the_pace(f"http://127.0.0.1:{port}/")
        return Place(f"http://127.0.0.1:{port}", seen=service.seen)

    return place


def _use_up_the_pace(url: str) -> None:
    body = json.dumps({"user_context": {"session_id": "somebody-else"}}).encode()
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    opener.open(urllib.request.Request(url, body)).close()


def nginx_http2(server: str) -> Peer:
    """Nginx over TLS and HTTP/2 in front of a service that answers."""

    def place(bench: Bench) -> Place:
        service = RawPeer(answer_all)
        bench.stack.enter_context(service)
        leaf = bench.authority.localhost
        certificate = f"ssl_certificate {leaf.chain_file}; ssl_certificate_key {leaf.key_file};"
        port = _start_nginx(bench, service.port, server=f"{certificate} {server}", listen=" ssl http2")
        return Place(f"https://localhost:{port}", bench.authority.ca_file, seen=service.seen)

    return place


_HAPROXY = """\
defaults
  mode http
  retries 0
  timeout connect 1s
  timeout client 5s
  timeout server 5s
frontend service
  bind 127.0.0.1:{port}
  default_backend agents
backend agents
  server agent 127.0.0.1:{upstream}
"""


def haproxy_without_server(bench: Bench) -> Place:
    """Haproxy whose one server is down."""
    port = free_port()
    upstream = bench.stack.enter_context(DeadPort())
    configuration = bench.directory / "haproxy.cfg"
    configuration.write_text(_HAPROXY.format(port=port, upstream=upstream))
    command = [bench.need("haproxy"), "-db", "-q", "-f", configuration]
    bench.stack.enter_context(Server(command, port, bench.directory / "haproxy.log"))
    return Place(f"http://127.0.0.1:{port}")


def openssl(*arguments: str, again: bytes = b"") -> Peer:
    """`openssl s_server` for localhost, which is told the same again and again."""

    def place(bench: Bench) -> Place:
        port = free_port()
        leaf = bench.authority.localhost
        command = [bench.need("openssl"), "s_server", "-accept", f"127.0.0.1:{port}"]
        command += [] if again else ["-quiet"]
        command += ["-cert", str(leaf.chain_file), "-key", str(leaf.key_file), *arguments]
        bench.stack.enter_context(Server(command, port, bench.directory / "openssl.log", again))
        return Place(f"https://localhost:{port}", bench.authority.ca_file)

    return place


def start_mitmproxy(bench: Bench, *arguments: str) -> tuple[str, Path]:
    """The URL of mitmproxy, and the authority that it signs with."""
    port = free_port()
    directory = bench.directory / "mitmproxy"
    command = [bench.need("mitmdump"), "--listen-host", "127.0.0.1", "--listen-port", str(port), "--ssl-insecure"]
    command += ["--set", f"confdir={directory}", *arguments]
    bench.stack.enter_context(Server(command, port, bench.directory / "mitmproxy.log"))
    return f"http://127.0.0.1:{port}", directory / "mitmproxy-ca-cert.pem"


def node(behaviour: str) -> Peer:
    """Node's HTTP/2 server; see node_http2.js."""

    def place(bench: Bench) -> Place:
        port = free_port()
        leaf = bench.authority.localhost
        script = Path(__file__).with_name("node_http2.js")
        command = [bench.need("node"), script, str(port), leaf.chain_file, leaf.key_file, behaviour]
        server = bench.stack.enter_context(Server(command, port, bench.directory / "node.log"))
        return Place(
            f"https://localhost:{port}",
            bench.authority.ca_file,
            seen=lambda: Counter(re.findall("^seen (.*)$", server.printed(), re.MULTILINE)),
        )

    return place
