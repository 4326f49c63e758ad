"""Faults of one of a name's addresses: the others are tried (RFC 8305), and the message is answered."""

from __future__ import annotations

from collections.abc import Callable

from fault import Bench, Fault, Place, Status
from namespace import Namespace
from places import Peer
from raw_peer import RawPeer, answer_all

NAME = "service.example"
_DEAD, _GOOD, _DEAD_6, _GOOD_6 = "10.1.1.1", "10.1.1.2", "2001:db8::1", "2001:db8::2"
# The next address has its turn after 250 ms (RFC 8305, section 8), long before the connect timeout.
_OPTIONS = {"connect_timeout_ms": 3000, "rounds": 3}


def _nobody_there(_: Namespace, __: str) -> None:
    """The kernel refuses what comes for a port that nobody listens at."""


def addressed(*addresses: str, dead: str, death: Callable[[Namespace, str], None] = Namespace.drop) -> Peer:
    """A service whose name has these addresses, in this order; it listens at the last one."""

    def place(bench: Bench) -> Place:
        # An IPv6 address is of use at once where nobody asks first whether another has it.
        kinds = {address: "/128 nodad" if ":" in address else "/32" for address in addresses}
        namespace = Namespace(*(f"ip addr add dev lo {address}{kind}" for address, kind in kinds.items()))
        bench.stack.enter_context(namespace)
        hosts = bench.directory / "hosts"
        hosts.write_text("".join(f"{address} {NAME}\n" for address in addresses))
        namespace.replace("/etc/hosts", hosts)
        leaf = bench.authority.leaf(NAME)
        peer = RawPeer(answer_all, bench.authority.context(leaf=leaf), namespace.listener(host=addresses[-1]))
        bench.stack.enter_context(peer)
        death(namespace, dead)
        return Place(f"https://{NAME}:{peer.port}", bench.authority.ca_file, seen=peer.seen, network=namespace.runner)

    return place


PLACES = {
    "the first of two addresses is silent": addressed(_DEAD, _GOOD, dead=_DEAD),
    "the first of two addresses refuses": addressed(_DEAD, _GOOD, dead=_DEAD, death=_nobody_there),
    "the IPv6 address is silent": addressed(_DEAD_6, _GOOD, dead=_DEAD_6),
    "the IPv6 address refuses": addressed(_DEAD_6, _GOOD, dead=_DEAD_6, death=_nobody_there),
    "the first of two IPv6 addresses is silent": addressed(_DEAD_6, _GOOD_6, dead=_DEAD_6),
}

FAULTS = [
    Fault(name, where, (Status.OK,), answer="Answer to {session}.", within=1, options=_OPTIONS)
    for name, where in PLACES.items()
]
