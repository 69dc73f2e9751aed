"""The order of ringing: whom each wave asks and when, with rows (the service) or plain values (a study)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from checkin.relays.rules.line_up import EVERY_WAVE, MOST_WAVES, LineUp


@dataclass(frozen=True)
class WaveToAsk:
    """Those who are asked together now. `backup`: the line's backup number rings too."""

    index: int
    who: list[str]
    backup: bool = False


class OpenRelay(Protocol):
    """A relay that looks for a volunteer, as whoever rings for it keeps it. `wave`: the last one that was asked."""

    @property
    def wave(self) -> int:
        """The last wave that was asked."""

    @property
    def is_open(self) -> bool:
        """Whether it still looks for somebody."""

    def may_ring(self) -> bool:
        """Whether others may be asked, and a phone could still ring before the wait is over."""

    def line_up(self) -> LineUp:
        """The volunteers of this moment."""

    def anyone_asked(self) -> bool:
        """Whether somebody is being asked at this moment."""

    def backup_asked(self) -> bool:
        """Whether the backup number was asked already: it rings once."""

    def ask(self, wave: WaveToAsk) -> int | None:
        """Ask these. Answers how many could be; None: the relay has come further meanwhile."""

    def plan(self, index: int, after: timedelta) -> None:
        """Wave `index` is due `after` this long from the opening."""


def begin(relay: OpenRelay, lined_up: LineUp) -> None:
    """Ask the first wave and plan the others, the backup behind as many waves as there are by then.

    If others were asking all of the first just now, the next wave is due at once.
    """
    asked = relay.ask(WaveToAsk(0, lined_up.who(0), lined_up.backup(0)))
    for index, wave in enumerate(lined_up.waves[1:], 1):
        relay.plan(EVERY_WAVE if wave.backup else index, wave.after)
    if not asked:
        relay.plan(1, timedelta())


def ask_next(relay: OpenRelay, due: int) -> int | None:
    """Ask the wave that is `due`, and with it whomever those between it and the last one would have asked.

    So in whatever order waves are carried out, nobody is left out, and the backup number least of all. Answers how many
    are asked; None: there is nobody left, or no time, or the relay has come further.
    """
    asked = relay.wave
    if due <= asked or not relay.may_ring():
        return None
    lined_up = relay.line_up()
    index = lined_up.reach(due, asked)
    backup = lined_up.backup(index) and not relay.backup_asked()
    if index > MOST_WAVES or (lined_up.asks_nobody(index) and not backup):
        return None
    return relay.ask(WaveToAsk(index, lined_up.who(index, asked), backup))


def go_on(relay: OpenRelay) -> bool:
    """When nobody is being asked any more, ask the next wave at once. False: there is none; give it up."""
    while relay.is_open and not relay.anyone_asked():
        if ask_next(relay, relay.wave + 1) is None:
            return False
    return True
