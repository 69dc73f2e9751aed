"""One shift on one way of ringing, event by event: what the services do with rows, done here with plain values.

Who is asked, in which wave and when, is decided by checkin.rules alone (line_up, in_time, matching, waves), as in
checkin.relays; the order of events follows relays_waves (the next wave when it is due, or at once when
nobody is being asked any more; nobody left to ask: the caller is told).
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from checkin.relays.rules.line_up import MOST_WAVES, LineUpStanding, in_time, line_up
from checkin.relays.rules.matching import Candidate, Need
from checkin.relays.rules.waves import limit
from tests.bench.waiting.outcomes import Load, Outcome
from tests.bench.waiting.people import BEGINS, Caller, Person, Scenario, answer, callers
from tests.bench.waiting.ways import Way

NEED = Need("default", "voice")

PLACING = timedelta(seconds=2)
"""From asking the network till a phone rings."""

WHISPER = timedelta(seconds=6)
"""From picking up till a key is pressed: line, language, topic and waiting time are said first."""

NETWORK_RINGS_ON = timedelta(seconds=5)
"""What the network adds to the ringing that it is asked for."""

LOOKS_AGAIN = timedelta(seconds=20)
"""How soon a line that rings for ever looks again when nobody is free."""


@dataclass
class _Volunteer:
    """A volunteer in this shift, as their rows would say."""

    person: Person
    busy: bool = False
    today: int = 0
    week: timedelta = timedelta()
    rest_until: datetime | None = None
    idle_since: datetime | None = None
    load: Load = field(default_factory=Load)


@dataclass
class _Search:
    """The relay of one caller. `asked`: how often whom; `ringing`: the offers that are live, by volunteer."""

    caller: Caller
    opened_at: datetime
    limit_at: datetime
    open: bool = True
    wave: int = 0
    asked: dict[str, int] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    ringing: dict[str, int] = field(default_factory=dict)


class Shift:
    """Play one night of the scenario. `outcomes`: what became of each caller; `loads`: of each volunteer, by id."""

    def __init__(self, way: Way, scenario: Scenario, night: int) -> None:
        self.way, self.scenario, self.night = way, scenario, night
        self.outcomes: list[Outcome] = []
        self._team = {volunteer.id: _Volunteer(volunteer) for volunteer in scenario.volunteers}
        self._due: list[tuple[datetime, int, Callable[[], None]]] = []
        self._count = itertools.count()
        self._offers = itertools.count(1)
        self._now = BEGINS
        for caller in callers(scenario, night):
            self._at(caller.at, partial(self._calls, caller))
        while self._due:
            self._now, _, happens = heapq.heappop(self._due)
            happens()

    @property
    def loads(self) -> dict[str, Load]:
        """What each volunteer had to do."""
        return {name: item.load for name, item in self._team.items()}

    def _at(self, moment: datetime, happens: Callable[[], None]) -> None:
        heapq.heappush(self._due, (moment, next(self._count), happens))

    def _calls(self, caller: Caller) -> None:
        search = _Search(caller, self._now, self._now + limit(self.way.policy, "voice"))
        self._at(caller.at + caller.patience, lambda: self._over(search, "hung up"))
        self._begins(search)

    def _begins(self, search: _Search) -> None:
        """Ask the first wave and plan the others; nobody to ask: the caller is told so at once."""
        lined_up = line_up(self._standing(search), NEED, self._now, self.way.policy, self.way.wish)
        if not lined_up.waves:
            self._nobody(search, LOOKS_AGAIN)
            return
        self._ask(search, lined_up.who(0))
        for index, wave in enumerate(lined_up.waves[1:], 1):
            self._at(self._now + wave.after, partial(self._wave_due, search, index))
        began = search.opened_at
        self._at(search.limit_at, lambda: self._nobody(search) if search.opened_at == began else None)

    def _nobody(self, search: _Search, again_in: timedelta = timedelta()) -> None:
        """Nobody took it: the caller is told; or, on a line that rings for ever, the search begins anew."""
        if not self.way.for_ever:
            self._over(search, "told")
        elif search.open:
            self._let_go(search)
            search.asked.clear()
            search.refused.clear()
            search.wave = 0
            self._at(self._now + again_in, lambda: self._looks_again(search))

    def _looks_again(self, search: _Search) -> None:
        if search.open:
            search.opened_at, search.limit_at = self._now, self._now + limit(self.way.policy, "voice")
            self._begins(search)

    def _wave_due(self, search: _Search, index: int) -> None:
        if search.open and search.wave < index:
            self._ask_next(search)
            self._go_on(search)

    def _go_on(self, search: _Search) -> None:
        while search.open and not search.ringing:
            if not self._ask_next(search):
                self._nobody(search)
                return

    def _ask_next(self, search: _Search) -> bool:
        """Ask the wave after the last one. False: there is nobody left, or no time."""
        index = search.wave + 1
        if index > MOST_WAVES or not in_time(self._now, search.limit_at):
            return False
        lined_up = line_up(self._standing(search), NEED, self._now, self.way.policy, self.way.wish)
        if lined_up.asks_nobody(index):
            return False
        search.wave = index
        self._ask(search, lined_up.who(index))
        return True

    def _ask(self, search: _Search, names: list[str]) -> None:
        for name in names:
            found, offer = self._team[name], next(self._offers)
            nth = search.asked[name] = search.asked.get(name, 0) + 1
            search.ringing[name] = offer
            found.busy, found.idle_since = True, self._now
            found.load.rings += 1
            how, rings = answer(self.scenario, self.night, search.caller.number, found.person, nth)
            longest = min(self.way.policy.ring_for, search.limit_at - self._now) + NETWORK_RINGS_ON
            if how == "rings out" or rings > longest:
                self._at(self._now + PLACING + longest, partial(self._passes, search, name, offer, refuses=False))
                continue
            decided = self._now + PLACING + rings + WHISPER
            if how == "declines":
                self._at(decided, partial(self._passes, search, name, offer, refuses=True))
            else:
                self._at(decided, partial(self._takes, search, name, offer))

    def _passes(self, search: _Search, name: str, offer: int, *, refuses: bool) -> None:
        """A phone rang out, or its volunteer pressed 2."""
        if search.ringing.get(name) != offer:
            return
        del search.ringing[name]
        self._team[name].busy = False
        if refuses:
            search.refused.add(name)
        self._go_on(search)

    def _takes(self, search: _Search, name: str, offer: int) -> None:
        """Somebody pressed 1 first: they are joined, and every other phone falls silent."""
        if search.ringing.get(name) != offer:
            return
        member = self._team[name]
        self._over(search, "joined")
        talk = min(search.caller.talk, self.way.policy.longest_talk)
        member.busy, member.today, member.week = True, member.today + 1, member.week + talk
        member.load.talks, member.load.talked = member.load.talks + 1, member.load.talked + talk
        self._at(self._now + talk, lambda: self._rests(member))

    def _rests(self, volunteer: _Volunteer) -> None:
        volunteer.busy, volunteer.idle_since, volunteer.rest_until = False, self._now, self._now + self.way.policy.rest

    def _over(self, search: _Search, how: str) -> None:
        if search.open:
            search.open = False
            self._let_go(search)
            self.outcomes.append(Outcome(how, self._now - search.caller.at))

    def _let_go(self, search: _Search) -> None:
        for name in search.ringing:
            self._team[name].busy = False
        search.ringing.clear()

    def _standing(self, search: _Search) -> list[LineUpStanding]:
        return [
            LineUpStanding(
                Candidate(
                    id=name, line=NEED.line, on_since=BEGINS, rest_until=item.rest_until, calls=int(item.busy),
                    today=item.today, week=item.week, asked=name in search.asked, idle_since=item.idle_since,
                ),
                search.asked.get(name, 0),
                name in search.refused,
            )
            for name, item in self._team.items()
        ]  # fmt: skip
