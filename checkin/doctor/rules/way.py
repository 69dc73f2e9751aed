"""The way from outside to this line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from checkin.doctor.facts import LineFacts
from checkin.doctor.findings import DoctorFinding

SLOW = 3.0
SKEW = timedelta(seconds=30)
"""One-time codes are good for half a minute."""

TROUBLES = {
    "no such host": ("has no address in the DNS", "Add an A or AAAA record for it that names this machine."),
    "no connection": ("takes no connection", "Start the line and its proxy, and open ports 80 and 443."),
    "certificate": (
        "has no good certificate",
        "Let the proxy fetch one: Caddy does by itself once the name leads here.",
    ),
    "no answer in time": ("does not answer in ten seconds", "Look whether the line runs: checkin up."),
    "redirect": ("leads on to somewhere else", "Write into PUBLIC_URL where it leads, with https://."),
}


def made_up(facts: LineFacts) -> DoctorFinding | None:
    """Values of the example reach nobody."""
    if not facts.made_up:
        return None
    return DoctorFinding("made_up", "Settings", "red", facts.made_up, "Write your own, or run: checkin setup")


def way(facts: LineFacts) -> DoctorFinding | None:
    """A signed question to our own public address must come back from this line."""
    found = facts.way
    if found is None:
        return None
    title, host = "Public address", facts.public_url
    if found.trouble:
        said, todo = TROUBLES[found.trouble]
        more = f" ({found.leads_to})" if found.leads_to else ""
        return DoctorFinding("way", title, "red", f"{host} {said}{more}.", todo)
    if found.status == 403:
        return DoctorFinding(
            "way", title, "red", f"{host} leads to a line that refuses our signature: it would refuse Twilio's, too.",
            "Is the process that runs older than the .env? Start it anew. Else a proxy rewrites the host or path.",
        )  # fmt: skip
    if found.status in (502, 503, 504):
        return DoctorFinding(
            "way", title, "red", f"{host} reaches a proxy, and no line behind it ({found.status}).",
            "Start the line: checkin up; and let the proxy hand on to its port.",
        )  # fmt: skip
    if found.status != 200 or not found.proof:
        return DoctorFinding(
            "way", title, "red", f"{host} is answered by something that is no line ({found.status}).",
            "Let that name lead to this machine, and its proxy to the line's port.",
        )  # fmt: skip
    if found.proof != facts.proof:
        return DoctorFinding(
            "way", title, "red", f"{host} is another line's, with another CHECKIN_SECRET.",
            "Stop the other one, or correct PUBLIC_URL.",
        )  # fmt: skip
    if found.seconds > SLOW:
        return DoctorFinding(
            "way", title, "amber", f"{host} leads here, in {found.seconds:.1f} seconds.", "Look at what keeps it busy."
        )
    return DoctorFinding("way", title, "green", f"{host} leads here: a signed question came back.")


def proxy(facts: LineFacts) -> DoctorFinding | None:
    """Without the proxy's word everybody in the world is one place for sign-in."""
    found = facts.way
    if found is None or not found.proof or found.proof != facts.proof:
        return None
    if found.forwarded and not found.trusted:
        return DoctorFinding(
            "proxy", "Proxy", "red", "A proxy stands in front, and its word is not taken: all visitors count as one.",
            "Write CHECKIN_TRUSTED_PROXIES=127.0.0.1 for a proxy on this machine.",
        )  # fmt: skip
    if found.trusted and not found.forwarded:
        return DoctorFinding(
            "proxy", "Proxy", "amber", "CHECKIN_TRUSTED_PROXIES is set, and no proxy says who asks (X-Forwarded-For).",
            "Let the proxy add it: docs/running-it.md has it for Caddy and nginx.",
        )  # fmt: skip
    return DoctorFinding("proxy", "Proxy", "green", "It says who asks." if found.forwarded else "There is none.")


def clock(facts: LineFacts) -> DoctorFinding | None:
    """A clock that is off sends follow-ups at the wrong time, and refuses one-time codes."""
    if facts.skew is None:
        return None
    seconds = abs(facts.skew.total_seconds())
    if seconds > SKEW.total_seconds():
        side = "ahead of" if facts.skew > timedelta() else "behind"
        return DoctorFinding(
            "clock", "Clock", "red", f"This machine is {seconds:.0f} seconds {side} the network.",
            "Switch time synchronization on: timedatectl set-ntp true",
        )  # fmt: skip
    return DoctorFinding("clock", "Clock", "green", "It agrees with the network's.")


CHECKS: tuple[Callable[[LineFacts], DoctorFinding | None], ...] = (made_up, way, proxy, clock)
