"""The settings of one line, with their defaults and where each comes from."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import time, timedelta
from typing import Literal

from checkin.core.rules.call_budget import CallBudget
from checkin.core.rules.phone import PhoneNumber
from checkin.core.rules.quiet_hours import Window
from checkin.core.rules.reply_budget import Budget
from checkin.core.rules.zones import zone

Ringing = Literal["waves", "one by one", "all at once"]


class BadPolicy(ValueError):
    """A setting that cannot be; the text names it and says what to write."""


@dataclass(frozen=True)
class RetentionLengths:
    """How long things are kept. Sources: the privacy promises in docs/privacy.md.

    consents: four years is the limitation period of the US Telephone Consumer Protection Act, as a keyed hash.
    """

    messages: timedelta = timedelta(days=30)
    calls: timedelta = timedelta(days=90)
    voicemail: timedelta = timedelta(days=14)
    consents: timedelta = timedelta(days=4 * 365 + 1)
    logs: timedelta = timedelta(days=14)


@dataclass(frozen=True)
class Policy:
    """What an organizer can set for a line. Raises BadPolicy when two settings contradict each other.

    Finding a peer (our own; the mean answer of US crisis lines was 44 s in 2022, so the limit leaves room)
      relay_limit      how long a caller waits for a peer before they choose something else
      text_relay_limit the same for texts, where an answer takes longer to type
      ringing          how phones ring: in waves, one by one, or all at once
      first_wave, next_wave, small_waves  volunteers in the first wave, in each after it, and how many of these come
                       before everyone; waves: how many in each, instead of the three
      wave_every, text_wave_every  time between two waves
      ring_for         how long one phone rings; the network adds five seconds, most voicemails answer at 25 s or later
      ring_inline_after  when the wait loop rings by itself, since no worker did
      backup           the number that rings last; None: there is none
    In a relay
      longest_talk, talk_warning  the limit of a call, and how long before it both are told
      early_drop       a volunteer lost within this time is connected again
      relay_idle       silence after which a text relay is closed kindly
      detect_machines  the network guesses whether a machine picked up; a hint, beside the key that only people press
      pictures, picture_link  whether pictures cross a text relay, and for how long the link to one opens it
    For volunteers (a hard cap on hours: reviews of crisis-line work find strain to grow with load)
      rest             after each relay
      daily_limit      relays in a day
      texts_at_once    text relays that one volunteer can be in
      on_end, weekly   hours on end, and in seven days, without an organizer's yes
      bad_number_after failed calls in a row after which a number is left out
      missed_calls     calls in a row that rang out, after which they are asked how they are, and rung later
    Writing unasked
      window           hours in the contact's own zone
      follow_ups_a_day, slower_after, end_after  at most; unanswered ones after which a series slows down and ends
      too_late         a follow-up later than this is no longer sent
      after_danger     how long none is sent after a sign of danger that nobody has looked at; None: all are
      per_second       segments that the line's number sends in a second; None: as fast as they come
      service          the network's messaging service that texts go through; None: straight from the number
      new_numbers      numbers new to the line that are answered in full within ten minutes (messages.circuit_breaker)
      budget           answers to one number
      calls            waits for a volunteer by call, of one number and of all withheld callers
      countries        ISO codes of the countries that the line texts and calls
    What never reached us, and what the network holds
      answer_missed    a text or call that did not reach us is answered by us up to this age; then a person sees it
      blank_at_network how long after they have arrived the words of texts are blanked at the network
    """

    time_zone: str = "UTC"
    languages: tuple[str, ...] = ("en",)
    countries: frozenset[str] = frozenset({"US", "CA"})

    relay_limit: timedelta = timedelta(seconds=120)
    text_relay_limit: timedelta = timedelta(minutes=10)
    ringing: Ringing = "waves"
    first_wave: int = 3
    next_wave: int = 3
    small_waves: int = 2
    waves: tuple[int, ...] = ()
    wave_every: timedelta = timedelta(seconds=20)
    text_wave_every: timedelta = timedelta(seconds=60)
    ring_for: timedelta = timedelta(seconds=20)
    ring_inline_after: timedelta = timedelta(seconds=5)
    backup: PhoneNumber | None = None

    longest_talk: timedelta = timedelta(minutes=60)
    talk_warning: timedelta = timedelta(minutes=5)
    early_drop: timedelta = timedelta(seconds=10)
    relay_idle: timedelta = timedelta(minutes=30)
    detect_machines: bool = False
    pictures: bool = True
    picture_link: timedelta = timedelta(hours=1)

    rest: timedelta = timedelta(minutes=10)
    daily_limit: int = 8
    texts_at_once: int = 3
    on_end: timedelta = timedelta(hours=4)
    weekly: timedelta = timedelta(hours=12)
    bad_number_after: int = 5
    missed_calls: int = 5

    window: Window = Window(time(10), time(18))
    follow_ups_a_day: int = 1
    slower_after: int = 2
    end_after: int = 4
    too_late: timedelta = timedelta(days=2)
    after_danger: timedelta | None = timedelta(days=1)
    answer_missed: timedelta = timedelta(hours=6)
    blank_at_network: timedelta = timedelta(hours=1)
    per_second: float | None = None
    service: str | None = None
    new_numbers: int = 100
    budget: Budget = field(default_factory=Budget)
    calls: CallBudget = field(default_factory=CallBudget)
    kept: RetentionLengths = field(default_factory=RetentionLengths)

    def __post_init__(self) -> None:
        zone(self.time_zone)
        for setting in fields(self):
            value = getattr(self, setting.name)
            if isinstance(value, timedelta) and value <= timedelta():
                raise BadPolicy(f"{setting.name} is {value}: write a length of time above zero")
            if type(value) is int and value < 1:
                raise BadPolicy(f"{setting.name} is {value}: write a whole number from 1 on")
        if self.ring_for >= self.relay_limit:
            raise BadPolicy(
                f"ring_for ({self.ring_for}) isn't shorter than relay_limit ({self.relay_limit}): "
                "nobody could answer in time"
            )
        if self.talk_warning >= self.longest_talk:
            raise BadPolicy(
                f"talk_warning ({self.talk_warning}) isn't shorter than longest_talk ({self.longest_talk}): "
                "write how long before its end both are told"
            )
        if self.slower_after > self.end_after:
            raise BadPolicy(f"slower_after ({self.slower_after}) is beyond end_after ({self.end_after})")
