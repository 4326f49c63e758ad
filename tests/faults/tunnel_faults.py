"""Ways through a proxy that lead to the service: HTTP, HTTPS and SOCKS, with and without a password, over IPv6."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from address_faults import NAME
from fault import Bench, Fault, Place, Status
from network_faults import CONNECT_SOON
from places import sessions_of
from proxy_faults import Passage
from raw_peer import RawPeer, head
from socks_peer import PASSWORD, USER, SocksPeer
from tinyproxy import Tinyproxy

_ANSWER = "Answer to {session}."
_CREDENTIALS = f"{USER}:{PASSWORD.replace('@', '%40').replace(':', '%3A')}@"
_NOT_ALLOWED, _REFUSED = 2, 5


def _answered(name: str, place: Callable[[Bench], Place], answer: str = _ANSWER) -> Fault:
    return Fault(name, place, (Status.OK,), answer=answer)


def _over_ipv6(proxy: Callable[[Bench, int], str]) -> Callable[[Bench], Place]:
    """The stand-in at an IPv6 address."""

    def place(bench: Bench) -> Place:
        service = bench.standin("--host", "::1", tls="valid")
        # It announces the name that its certificate has.
        service.url = f"https://[::1]:{service.port}"
        return Place(service.url, service.ca_file, proxy(bench, service.port), lambda: sessions_of(service))

    return place


def _tinyproxy(bench: Bench, _: int) -> str:
    server = Tinyproxy(bench.need("tinyproxy"), bench.directory)
    bench.stack.callback(server.stop)
    return server.url


def _http_proxy(bench: Bench, service: int) -> str:
    """One that insists on brackets."""

    async def behave(visit: Passage) -> None:
        asked = await visit.request_head()
        assert asked.startswith(b"CONNECT [::1]:%d HTTP/1.1\r\n" % service), asked
        await visit.send(head("200 Connection established"))
        await visit.tunnel(1 << 30)

    proxy = RawPeer(lambda visit: behave(Passage(visit, service, "::1")))
    bench.stack.enter_context(proxy)
    return proxy.url


def _https_proxy(bench: Bench) -> Place:
    """TLS to the proxy, and TLS within it to the service."""
    service = bench.serving()

    async def behave(visit: Passage) -> None:
        await visit.request_head()
        await visit.send(head("200 Connection established"))
        await visit.tunnel(1 << 30)

    proxy = RawPeer(lambda visit: behave(Passage(visit, service.port)), bench.authority.context())
    bench.stack.enter_context(proxy)
    return Place(service.url, bench.authority.ca_file, proxy.url, service.seen, [lambda: bytes(proxy.received)])


def _socks(
    scheme: str, asks_for: Sequence[str], credentials: str = "", host: str = "localhost", **given: object
) -> Callable[[Bench], Place]:
    """A SOCKS proxy that is asked for one of these hosts, and knows a name that the system does not."""

    def place(bench: Bench) -> Place:
        service = bench.serving(NAME, "localhost")
        password = PASSWORD if credentials else None
        proxy = SocksPeer({NAME: "127.0.0.1"}, password=password, **given)  # type: ignore[arg-type]
        bench.stack.enter_context(proxy)

        def heard() -> bytes:
            assert set(proxy.asked) <= set(asks_for), proxy.asked
            return bytes(proxy.received)

        url = f"{scheme}://{credentials}127.0.0.1:{proxy.port}"
        return Place(f"https://{host}:{service.port}", bench.authority.ca_file, url, service.seen, [heard])

    return place


def _unreached(name: str, place: Callable[[Bench], Place], says: str) -> Fault:
    return Fault(name, place, (Status.CONNECT,), says, retryable=True, attempts=2, seen=(0,), options=CONNECT_SOON)


_LOCALHOST = ("127.0.0.1", "::1")

FAULTS = [
    _answered("an IPv6 address through tinyproxy", _over_ipv6(_tinyproxy), "You wrote"),
    _answered("an IPv6 address through a proxy", _over_ipv6(_http_proxy), "You wrote"),
    _answered("HTTPS to the proxy", _https_proxy),
    _answered("SOCKS5", _socks("socks5", _LOCALHOST)),
    _answered("SOCKS5 with a password", _socks("socks5", _LOCALHOST, _CREDENTIALS)),
    _answered("SOCKS5h", _socks("socks5h", [NAME], host=NAME)),
    _answered("SOCKS5h with a password", _socks("socks5h", [NAME], _CREDENTIALS, host=NAME)),
    _unreached("SOCKS5h: the wrong password", _socks("socks5h", [NAME], "user:guess@", host=NAME), "proxy"),
    _unreached("SOCKS5h: not allowed", _socks("socks5h", [NAME], host=NAME, reply=_NOT_ALLOWED), "proxy"),
    _unreached("SOCKS5h: refused", _socks("socks5h", [NAME], host=NAME, reply=_REFUSED), "proxy"),
]
