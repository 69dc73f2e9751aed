"""One shift on one way of ringing, event by event: the order of ringing is the service's, the rows are plain values.

Who is asked, in which wave and when, is decided by checkin.relays.rules (ringing, line_up, matching, waves) alone. The
clock is here, what people do when their phone rings, and that a caller is told when nobody is left to ask.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from checkin.relays.rules import ringing
from checkin.relays.rules.matching import Candidate, Need
from checkin.relays.rules.ringing import LineUp, LineUpStanding, WaveToAsk, in_time, line_up
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


class _Search:
    """The relay of one caller, as checkin.relays.rules.ringing rings for it. `asked`: how often whom; `ringing`: the
    offers that are live, by volunteer.
    """

    def __init__(self, shift: Shift, caller: Caller) -> None:
        self.shift, self.caller = shift, caller
        self.is_open = True
        self.ringing: dict[str, int] = {}
        self.anew()

    def anew(self) -> None:
        """It is opened now: nobody was asked yet."""
        self.wave = 0
        self.opened_at, self.limit_at = self.shift.now, self.shift.now + limit(self.shift.way.policy, "voice")
        self.asked: dict[str, int] = {}
        self.refused: set[str] = set()

    def may_ring(self) -> bool:
        return in_time(self.shift.now, self.limit_at)

    def line_up(self) -> LineUp:
        return line_up(self.shift.standing(self), NEED, self.shift.now, self.shift.way.policy, self.shift.way.wish)

    def anyone_asked(self) -> bool:
        return bool(self.ringing)

    def backup_asked(self) -> bool:
        return False

    def ask(self, wave: WaveToAsk) -> int:
        self.wave = wave.index
        self.shift.ask(self, wave.who)
        return len(wave.who)

    def plan(self, index: int, after: timedelta) -> None:
        self.shift.at(self.opened_at + after, partial(self.shift.wave_due, self, index))


class Shift:
    """Play one night of the scenario. `outcomes`: what became of each caller; `loads`: of each volunteer, by id."""

    def __init__(self, way: Way, scenario: Scenario, night: int) -> None:
        self.way, self.scenario, self.night = way, scenario, night
        self.outcomes: list[Outcome] = []
        self._team = {volunteer.id: _Volunteer(volunteer) for volunteer in scenario.volunteers}
        self._due: list[tuple[datetime, int, Callable[[], None]]] = []
        self._count = itertools.count()
        self._offers = itertools.count(1)
        self.now = BEGINS
        for caller in callers(scenario, night):
            self.at(caller.at, partial(self._calls, caller))
        while self._due:
            self.now, _, happens = heapq.heappop(self._due)
            happens()

    @property
    def loads(self) -> dict[str, Load]:
        """What each volunteer had to do."""
        return {name: item.load for name, item in self._team.items()}

    def at(self, moment: datetime, happens: Callable[[], None]) -> None:
        """This will happen then."""
        heapq.heappush(self._due, (moment, next(self._count), happens))

    def _calls(self, caller: Caller) -> None:
        search = _Search(self, caller)
        self.at(caller.at + caller.patience, lambda: self._over(search, "hung up"))
        self._begins(search)

    def _begins(self, search: _Search) -> None:
        """Nobody to ask: the caller is told so at once."""
        lined_up = search.line_up()
        if not lined_up.waves:
            self._nobody(search, LOOKS_AGAIN)
            return
        ringing.begin(search, lined_up)
        began = search.opened_at
        self.at(search.limit_at, lambda: self._nobody(search) if search.opened_at == began else None)

    def _nobody(self, search: _Search, again_in: timedelta = timedelta()) -> None:
        """Nobody took it: the caller is told; or, on a line that rings for ever, the search begins anew."""
        if not self.way.for_ever:
            self._over(search, "told")
        elif search.is_open:
            self._let_go(search)
            search.anew()
            self.at(self.now + again_in, lambda: self._looks_again(search))

    def _looks_again(self, search: _Search) -> None:
        if search.is_open:
            search.anew()
            self._begins(search)

    def wave_due(self, search: _Search, index: int) -> None:
        """The clock says so; it may have been asked already."""
        if search.is_open and search.wave < index:
            ringing.ask_next(search, index)
            self._go_on(search)

    def _go_on(self, search: _Search) -> None:
        if not ringing.go_on(search):
            self._nobody(search)

    def ask(self, search: _Search, names: list[str]) -> None:
        """Their phones ring, and each of them does what they do."""
        for name in names:
            found, offer = self._team[name], next(self._offers)
            nth = search.asked[name] = search.asked.get(name, 0) + 1
            search.ringing[name] = offer
            found.busy, found.idle_since = True, self.now
            found.load.rings += 1
            how, rings = answer(self.scenario, self.night, search.caller.number, found.person, nth)
            longest = min(self.way.policy.ring_for, search.limit_at - self.now) + NETWORK_RINGS_ON
            if how == "rings out" or rings > longest:
                self.at(self.now + PLACING + longest, partial(self._passes, search, name, offer, refuses=False))
                continue
            decided = self.now + PLACING + rings + WHISPER
            if how == "declines":
                self.at(decided, partial(self._passes, search, name, offer, refuses=True))
            else:
                self.at(decided, partial(self._takes, search, name, offer))

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
        self.at(self.now + talk, lambda: self._rests(member))

    def _rests(self, volunteer: _Volunteer) -> None:
        volunteer.busy, volunteer.idle_since, volunteer.rest_until = False, self.now, self.now + self.way.policy.rest

    def _over(self, search: _Search, how: str) -> None:
        if search.is_open:
            search.is_open = False
            self._let_go(search)
            self.outcomes.append(Outcome(how, self.now - search.caller.at))

    def _let_go(self, search: _Search) -> None:
        for name in search.ringing:
            self._team[name].busy = False
        search.ringing.clear()

    def standing(self, search: _Search) -> list[LineUpStanding]:
        """The team of this moment, as it stands to this search."""
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
