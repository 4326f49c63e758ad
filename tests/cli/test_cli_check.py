"""`robofy check` names the step that fails, and what to do."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from cli_tool import KEY, Tool
from standin import Standin
from tinyproxy import Tinyproxy
from tls_proxy import TlsProxy

STEPS = ["settings", "dns", "proxy", "tcp", "tls", "key", "agent", "latency"]
UNREACHED = ["settings", "dns", "proxy", "tcp", "tls"]
CLOSED = "127.0.0.1:9"


def steps_of(text: str) -> dict[str, str]:
    """The result of each step, from the lines for people."""
    lines = [line.split() for line in text.splitlines()]
    return {words[1]: words[0] for words in lines if words and words[0] in ("ok", "failed", "skipped")}


def check_fails(tool: Tool, step: str, exit_code: int, *words: str, options: list[str]) -> str:
    """The check fails at this step alone, as a message does, and says so in words and in JSON."""
    ran = tool.run("check", *options)
    assert ran.stderr == ""
    results = steps_of(ran.stdout)
    assert list(results) == STEPS, ran.stdout
    assert [name for name, result in results.items() if result == "failed"] == [step], ran.stdout
    assert ran.returncode == exit_code
    verdict, advice = ran.stdout.splitlines()[-2:]
    assert verdict.startswith(f"The check failed at {step}: ")
    assert advice.startswith("What to do: ")
    for word in words:
        assert word in ran.stdout
    report = json.loads(tool.run("check", "--json", *options).stdout)
    assert (report["ok"], report["failed_step"], report["exit_code"]) == (False, step, exit_code)
    assert {one["step"]: one["result"] for one in report["steps"]} == results
    [failed] = [one for one in report["steps"] if one["result"] == "failed"]
    assert failed["what_to_do"]
    assert failed["error"]["exit_code"] == exit_code
    if step in UNREACHED:
        # A message meets the same, and the library has the same words for it.
        sent = tool.run("send", *options, "--max-retries", "0", "--json", "Hello")
        assert sent.returncode == exit_code
        assert failed["error"] == json.loads(sent.stdout)["error"]
    return ran.stdout


def trusted(service: Standin) -> list[str]:
    return ["--base-url", service.url, "--ca-file", str(service.ca_file)]


@contextmanager
def peer(answer: bytes | None, *, drips: bool = False, heard: list[bytes] | None = None) -> Iterator[int]:
    """A server that answers every connection with these bytes and closes it, or says nothing at all.

    One that drips goes on after them for ever, a byte at a time. What it has `heard` is the first bytes of each.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    held: list[socket.socket] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            held.append(connection)
            if answer is not None:
                first = connection.recv(4096)
                if heard is not None:
                    heard.append(first)
                connection.sendall(answer)
                with suppress(OSError):
                    while drips:
                        time.sleep(0.1)
                        connection.sendall(b"a")
                    connection.shutdown(socket.SHUT_RDWR)
                connection.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()
        for connection in held:
            connection.close()


@pytest.fixture
def secure(start_standin: Callable[..., Standin]) -> Standin:
    return start_standin("--api-key", KEY, tls="valid")


def test_all_is_well(robofy: Tool, secure: Standin) -> None:
    ran = robofy.run("check", *trusted(secure))
    assert (ran.stderr, ran.returncode) == ("", 0)
    results = steps_of(ran.stdout)
    assert list(results) == STEPS
    assert {name for name, result in results.items() if result == "skipped"} == {"proxy"}
    assert ran.stdout.endswith("All is well.\n")
    assert re.search("localhost is .*127.0.0.1", ran.stdout)
    for told in ["TLS 1.3", "HTTP/2", "ROBOFY_API_KEY, and accepted", 'wrote: "Hello"']:
        assert told in ran.stdout
    [request] = secure.requests()
    assert request["body"]["query"] == "Hello"


def test_the_report_as_json(robofy: Tool, secure: Standin) -> None:
    ran = robofy.run("check", "--json", *trusted(secure))
    report = json.loads(ran.stdout)
    assert (report["ok"], report["failed_step"], report["exit_code"], ran.returncode) == (True, None, 0, 0)
    assert [one["step"] for one in report["steps"]] == STEPS
    for one in report["steps"]:
        if one["step"] in ("dns", "tcp", "tls", "agent", "latency"):
            assert one["elapsed_ms"] > 0, one


def test_without_a_message_nothing_is_sent(tool: Tool, secure: Standin) -> None:
    tool.environment["ROBOFY_API_KEY"] = "sk-wrong"
    ran = tool.run("check", "--no-message", *trusted(secure))
    assert ran.returncode == 0
    assert steps_of(ran.stdout)["tls"] == "ok"
    assert steps_of(ran.stdout)["agent"] == "skipped"
    assert secure.requests() == []


def test_a_wrong_key(robofy: Tool, secure: Standin) -> None:
    robofy.environment["ROBOFY_API_KEY"] = "sk-wrong"
    told = check_fails(robofy, "key", 9, "correct the key in ROBOFY_API_KEY", options=trusted(secure))
    assert "sk-wrong" not in told


def test_a_missing_key_still_has_the_network_tried(robofy: Tool, secure: Standin) -> None:
    del robofy.environment["ROBOFY_API_KEY"]
    told = check_fails(robofy, "key", 2, "ROBOFY_API_KEY", options=trusted(secure))
    assert steps_of(told)["tls"] == "ok"
    assert secure.requests() == []


@pytest.mark.parametrize(
    ("message", "step", "exit_code", "advice"),
    [
        ("!status=403", "key", 10, "use the key of the account"),
        ("!status=404", "agent", 11, "correct --pid, --chatbot-id"),
        ("!status=400", "agent", 8, "--pid"),
        ("!status=429 retry-after=30", "agent", 12, "the service asks to wait 30 s"),
        ("!status=500", "agent", 13, "check again later"),
        ("!redirect=https://elsewhere.example", "agent", 7, "--base-url"),
        ("!not-json", "agent", 7, "--base-url"),
        ("!close=before", "agent", 6, "firewall"),
        ("", "agent", 2, "--message"),
    ],
)
def test_what_the_service_says(robofy: Tool, message: str, step: str, exit_code: int, advice: str) -> None:
    check_fails(robofy, step, exit_code, advice, options=["--message", message])


def test_a_message_is_never_repeated(robofy: Tool, standin: Standin) -> None:
    robofy.run("check", "--message", "!status=503", "--max-retries", "5")
    assert len(standin.requests()) == 1


def test_a_slow_agent(robofy: Tool) -> None:
    options = ["--message", "!delay-ms=60000", "--timeout", "0.5"]
    check_fails(robofy, "latency", 5, "with --timeout SECONDS", options=options)


@pytest.mark.parametrize("missing", ["ROBOFY_PID", "ROBOFY_CHATBOT_ID"])
def test_an_agent_that_is_not_named(robofy: Tool, missing: str) -> None:
    del robofy.environment[missing]
    check_fails(robofy, "agent", 2, missing, "--no-message", options=[])


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("untrusted", ["issued by nobody this system trusts", "--ca-file"]),
        ("self-signed", ["issued by nobody this system trusts", "--ca-file"]),
        ("expired", ["has expired", "clock"]),
        ("not-yet-valid", ["is not valid yet", "clock"]),
        ("wrong-name", ["is for another name", "--base-url"]),
    ],
)
def test_a_certificate(robofy: Tool, start_standin: Callable[..., Standin], kind: str, words: list[str]) -> None:
    service = start_standin(tls=kind)
    check_fails(robofy, "tls", 4, *words, options=trusted(service))
    assert service.requests() == []


def test_an_authority_that_was_not_named(robofy: Tool, secure: Standin) -> None:
    check_fails(robofy, "tls", 4, "--ca-file", options=["--base-url", secure.url])


def test_no_tls_at_all(robofy: Tool, standin: Standin) -> None:
    url = f"https://127.0.0.1:{standin.port}"
    check_fails(robofy, "tls", 4, "does not speak TLS", options=["--base-url", url])


def test_a_handshake_that_is_cut_off(robofy: Tool) -> None:
    with peer(b"") as port:
        check_fails(robofy, "tls", 4, "cut off", options=["--base-url", f"https://127.0.0.1:{port}"])


def test_a_handshake_that_never_ends(robofy: Tool) -> None:
    with peer(None) as port:
        options = ["--base-url", f"https://127.0.0.1:{port}", "--connect-timeout", "0.5"]
        check_fails(robofy, "tls", 3, "connect timeout", "more than 500 ms", options=options)


def test_a_handshake_that_drips(robofy: Tool) -> None:
    with peer(b"\x16\x03\x03\x40\x00", drips=True) as port:
        options = ["--base-url", f"https://127.0.0.1:{port}", "--connect-timeout", "0.5"]
        check_fails(robofy, "tls", 3, "connect timeout", "more than 500 ms", options=options)


@pytest.mark.usefixtures("few_names")
def test_a_name_that_is_looked_up_for_ever(robofy: Tool) -> None:
    options = ["--base-url", "https://slow.invalid", "--connect-timeout", "0.5"]
    check_fails(robofy, "dns", 3, "connect timeout", "more than 500 ms", "DNS servers", options=options)


@pytest.mark.usefixtures("few_names")
def test_a_wrong_host(robofy: Tool) -> None:
    options = ["--base-url", "https://no-such-host.invalid"]
    check_fails(robofy, "dns", 3, "the name no-such-host.invalid is not known", "spelling", options=options)


def test_a_port_where_nothing_listens(robofy: Tool) -> None:
    check_fails(robofy, "tcp", 3, "refused the connection", "--base-url", options=["--base-url", f"https://{CLOSED}"])
    check_fails(robofy, "tcp", 3, "refused", options=["--base-url", "https://[::1]:9"])


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--base-url", "http://agents.robofy.ai"], "--base-url or ROBOFY_BASE_URL"),
        (["--base-url", "agents.robofy.ai"], "--base-url or ROBOFY_BASE_URL"),
        (["--ca-file", "/nowhere.pem"], "--ca-file"),
        (["--proxy", "socks4://127.0.0.1:1080"], "--proxy"),
    ],
)
def test_a_setting_that_cannot_work(robofy: Tool, options: list[str], named: str) -> None:
    check_fails(robofy, "settings", 2, named, options=options)


class TestProxy:
    """Between the tool and a service over TLS."""

    def test_a_tunnel(self, robofy: Tool, secure: Standin, tinyproxy: Tinyproxy) -> None:
        ran = robofy.run("check", *trusted(secure), "--proxy", tinyproxy.url)
        assert ran.returncode == 0
        results = steps_of(ran.stdout)
        assert {name for name, result in results.items() if result == "skipped"} == {"dns", "tcp"}
        assert f"127.0.0.1:{tinyproxy.port} made a tunnel to localhost:{secure.port}" in ran.stdout
        assert len(tinyproxy.tunnels()) == 2

    def test_a_dead_one(self, robofy: Tool, secure: Standin) -> None:
        options = [*trusted(secure), "--proxy", f"http://user:pa55word@{CLOSED}"]
        told = check_fails(robofy, "proxy", 3, "the proxy refused", "in --proxy", options=options)
        assert f"through the proxy http://{CLOSED}\n" in told
        assert "pa55word" not in told

    @pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
    @pytest.mark.usefixtures("few_names")
    def test_a_dead_one_of_the_environment(self, robofy: Tool, variable: str) -> None:
        robofy.environment[variable] = f"http://user:pa55word@{CLOSED}"
        options = ["--base-url", "https://agents.example"]
        told = check_fails(robofy, "proxy", 3, "the proxy refused", f"in {variable}", options=options)
        assert f"through the proxy http://{CLOSED} of {variable}\n" in told
        assert "pa55word" not in told
        robofy.environment["NO_PROXY"] = ".example"
        assert steps_of(robofy.run("check", *options).stdout)["dns"] == "failed"

    def test_one_that_wants_a_password(
        self, robofy: Tool, secure: Standin, start_tinyproxy: Callable[..., Tinyproxy]
    ) -> None:
        proxy = start_tinyproxy("BasicAuth asha s3cret")
        options = trusted(secure)
        check_fails(
            robofy, "proxy", 3, "wants a user name and a password (407", options=[*options, "--proxy", proxy.url]
        )
        wrong = proxy.url.replace("//", "//asha:wr0ng@")
        told = check_fails(
            robofy, "proxy", 3, "refuses the user name or the password", options=[*options, "--proxy", wrong]
        )
        assert "wr0ng" not in told
        right = proxy.url.replace("//", "//asha:s3cret@")
        ran = robofy.run("check", *options, "--proxy", right)
        assert ran.returncode == 0
        assert "s3cret" not in ran.stdout

    def test_one_that_forbids_the_port(
        self, robofy: Tool, secure: Standin, start_tinyproxy: Callable[..., Tinyproxy]
    ) -> None:
        proxy = start_tinyproxy("ConnectPort 443")
        options = [*trusted(secure), "--proxy", proxy.url]
        check_fails(robofy, "proxy", 3, "refuses to connect", "allow CONNECT", options=options)

    def test_one_that_cannot_reach_the_service(
        self,
        robofy: Tool,
        few_names: Path,
        start_tinyproxy: Callable[..., Tinyproxy],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setenv("LD_PRELOAD", str(few_names))
        options = ["--base-url", "https://no-such-host.invalid", "--proxy", start_tinyproxy().url]
        check_fails(robofy, "proxy", 3, "the proxy cannot reach the service (500", options=options)

    @pytest.mark.parametrize("answer", [b"", b"SSH-2.0-OpenSSH\r\n\r\n", b"\x00\x01\x02"])
    def test_what_is_no_proxy(self, robofy: Tool, secure: Standin, answer: bytes) -> None:
        with peer(answer) as port:
            options = [*trusted(secure), "--proxy", f"http://127.0.0.1:{port}"]
            check_fails(robofy, "proxy", 3, "correct", options=options)

    def test_one_with_hostile_words(self, robofy: Tool, secure: Standin) -> None:
        with peer(b"HTTP/1.1 403 \x1b[2J\x1b]0;owned\x07\r\n\r\n") as port:
            options = [*trusted(secure), "--proxy", f"http://127.0.0.1:{port}"]
            told = check_fails(robofy, "proxy", 3, "403", options=options)
            assert "\x1b" not in told

    def test_a_password_with_an_at_sign_is_read_as_a_message_reads_it(self, robofy: Tool, secure: Standin) -> None:
        heard: list[bytes] = []
        with peer(b"HTTP/1.1 407 No\r\n\r\n", heard=heard) as port:
            options = [*trusted(secure), "--proxy", f"http://asha:s3cret@home@127.0.0.1:{port}"]
            told = check_fails(robofy, "proxy", 3, "refuses the user name or the password", options=options)
        assert "home" not in told
        credentials = b64encode(b"asha:s3cret@home")
        # Of two checks and a message.
        assert len(heard) == 3
        assert all(b"Proxy-Authorization: Basic " + credentials in request for request in heard)

    @pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
    @pytest.mark.parametrize("value", ["http://user:pa55word@proxy.example:3128 ", "ftp://user:pa55word@proxy.example"])
    def test_a_variable_that_names_none(self, robofy: Tool, variable: str, value: str) -> None:
        robofy.environment[variable] = value
        options = ["--base-url", "https://agents.example"]
        advice = f"{variable} is set by the environment"
        told = check_fails(robofy, "settings", 2, f"{variable} ", advice, options=options)
        assert "pa55word" not in told

    @pytest.mark.usefixtures("few_names")
    def test_one_whose_name_is_unknown(self, robofy: Tool, secure: Standin) -> None:
        options = [*trusted(secure), "--proxy", "http://no-such-proxy.invalid:3128"]
        check_fails(robofy, "proxy", 3, "the proxy's name no-such-proxy.invalid is not known", options=options)

    def test_one_that_drips(self, robofy: Tool, secure: Standin) -> None:
        with peer(b"HTTP/1.1 200 ", drips=True) as port:
            options = [*trusted(secure), "--proxy", f"http://127.0.0.1:{port}", "--connect-timeout", "0.5"]
            check_fails(robofy, "proxy", 3, "connect timeout", "start the proxy", options=options)

    def test_one_over_tls(self, robofy: Tool, secure: Standin, tls_proxy: TlsProxy, tmp_path: Path) -> None:
        both = tmp_path / "both.pem"
        assert secure.ca_file
        both.write_text(secure.ca_file.read_text() + tls_proxy.authority)
        options = ["--base-url", secure.url, "--ca-file", str(both), "--proxy", tls_proxy.url]
        ran = robofy.run("check", *options)
        assert ran.returncode == 0, ran.stdout
        assert f"localhost:{tls_proxy.port} made a tunnel to localhost:{secure.port}" in ran.stdout
        assert len(secure.requests()) == 1

    def test_one_over_tls_that_is_not_trusted(self, robofy: Tool, secure: Standin, tls_proxy: TlsProxy) -> None:
        options = [*trusted(secure), "--proxy", tls_proxy.url]
        check_fails(robofy, "proxy", 4, "issued by nobody this system trusts", options=options)

    def test_a_service_over_tls_that_is_no_proxy(self, robofy: Tool, secure: Standin) -> None:
        check_fails(robofy, "proxy", 3, "refuses to connect", options=[*trusted(secure), "--proxy", secure.url])


def test_no_network(robofy: Tool, need: Callable[[str], str]) -> None:
    options = ["check", "--base-url", "https://192.0.2.1", "--connect-timeout", "5"]
    isolated = [need("unshare"), "--net", "--map-root-user", str(robofy.path), *options]
    ran = subprocess.run(isolated, env=robofy.environment, capture_output=True, text=True, timeout=60, check=False)
    if "unshare:" in ran.stderr:
        pytest.skip("no network namespace can be made: run as root for this test")
    assert steps_of(ran.stdout)["tcp"] == "failed"
    assert "check this machine's network connection" in ran.stdout
    assert ran.returncode == 3
