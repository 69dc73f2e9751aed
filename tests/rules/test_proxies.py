"""Who asks, when proxies stand between: nobody but our own proxies is believed."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from checkin.core.rules.proxies import Proxies, is_here, place

ANA, REX = "198.51.100.7", "203.0.113.9"
NONE = Proxies()
ONE = Proxies(count=1)
TWO = Proxies(count=2)
OURS = Proxies(networks=(ip_network("10.0.0.0/8"), ip_network("127.0.0.1/32")))


@pytest.mark.parametrize(
    ("proxies", "peer", "forwarded", "visitor"),
    [
        (NONE, REX, ANA, REX),
        (NONE, "10.0.0.1", ANA, "10.0.0.1"),
        (ONE, "10.0.0.1", ANA, ANA),
        (ONE, "10.0.0.1", f"{REX}, 192.0.2.1, {ANA}", ANA),
        (ONE, REX, "", REX),
        (ONE, "10.0.0.1", "unknown", "10.0.0.1"),
        (TWO, "10.0.0.1", f"{REX}, {ANA}, 10.0.0.2", ANA),
        (TWO, "10.0.0.1", ANA, "10.0.0.1"),
        (OURS, REX, ANA, REX),
        (OURS, "127.0.0.1", ANA, ANA),
        (OURS, "127.0.0.1", f"{REX}, {ANA}, 10.1.2.3", ANA),
        (OURS, "127.0.0.1", f"{REX}, made up, 10.1.2.3", "10.1.2.3"),
        (OURS, "127.0.0.1", "", "127.0.0.1"),
        (OURS, "", f"{REX}, {ANA}", ANA),
        (NONE, "", ANA, ""),
        (OURS, "::ffff:127.0.0.1", f"{ANA}:51000", f"{ANA}:51000"),
        (OURS, "127.0.0.1", "[2001:db8::1]:443", "[2001:db8::1]:443"),
        (OURS, "127.0.0.1", ", ".join(["10.0.0.5"] * 500), "10.0.0.5"),
    ],
)
def test_the_first_whom_none_of_ours_names_is_the_visitor(
    proxies: Proxies, peer: str, forwarded: str, visitor: str
) -> None:
    assert proxies.visitor(peer, forwarded) == visitor


@pytest.mark.parametrize(
    ("written", "counted"),
    [
        (ANA, ANA),
        (f"{ANA}:51000", ANA),
        (f"::ffff:{ANA}", ANA),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::9]:443", "2001:db8:1:2::/64"),
        ("nonsense", "?"),
        ("", "?"),
    ],
)
def test_a_house_is_one_place(written: str, counted: str) -> None:
    assert place(written) == counted


def test_this_machine_is_known() -> None:
    assert [is_here(item) for item in ("127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1", ANA, "localhost", "")] == [
        True, True, True, True, False, False, False,
    ]  # fmt: skip
