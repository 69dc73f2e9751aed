"""Steps that speak and ask: say, ask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, Strict, model_validator

from flows.engine.position import Channel
from flows.model.step import Flag, Key, Name, PerChannel, StepShape, Whole
from flows.model.text import Shape, Text, WordList


class Say(StepShape):
    """Say something. `once` keeps quiet when it was said before; `via: sms` sends a text during a call."""

    verb = "say"
    say: Text
    once: Literal["session", "contact"] | None = None
    via: Literal["sms"] | None = None


class Choice(Shape):
    """One of the options of an `ask`: a key, what it is called, and other words that mean it."""

    key: Key
    label: Text
    words: WordList = WordList()
    channels: tuple[Channel, ...] = ("sms", "voice")


class Number(Shape):
    """A number from `min` to `max`, both included."""

    min: Whole = 0
    max: Whole = 999_999
    integer: Flag = True

    @model_validator(mode="after")
    def _ordered(self) -> Number:
        if not 0 <= self.min <= self.max <= 999_999_999:
            raise ValueError("min and max: 0 or more, and min not above max")
        return self


class FreeText(Shape):
    """Anything, up to `max` characters; `skip` lists words that pass the question by."""

    max: Annotated[int, Strict(), Field(ge=1, le=1600)] = 500
    skip: WordList = WordList()

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        return {} if value is True else value


class Ask(StepShape):
    """Ask and wait. Exactly one kind of answer; `save` keeps it in a variable."""

    verb = "ask"
    KINDS: ClassVar[tuple[str, ...]] = ("choices", "number", "yes_no", "text", "phone", "time")

    ask: Text
    choices: Annotated[Mapping[Name, Choice] | None, Field(min_length=1, max_length=20)] = None
    number: Number | None = None
    yes_no: Literal[True] | None = None
    text: FreeText | None = None
    phone: Literal[True] | None = None
    time: Literal[True] | None = None
    save: Name | None = None
    wait: PerChannel = PerChannel()
    tries: Annotated[int, Strict(), Field(ge=1, le=9)] | None = None
    remind: Annotated[int, Strict(), Field(ge=0, le=1)] = 0
    invalid: Text | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Ask:
        kinds = [kind for kind in self.KINDS if getattr(self, kind) is not None]
        if len(kinds) != 1:
            found = " and ".join(kinds) or "none"
            raise ValueError(f"exactly one kind of answer is needed ({', '.join(self.KINDS)}), found {found}")
        return self

    @property
    def kind(self) -> str:
        """Which of `KINDS` it asks for."""
        return next(kind for kind in self.KINDS if getattr(self, kind) is not None)

    def answers(self) -> frozenset[str]:
        """Outcomes that an understood answer leads to by name (a number or a text falls through)."""
        if self.choices:
            return frozenset(self.choices)
        if self.yes_no:
            return frozenset({"yes", "no"})
        return frozenset({"skip"}) if self.text and self.text.skip.words() else frozenset()

    def required_outcomes(self, channels: tuple[Channel, ...]) -> frozenset[str]:
        """`timeout` and `invalid`, and `hung_up` where there are calls."""
        return frozenset({"timeout", "invalid", "hung_up"} if "voice" in channels else {"timeout", "invalid"})

    def possible_outcomes(self, channels: tuple[Channel, ...]) -> frozenset[str]:
        """Those and the answers."""
        return self.required_outcomes(channels) | self.answers()
