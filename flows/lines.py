"""The lines: each a number with its flows, its team's ways and its limits. The shape of `lines.yaml`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, field_validator

from flows.durations import Duration
from flows.hours import Schedule, Zone
from flows.steps.base import Name, Window
from flows.texts import Shape, Text

E164 = r"^\+[1-9][0-9]{6,14}$"
Count = Annotated[int, Field(strict=True, ge=1, le=10_000)]


def _quoted(value: Any) -> Any:
    if type(value) is int:
        raise ValueError(f"put the number in quotes: YAML reads it as the integer {value}")
    return value


E164Number = Annotated[str, BeforeValidator(_quoted), Field(pattern=E164)]
ShortNumber = Annotated[str, BeforeValidator(lambda value: str(value)), Field(pattern=r"^\+?[0-9]{3,15}$")]
Entry = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?$")]


class RelayRules(Shape):
    """How a contact and a volunteer are joined.

    limit: how long a contact waits at most. wave_seconds: from one wave of ringing to the next. at_once: how many
    phones each wave rings; after the last of them everyone. rest: a volunteer's pause after a relay. longest: a
    talk's limit. idle: silence that ends a text relay. per_day: relays of one volunteer in a day. backup: a number
    that is rung after the last wave.
    """

    limit: Duration = timedelta(minutes=2)
    wave_seconds: Annotated[int, Field(strict=True, ge=5, le=120)] = 20
    at_once: Annotated[tuple[Count, ...], Field(min_length=1, max_length=6)] = (2, 3)
    rest: Duration = timedelta(minutes=10)
    longest: Duration = timedelta(hours=1)
    idle: Duration = timedelta(minutes=30)
    per_day: Count = 8
    backup: E164Number | None = None


class FollowUpRules(Shape):
    """When we may write first: the window in the contact's own time, and how many a day.

    slower_after: unanswered ones after which they come more slowly; stop_after: after which they stop, kindly.
    """

    between: Window = "10:00-18:00"
    per_day: Count = 1
    slower_after: Count = 2
    stop_after: Count = 4


class ReplyBudget(Shape):
    """How many answers one number gets, so that two robots cannot talk for ever."""

    per_10_minutes: Count = 10
    per_day: Count = 30


class Line(Shape):
    """One line. Every key but `calls`, `texts` and `crisis_number` has a default.

    key: its name in our records. number: E.164, or None while it comes from the environment. calls, texts: the flow
    (or `flow.step`) that answers. person, menu, message: where 0 and PERSON, * and MENU, and "leave a message
    instead" lead (None: found in the flows). keywords: language (`any`: every one) -> word -> flow. fallback: dialled
    when we are down, never said. crisis_number, emergency_number: what we tell people. introduction: said first to a
    new contact by text, instead of the sentence in words.yaml. voices: the carrier's voice per language.
    wait_topics: topics of the stories told while waiting. countries: ISO codes that we text and call.
    """

    key: Name = "default"
    name: str = ""
    number: E164Number | None = None
    calls: Entry
    texts: Entry
    person: Entry | None = None
    menu: Entry | None = None
    message: Entry | None = None
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
    wait_topics: tuple[str, ...] = ()
    countries: tuple[Annotated[str, Field(pattern=r"^[A-Z]{2}$")], ...] = ("US", "CA")
    voices: Mapping[str, str] = {}

    @field_validator("keywords", mode="before")
    @classmethod
    def _for_every_language(cls, value: Any) -> Any:
        if isinstance(value, Mapping) and any(isinstance(part, str) for part in value.values()):
            return {"any": value}
        return value

    def targets(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """Every flow (or `flow.step`) that this line leads to, after the path of the key that names it."""
        for key in ("calls", "texts", "person", "menu", "message"):
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
        for kind in ("key", "number"):
            used = [name for line in value if (name := getattr(line, kind)) is not None]
            if twice := sorted({name for name in used if used.count(name) > 1}):
                raise ValueError(f"two lines have the {kind} {twice[0]!r}: give each its own `{kind}`")
        return value


class SchedulesFile(Shape):
    """`schedules.yaml`: opening hours by name."""

    schedules: Mapping[Name, Schedule] = {}
