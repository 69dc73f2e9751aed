"""Where a visitor is, when proxies stand in front of us: what they say counts, and what anybody else says does not."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Network = IPv4Network | IPv6Network
MOST_HOPS = 20

ONE_HOUSE = 64
"""Bits of an IPv6 address that one house has to itself: whoever has one address has all that begin so."""


@dataclass(frozen=True)
class Proxies:
    """Those in front of us that are believed: so many (`count`), or those in `networks`. None of both: nobody is."""

    count: int = 0
    networks: tuple[Network, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.count or self.networks)

    def visitor(self, peer: str, forwarded: str) -> str:
        """The address of whoever asks. peer: who is connected to us (empty: by a socket of this machine).

        forwarded: X-Forwarded-For, where each proxy adds at the end whom it was asked by. Read from its end, and no
        further than the first whom we do not believe: what stands before that may be anybody's invention.
        """
        hops = [part.strip() for part in forwarded.split(",")[-MOST_HOPS:] if part.strip()]
        if self.count:
            believed = hops[-self.count] if len(hops) >= self.count else peer
            return peer if _address(believed) is None else believed
        visitor = peer
        while hops and self._is_ours(visitor) and _address(hops[-1]) is not None:
            visitor = hops.pop()
        return visitor

    def _is_ours(self, written: str) -> bool:
        if not written:
            return bool(self.networks)
        address = _address(written)
        return address is not None and any(address in network for network in self.networks)


def place(written: str) -> str:
    """By what tries from one place are counted: the address, and for IPv6 the part that one house has to itself."""
    address = _address(written)
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, ONE_HOUSE), strict=False))
    return str(address) if address is not None else "?"


def is_here(written: str) -> bool:
    """Whether this is the machine that we run on."""
    address = _address(written)
    return address is not None and address.is_loopback


def _address(written: str) -> IPv4Address | IPv6Address | None:
    """The address, without the port that some write behind it; an IPv4 address in IPv6's clothes is what it is."""
    bare = written.partition("]")[0].lstrip("[") if written.startswith("[") else written
    bare = bare.partition(":")[0] if bare.count(":") == 1 else bare
    try:
        found = ip_address(bare)
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found
