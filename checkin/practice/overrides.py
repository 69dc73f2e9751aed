"""Connection overrides: `#rc=2&rp=5xx,ct,rt` behind a webhook's URL (twilio.com/docs/usage/webhooks)."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urldefrag

LONGEST = 15.0


@dataclass(frozen=True)
class Overrides:
    """Seconds for connecting, reading and in all; how often to try again, and after what."""

    connect: float = 5.0
    read: float = LONGEST
    total: float = LONGEST
    retries: int = 1
    policy: frozenset[str] = frozenset({"ct"})

    def again(self, failure: str) -> bool:
        """Whether this failure (ct, rt, 4xx, 5xx) is tried again."""
        return failure in self.policy or "all" in self.policy


def split(url: str) -> tuple[str, Overrides]:
    """The URL as it is asked and signed, and what its fragment says; values out of range become the nearest end."""
    bare, fragment = urldefrag(url)
    said = dict(parse_qsl(fragment))
    return bare, Overrides(
        connect=_seconds(said.get("ct"), 5.0, 10.0),
        read=_seconds(said.get("rt"), LONGEST, LONGEST),
        total=_seconds(said.get("tt"), LONGEST, LONGEST),
        retries=min(5, int(said["rc"])) if said.get("rc", "").isdigit() else 1,
        policy=frozenset(said["rp"].split(",")) if "rp" in said else frozenset({"ct"}),
    )


def _seconds(milliseconds: str | None, default: float, most: float) -> float:
    if milliseconds is None or not milliseconds.isdigit():
        return default
    return min(most, max(0.1, int(milliseconds) / 1000))
