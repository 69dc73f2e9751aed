"""The lines: each a number with its flows, its team's ways and its limits. The shape of `lines.yaml`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from difflib import get_close_matches
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from flows.model.durations import Duration
from flows.model.schedules import DAYS, Days, Schedule, Zone
from flows.model.step import Flag, Name, Window
from flows.model.text import Shape, Text

BASIC = ("man", "woman", "alice")

_STANDARD = """
Aditi Amy Astrid Bianca Brian Camila Carla Carmen Celine Chantal Conchita Cristiano Dora Emma Enrique Ewa Filiz
Geraint Giorgio Gwyneth Hans Ines Ivy Jacek Jan Joanna Joey Justin Karl Kendra Kimberly Lea Liv Lotte Lucia Lupe Mads
Maja Marlene Mathieu Matthew Maxim Mia Miguel Mizuki Naja Nicole Penelope Raveena Ricardo Ruben Russell Salli Seoyeon
Takumi Tatyana Vicki Vitoria Zeina Zhiyu
"""

_NEURAL = """
Adriano Alba Amy Andres Aria Arlet Arthur Ayanda Bianca Brian Burcu Camila Daniel Danielle Elin Emma Gabrielle Gregory
Hala Hannah Hiujin Ida Ines Isabelle Ivy Jasmine Jihye Jitka Joanna Joey Justin Kajal Kazuha Kendra Kevin Kimberly
Laura Lea Liam Lisa Lucia Lupe Matthew Mia Niamh Ola Olivia Patrick Pedro Raul Remi Ruth Sabrina Salli Seoyeon Sergio
Sofie Stephen Suvi Takumi Thiago Tomoko Vicki Vitoria Zayd Zhiyu
"""

_GENERATIVE_ALONE = "Lennart Lorenzo Tiffany Tristan"

POLLY = frozenset(
    [f"Polly.{name}" for name in _STANDARD.split()]
    + [f"Polly.{name}-Neural" for name in _NEURAL.split()]
    + [f"Polly.{name}-Generative" for name in f"{_STANDARD} {_NEURAL} {_GENERATIVE_ALONE}".split()]
)
"""Which of them Amazon has made generative changes by the month: for those the name alone is looked at."""

_GOOGLE = re.compile(r"Google\.(?P<where>[a-z]{2,3}-[A-Z]{2})-(?P<kind>.+)-(?P<which>[A-Za-z0-9]+)")
_GOOGLE_KINDS = ("Standard", "Wavenet", "Neural2", "Studio", "News", "Polyglot", "Casual", "Chirp-HD", "Chirp3-HD")


def complaint(name: str) -> str | None:
    """What is wrong with the name of a voice, and what to write; None when it is one."""
    if name in BASIC or _plain(name) in POLLY:
        return None
    found = _GOOGLE.fullmatch(name)
    if found is not None and found["kind"] in _GOOGLE_KINDS:
        return None
    near = _nearest(name, found)
    meant = f"did you mean {near!r}?" if near else "write one of its names, such as 'Polly.Joanna-Neural'"
    return f"Twilio has no voice {name!r}: {meant}"


def _plain(name: str) -> str:
    """Without accents: Twilio takes Polly.Céline and Polly.Celine."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter))


def _nearest(name: str, google: re.Match[str] | None) -> str | None:
    if google is not None:
        kind = get_close_matches(google["kind"], _GOOGLE_KINDS, 1, 0.5)
        return f"Google.{google['where']}-{kind[0]}-{google['which']}" if kind else None
    voice = _plain(name).rpartition(".")[2].casefold()
    known = {full.removeprefix("Polly.").casefold(): full for full in sorted(POLLY)}
    almost, alike = (get_close_matches(voice, list(known), 1, how) for how in (0.85, 0.7))
    base = voice.partition("-")[0]
    return known[almost[0] if almost else base] if almost or base in known else known[alike[0]] if alike else None


E164 = r"^\+[1-9][0-9]{6,14}$"
MOST_PHONES, MOST_WAVES = 100, 6
"""In one wave; and how many of them a line may say itself, before everyone."""

Count = Annotated[int, Field(strict=True, ge=1, le=10_000)]


def _quoted(value: Any) -> Any:
    if type(value) is int:
        raise ValueError(f"put the number in quotes: YAML reads it as the integer {value}")
    return value


def _waves(value: Any) -> Any:
    """One number for all waves, or one for each."""
    waves = value if isinstance(value, list | tuple) else (value,)
    if not 1 <= len(waves) <= MOST_WAVES or any(
        type(wave) is not int or not 1 <= wave <= MOST_PHONES for wave in waves
    ):
        raise ValueError(
            f"`at_once`: write how many phones ring together, like 3 (from 1 to {MOST_PHONES}), "
            f"or one number for each wave, like [1, 2, 4] (at most {MOST_WAVES})"
        )
    return tuple(waves)


OurNumber = Annotated[str, BeforeValidator(_quoted), Field(pattern=r"^(\+[1-9][0-9]{6,14}|[1-9][0-9]{4,5})$")]
E164Number = Annotated[str, BeforeValidator(_quoted), Field(pattern=E164)]
ShortNumber = Annotated[str, BeforeValidator(lambda value: str(value)), Field(pattern=r"^\+?[0-9]{3,15}$")]
Entry = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?$")]


class RelayRules(Shape):
    """How a contact and a volunteer are joined.

    limit: how long a contact waits at most. wave_seconds: from one wave of ringing to the next. at_once: how many
    phones each of the first waves rings, as one number for three of them or one for each; then everyone. ringing: in
    waves, one by one, or all at once. rest: a volunteer's pause after a relay. longest: a call's limit; warning: how
    long before it both are told. idle: silence that ends a text relay. per_day: relays of one volunteer in a day;
    on_end, per_week: hours on end and in seven days without an organizer's yes. backup: a number that is rung after
    the last wave. machine_detection: the network also guesses whether a machine picked up; nobody waits for its
    guess. pictures: pictures cross a text relay as a link.
    """

    limit: Duration = timedelta(minutes=2)
    wave_seconds: Annotated[int, Field(strict=True, ge=5, le=120)] = 20
    at_once: Annotated[tuple[int, ...], BeforeValidator(_waves)] = (3,)
    ringing: Literal["waves", "one by one", "all at once"] = "waves"
    rest: Duration = timedelta(minutes=10)
    longest: Duration = timedelta(hours=1)
    warning: Duration = timedelta(minutes=5)
    idle: Duration = timedelta(minutes=30)
    per_day: Count = 8
    on_end: Duration = timedelta(hours=4)
    per_week: Duration = timedelta(hours=12)
    backup: E164Number | None = None
    machine_detection: Flag = False
    pictures: Flag = True

    @model_validator(mode="after")
    def _warned_in_time(self) -> RelayRules:
        if self.warning >= self.longest:
            raise ValueError("`warning` isn't shorter than `longest`: write how long before its end both are told")
        return self


class FollowUpRules(Shape):
    """When we may write first: the window in the contact's own time, and how many a day.

    days: weekdays on which we do (every). closed: days off of the line, 2026-12-25, or 12-25 for every year.
    slower_after: unanswered ones after which they come more slowly; stop_after: after which they stop, kindly.
    after_danger: for so long after a sign of danger none goes, unless somebody has looked at the alert (none: all do).
    """

    between: Window = "10:00-18:00"
    days: Days = DAYS
    closed: tuple[Annotated[str, Field(pattern=r"^([0-9]{4}-)?(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")], ...] = ()
    per_day: Count = 1
    slower_after: Count = 2
    stop_after: Count = 4
    after_danger: Annotated[Duration | None, BeforeValidator(lambda value: None if value == "none" else value)] = (
        timedelta(days=1)
    )

    @field_validator("closed")
    @classmethod
    def _real(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for day in value:
            date.fromisoformat(day if len(day) == len("2026-12-25") else f"2024-{day}")
        return value


class Cover(Shape):
    """How many volunteers are wanted on shift at once; the schedule shows where there are fewer.

    days: weekdays on which the hours begin (every). between: on the line's clock; past midnight when it ends before it
    begins, and around the clock when both are the same.
    """

    days: Days = DAYS
    between: Window
    volunteers: Annotated[int, Field(strict=True, ge=1, le=100)] = 1


class Sending(Shape):
    """How texts leave: how many segments a second the number may send (None: 1 on Twilio, all that come elsewhere), and
    the messaging service they go through (its id; None: straight from the number).
    """

    per_second: Annotated[float, Field(gt=0, le=1000)] | None = None
    service: Annotated[str, Field(pattern=r"^MG[0-9a-f]{32}$")] | None = None


class StoryRules(Shape):
    """How stories come before their reviewers, and how long a teller's yes lasts.

    reviewers: whose yes a teller's story needs before anyone hears it. reports: listeners who report a story before it
    is hidden and reviewed again. review_within: a story that waits longer is told to the leads, as often again.
    ask_again: after which a teller is asked whether their story may stay.
    """

    reviewers: Annotated[int, Field(strict=True, ge=1, le=2)] = 1
    reports: Count = 3
    review_within: Duration = timedelta(days=3)
    ask_again: Duration = timedelta(days=365)


class ReplyBudget(Shape):
    """How many answers one number gets, so that two robots cannot talk for ever.

    new_numbers: how many that never texted before are answered in full within ten minutes; further ones get the crisis
    number and little else, for so many strangers at once are rather one who has numbers pumped than people.
    """

    per_10_minutes: Count = 10
    per_day: Count = 30
    new_numbers: Count = 100


class CallBudgetSetting(Shape):
    """How many times volunteers are rung for one number, so that redialing does not keep a team's phones ringing; and
    for all callers who withhold theirs together. Beyond it callers hear what they would hear if everybody were busy.
    """

    per_10_minutes: Count = 5
    per_day: Count = 15
    withheld_per_10_minutes: Count = 20
    withheld_per_day: Count = 60


class Line(Shape):
    """One line. Every key but `calls`, `texts` and `crisis_number` has a default.

    key: its name in our records. number: E.164, or a short code of five or six digits; None while it comes from the
    environment. voice_number: what calls come to and leave from, where the number is a short code. calls, texts: the
    flow (or `flow.step`) that answers. person, menu, message: where 0 and PERSON, * and MENU, and "leave a message
    instead" lead (None: found in the flows). take_back: where WITHDRAW without a code leads (None: it asks for the
    code). keywords: language (`any`: every one) -> word -> flow. fallback: dialed when we are down, never said.
    crisis_number, emergency_number: what we tell people. introduction: said first to a new contact by text, instead
    of the sentence in words.yaml. voices: the carrier's voice per language. wait_topics: topics of the stories told
    while waiting. countries: ISO codes that we text and call. answer_missed: how old a text or call may be that did
    not reach us and is still answered by us; an older one is put before a person. blank_at_network: how long after
    they have arrived the words of texts are blanked at the network.
    """

    key: Name = "default"
    name: str = ""
    number: OurNumber | None = None
    voice_number: E164Number | None = None
    calls: Entry
    texts: Entry
    person: Entry | None = None
    menu: Entry | None = None
    message: Entry | None = None
    take_back: Entry | None = None
    languages: Annotated[tuple[str, ...], Field(min_length=1, max_length=20)] = ("en",)
    keywords: Mapping[str, Mapping[str, Entry]] = {}
    fallback: E164Number | None = None
    crisis_number: ShortNumber
    emergency_number: ShortNumber = "911"
    introduction: Text | None = None
    time_zone: Zone = "America/New_York"
    relay: RelayRules = RelayRules()
    follow_ups: FollowUpRules = FollowUpRules()
    reply_budget: ReplyBudget = ReplyBudget()
    call_budget: CallBudgetSetting = CallBudgetSetting()
    sending: Sending = Sending()
    stories: StoryRules = StoryRules()
    cover: tuple[Cover, ...] = ()
    wait_topics: tuple[str, ...] = ()
    countries: tuple[Annotated[str, Field(pattern=r"^[A-Z]{2}$")], ...] = ("US", "CA")
    voices: Mapping[str, str] = {}
    answer_missed: Duration = timedelta(hours=6)
    blank_at_network: Duration = timedelta(hours=1)

    @field_validator("keywords", mode="before")
    @classmethod
    def _for_every_language(cls, value: Any) -> Any:
        if isinstance(value, Mapping) and any(isinstance(part, str) for part in value.values()):
            return {"any": value}
        return value

    @field_validator("voices")
    @classmethod
    def _known_voices(cls, value: Mapping[str, str]) -> Mapping[str, str]:
        for name in value.values():
            if wrong := complaint(name):
                raise ValueError(wrong)
        return value

    @property
    def calls_by(self) -> str | None:
        """The number that calls come to and leave from; None: it takes texts alone."""
        if self.voice_number is not None:
            return self.voice_number
        return self.number if self.number is not None and self.number.startswith("+") else None

    @property
    def numbers(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(number for number in (self.number, self.voice_number) if number))

    def targets(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """Every flow (or `flow.step`) that this line leads to, after the path of the key that names it."""
        for key in ("calls", "texts", "person", "menu", "message", "take_back"):
            if target := getattr(self, key):
                yield (key,), target
        for language, words in self.keywords.items():
            for word, target in words.items():
                path = ("keywords", word) if language == "any" else ("keywords", language, word)
                yield path, target


class LinesFile(Shape):
    """`lines.yaml`. The line called `default` takes its number from the environment."""

    lines: Annotated[tuple[Line, ...], Field(min_length=1, max_length=200)]

    @field_validator("lines")
    @classmethod
    def _different(cls, value: tuple[Line, ...]) -> tuple[Line, ...]:
        for kind, used in (
            ("key", [line.key for line in value]),
            ("number", [number for line in value for number in line.numbers]),
        ):
            if twice := sorted({name for name in used if used.count(name) > 1}):
                raise ValueError(f"two lines have the {kind} {twice[0]!r}: give each its own `{kind}`")
        return value


class SchedulesFile(Shape):
    """`schedules.yaml`: opening hours by name."""

    schedules: Mapping[Name, Schedule] = {}
