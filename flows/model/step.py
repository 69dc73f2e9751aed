"""What every step of a flow may carry, and what whoever checks, draws, reads or translates a flow may ask of it.

A step answers for itself: the module in `flows/steps` that has its shape overrides what is different about it. How it
runs is asked in `flows/engine/step.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, NamedTuple

from pydantic import BeforeValidator, Field, Strict, model_validator

from flows.model.durations import Duration
from flows.model.text import Channel, Path, Shape, Text, WordList

Flag = Annotated[bool, Strict()]
Whole = Annotated[int, Strict()]
Name = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,59}$")]
Target = Annotated[str, Field(pattern=r"^(@[0-9]+|[A-Za-z_][A-Za-z0-9_]{0,59})$")]
Window = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$")]
Key = Annotated[
    str, BeforeValidator(lambda key: str(key) if type(key) is int else key), Field(pattern=r"^[0-9*#]{1,4}$")
]
Plain = str | Annotated[bool, Strict()] | Annotated[int, Strict()] | None

ONWARD = "(onward)"
"""The outcome of whoever simply falls through a step to the next one."""

LEAVES = "(leaves)"
FALLS_OFF = "(falls off)"
NOTHING_HOLDS = "none of these"

APART = frozenset({"timeout", "invalid", "hung_up", "no_answer", "busy", "closed", "none", "nothing_yet", "empty"})

Manner = Literal["chosen", "apart", "silent"]
"""chosen: somebody or something decided; apart: silence, nonsense, a hang-up, nobody there; silent: simply onward."""

LONG = 400
"""Letters of a text that are read out; a box of the drawing has fewer."""


class PerChannel(Shape):
    """A value for each channel: `20h`, or `{sms: 20h, voice: 8s}`."""

    sms: Duration | None = None
    voice: Duration | None = None

    @model_validator(mode="before")
    @classmethod
    def _both(cls, value: Any) -> Any:
        return value if isinstance(value, Mapping) else {"sms": value, "voice": value}


class Choice(Shape):
    """One of the options of an `ask`: a key, what it is called, and other words that mean it."""

    key: Key
    label: Text
    words: WordList = WordList()
    channels: tuple[Channel, ...] = ("sms", "voice")


@dataclass(frozen=True)
class Exit:
    """One way out of a step. `target` is a step id, LEAVES (the flow ends or another takes over) or FALLS_OFF.

    way: the outcome as the engine counts it, ONWARD where the author named none.
    """

    source: str
    outcome: str
    target: str
    kind: Manner = "chosen"
    way: str = ONWARD


class Mention(NamedTuple):
    """Something beside the flow that a step names, and where in the step.

    runs: a flow that comes back; becomes: a flow that takes this one's place; plans: a flow that we begin later.
    """

    kind: Literal["runs", "becomes", "plans", "plan", "schedule"]
    path: Path
    name: str


class Topic(NamedTuple):
    """The topic of stories or of a peer; `handed_in`: of a story that is handed in here."""

    name: str
    handed_in: bool = False


@dataclass(frozen=True)
class Range:
    """What a step may save in a variable: whole numbers between two ends, some words, or (neither) anything."""

    numbers: tuple[int, int] | None = None
    words: tuple[str, ...] | None = None


class StepShape(Shape):
    """What every step may carry. `id` is given to a step that has none: `@` and its place in the list."""

    verb: ClassVar[str]
    required: ClassVar[frozenset[str]] = frozenset()
    possible: ClassVar[frozenset[str]] = frozenset()

    # --- what kind of step it is: checks and drawings look at these ---
    fill: ClassVar[str] = "#ffffff"
    """The color of its box; `diamond`: the box of a step that looks something up and decides."""
    diamond: ClassVar[bool] = False
    slots_are: ClassVar[Mapping[str, str]] = {}
    """What each of its text slots is, for a translator."""
    ordered: ClassVar[frozenset[str]] = frozenset()
    """Keys below which the order of what is written has a meaning."""
    told_apart: ClassVar[frozenset[str]] = frozenset()
    """Fields that `facts` tells in its own way."""
    opens: ClassVar[bool] = False
    """What it says may be the first that somebody reads or hears of us."""
    quick: ClassVar[bool] = False
    """On a call what it says runs into what the next step says."""
    is_question: ClassVar[bool] = False
    """It asks the contact to decide."""
    wants_someone: ClassVar[bool] = False
    """Somebody has something to do here: a plan that counts silence looks for such a step."""
    keeps: ClassVar[bool] = False
    """It keeps the conversation, or a promise: a flow that comes here does not just end."""
    changes_language: ClassVar[bool] = False
    always_waits: ClassVar[bool] = False
    reaches: ClassVar[Literal["peer", "team"] | None] = None
    risk: ClassVar[Literal["words", "condition", "always"]] = "condition"
    """What of it can fail while it runs: its words, a condition in it, or all of it."""

    id: Target
    to: Target | None = None
    note: str | None = None
    then: Mapping[str, Target] = {}

    @property
    def named(self) -> bool:
        """Whether the author gave it an id."""
        return not self.id.startswith("@")

    # --- where it leads ---

    def required_outcomes(self, channels: tuple[Channel, ...]) -> frozenset[str]:
        """Outcomes that must be named in `then` in a flow for these channels."""
        return self.required

    def possible_outcomes(self, channels: tuple[Channel, ...]) -> frozenset[str]:
        """Outcomes that may be named in `then`."""
        return self.required | self.possible

    @property
    def waits(self) -> bool:
        """Whether a turn can end here: the contact, a peer or a teller has to do something."""
        return self.always_waits

    @property
    def line(self) -> str | None:
        """Where it leads, if it is no more than a line of the drawing."""
        return None

    @property
    def ends(self) -> str | None:
        """The outcome with which the conversation is over here."""
        return None

    def exits(self, channels: tuple[Channel, ...], onward: str) -> Iterator[Exit]:
        """Every way out. `onward`: where it falls through to."""
        if self.required or self.possible:
            yield from self.named_exits(channels, onward)
        else:
            yield Exit(self.id, "next", onward, "silent")

    def named_exits(self, channels: tuple[Channel, ...], onward: str) -> Iterator[Exit]:
        """Named outcomes, then those left to the engine: an answer goes on, a hang-up ends the conversation."""
        for outcome in self.in_order(channels):
            target = self.then.get(outcome)
            if target is None:
                target = LEAVES if outcome in ("hung_up", "peer", "message") else onward
            way = outcome if outcome in self.then or target == LEAVES else ONWARD
            yield Exit(self.id, outcome, target, "apart" if outcome in APART else "chosen", way)

    def in_order(self, channels: tuple[Channel, ...]) -> tuple[str, ...]:
        """Its outcomes: those that are written first, as they are written."""
        possible = self.possible_outcomes(channels)
        first = tuple(outcome for outcome in self.then if outcome in possible)
        return (*first, *sorted(possible - set(first) - {"nothing_yet"}))  # not written it is what `none` is

    def targets(self) -> Iterator[tuple[Path, str]]:
        """Steps that it names beside `to` and `then`, each with the path inside the step."""
        yield from ()

    def mentions(self) -> Iterator[Mention]:
        """Flows, plans and schedules that it names."""
        yield from ()

    # --- what it says, and is told ---

    def slots(self) -> Iterator[tuple[Path, Text]]:
        """Every text slot, with its path inside the step."""
        yield from ()

    def word_lists(self) -> Iterator[tuple[Path, WordList]]:
        """The lists of words by which answers are understood, each with its path inside the step."""
        yield from ()

    def formulas(self) -> Iterator[tuple[Path, str, bool]]:
        """Everything else with names in it: (path, source, whether it is a condition)."""
        yield from ()

    def templates(self) -> Iterator[tuple[Path, str, bool]]:
        """Every string of it that may hold names, its words first."""
        for path, text in self.slots():
            yield from ((path + rest, source, False) for rest, source in text.written())
        yield from self.formulas()

    @property
    def opening(self) -> Text | None:
        """The words with which it begins."""
        return None

    @property
    def spoken(self) -> Text | None:
        """Those that are heard on a call: they can be recorded."""
        return self.opening

    @property
    def menu(self) -> Mapping[str, Choice]:
        """The choices that it offers, by name."""
        return {}

    def options(self, language: str, channel: str) -> str:
        """About what the engine says of how to answer, for those who count."""
        return ""

    def open_keys(self, channel: Channel) -> tuple[str, ...]:
        """The keys that answer it on a call."""
        return ()

    # --- whom it reaches, what it keeps and shows ---

    @property
    def person(self) -> Literal["peer", "team"] | None:
        """Who is reached here."""
        return self.reaches

    @property
    def declares(self) -> str | None:
        """The variable in `save` that must be declared."""
        return None

    @property
    def submits(self) -> str | None:
        """The variable that is handed in as a story; `shares`: where others are to hear it."""
        return None

    @property
    def shares(self) -> str | None:
        """The variable that is handed in for others to hear."""
        return None

    @property
    def records(self) -> str | None:
        """The variable in which a recording goes."""
        return None

    def sets(self, name: str, outcome: str) -> bool:
        """Whether the variable is set when the step was left by this outcome."""
        return False

    def saved(self, name: str) -> Range | None:
        """What it may save in the variable; None if it never does."""
        return None

    def hands(self) -> frozenset[str]:
        """The variables that it hands to the flow that it runs."""
        return frozenset()

    def consents(self) -> frozenset[str]:
        """What the contact agrees to here."""
        return frozenset()

    def tags(self) -> tuple[str, ...]:
        """Tags that it puts on the contact."""
        return ()

    def shown_to_team(self) -> tuple[str, ...]:
        """Sources that the team reads: nothing sensitive may stand in them."""
        return ()

    def topic(self) -> Topic | None:
        """The topic of stories or a peer."""
        return None

    # --- what it costs ---

    @property
    def minutes(self) -> float:
        """Of a call, beside its words."""
        return 0.0

    @property
    def segments(self) -> int:
        """Of texts, beside its words: an answer, or what is told."""
        return int(self.waits)

    # --- how it is shown ---

    def box(self, language: str) -> str:
        """What stands in its box of the drawing."""
        return self.verb

    def sentence(self, language: str) -> str:
        """What happens here, in a plain sentence."""
        return self.verb

    def when(self, way: Exit, language: str) -> str | None:
        """How this way out is told, where it has words of its own."""
        return None

    def facts(self, found: dict[str, str]) -> dict[str, str]:
        """What its author decided, by name: `found` is what its fields say."""
        return found

    def asks_otherwise(self, after: Any) -> str | None:
        """Why somebody who waits here cannot go on at `after`, the same step in another version; None if they can."""
        return None


def replaced(value: Any, path: Path, new: Any) -> Any:
    """`value` with `new` at the end of `path`; all else, and the value itself, stay as they are."""
    if not path:
        return new
    key, rest = path[0], path[1:]
    if isinstance(value, Mapping):
        return {**value, key: replaced(value[key], rest, new)}
    return value.model_copy(update={str(key): replaced(getattr(value, str(key)), rest, new)})
