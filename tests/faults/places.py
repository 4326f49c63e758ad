"""The usual places for a message to go: the stand-in, or a server that misbehaves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from fault import Bench, Place
from raw_peer import Behaviour, RawPeer
from standin import Standin

Peer = Callable[[Bench], Place]


def standin(*arguments: str, tls: str | None = None) -> Peer:
    """The stand-in service; the query says how it misbehaves."""

    def place(bench: Bench) -> Place:
        service = bench.standin(*arguments, tls=tls)
        return Place(service.url, service.ca_file, seen=lambda: sessions_of(service))

    return place


def raw(behaviour: Behaviour, tls: bool = False) -> Peer:
    """A server that does what `behaviour` says with each connection."""

    def place(bench: Bench) -> Place:
        peer = RawPeer(behaviour, bench.authority.context() if tls else None)
        bench.stack.enter_context(peer)
        return Place(peer.url, bench.authority.ca_file, seen=peer.seen)

    return place


def sessions_of(service: Standin) -> Counter[str]:
    """How often each session's message has arrived whole."""
    bodies = [request["body"] for request in service.requests()]
    return Counter(body["user_context"]["session_id"] for body in bodies if isinstance(body, dict))
