"""The ways of ringing that are compared: ours, and the two that lines use elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, replace

from checkin.core.rules.policy import Policy
from checkin.relays.rules.waves import Wish

ROUNDS = 3
"""One by one, each phone may ring this often within the limit, as long as there is time."""


@dataclass(frozen=True)
class Way:
    """A way of ringing. for_ever: whoever was not reached is looked for again and again, with no limit to the wait."""

    name: str
    policy: Policy
    wish: Wish
    for_ever: bool = False


def compared(policy: Policy) -> tuple[Way, ...]:
    """The line's own way first; then one by one, the same without a limit, and all at once, else all alike."""
    ours = replace(policy, backup=None)
    one_by_one = replace(ours, ringing="one by one")
    return (
        Way(f"ours: {policy.ringing}", ours, Wish()),
        Way("one by one", one_by_one, Wish(rounds=ROUNDS)),
        Way("one by one, for ever", one_by_one, Wish(), for_ever=True),
        Way("all at once", replace(ours, ringing="all at once"), Wish()),
    )
