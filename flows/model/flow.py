"""A flow: its header, its steps, and the version it is. Parts of the language are described in docs/flows.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, field_validator

from flows.model.durations import Duration
from flows.model.step import FALLS_OFF, Exit, Flag, Name, PerChannel, StepShape, Target
from flows.model.text import LANGUAGE, Channel, Path, Shape, WordList
from flows.model.yaml_source import Source

RESERVED = frozenset({"contact", "org", "line", "hours", "consent", "now"})
VarType = Literal["int", "text", "choice", "bool", "time", "phone", "recording"]


class Var(Shape):
    """A variable. `keep: contact` outlives the conversation; `sensitive` never shows in logs or notices."""

    type: VarType
    keep: Literal["session", "contact"] = "session"
    history: Flag = False
    sensitive: Flag = False


class Defaults(Shape):
    """What an `ask` uses that says nothing itself."""

    wait: PerChannel = PerChannel()
    tries: Annotated[int, Field(strict=True, ge=1, le=9)] = 3


class Attempts(Shape):
    """How often we try a call that we place, and how long between."""

    max: Annotated[int, Field(strict=True, ge=1, le=5)] = 1
    every: Duration | None = None


class Outbound(Shape):
    """Rules for calls that we place. `machine`: `hang_up`, or `say:STEP` to leave the words of one step."""

    attempts: Attempts = Attempts()
    machine: Annotated[str, Field(pattern=r"^(hang_up|say:[A-Za-z_][A-Za-z0-9_]*)$")] = "hang_up"


MOST_STEPS = 1000


class FlowFile(Shape):
    """A flow as its author wrote it. Which steps there are is said in flows/steps/table.py."""

    flow: Name
    dsl: Literal[1]
    title: Annotated[str, Field(min_length=1, max_length=80)]
    channels: Annotated[tuple[Channel, ...], Field(min_length=1)]
    languages: Annotated[tuple[str, ...], Field(min_length=1, max_length=20)]
    needs_consent: Name | None = None
    outbound: Outbound = Outbound()
    vars: Mapping[Name, Var] = {}
    defaults: Defaults = Defaults()
    on_error: Target
    words: Mapping[Literal["stop", "help", "person", "menu"], WordList] = {}
    steps: tuple[StepShape, ...]

    @field_validator("languages")
    @classmethod
    def _codes(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for code in value:
            if not LANGUAGE.fullmatch(code):
                raise ValueError(f"{code!r} isn't a language code like en, es or pt-BR")
        if len(set(value)) < len(value):
            raise ValueError("a language is listed twice")
        return value

    @field_validator("vars")
    @classmethod
    def _free(cls, value: Mapping[str, Var]) -> Mapping[str, Var]:
        if taken := sorted(RESERVED & set(value)):
            raise ValueError(f"{taken[0]!r} is a built-in name: call the variable something else")
        return value

    def templates(self) -> Iterator[tuple[Path, str, bool]]:
        """Every text and condition as (path in the file, source, whether it is a condition), in order."""
        for place, step in enumerate(self.steps):
            for path, source, condition in step.templates():
                yield ("steps", place, *path), source, condition


@dataclass(frozen=True)
class Flow:
    """One version of one flow, checked enough to run.

    hash: SHA-256 of `definition`, the canonical JSON of what the author wrote together with the digests of its clips;
    comments and layout do not change it. `source` knows the lines; a flow restored from its definition has none.
    """

    body: FlowFile = field(repr=False)
    hash: str
    definition: str = field(repr=False)
    file: str = ""
    source: Source | None = field(default=None, repr=False, compare=False)

    @property
    def name(self) -> str:
        """Its name, which is also its file's."""
        return self.body.flow

    @property
    def title(self) -> str:
        return self.body.title

    @property
    def base(self) -> str:
        """The language it was written in."""
        return self.body.languages[0]

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages it claims to speak, the base first."""
        return self.body.languages

    @property
    def channels(self) -> tuple[Channel, ...]:
        return self.body.channels

    @property
    def needs_consent(self) -> str | None:
        """The consent that must be on record before we start it."""
        return self.body.needs_consent

    @property
    def on_error(self) -> str:
        """The step that runs when anything fails."""
        return self.body.on_error

    @property
    def vars(self) -> Mapping[str, Var]:
        return self.body.vars

    @property
    def steps(self) -> tuple[StepShape, ...]:
        return self.body.steps

    @cached_property
    def exits(self) -> tuple[Exit, ...]:
        """Every way out of every step, in the order of the file."""
        return tuple(way for step in self.steps for way in step.exits(self.channels, self.after(step.id) or FALLS_OFF))

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The place of each step by its id (those without one are called `@1`, `@2`...)."""
        return {step.id: place for place, step in enumerate(self.body.steps)}

    def step(self, step_id: str) -> StepShape:
        """The step of that id. Raises KeyError."""
        return self.body.steps[self.places[step_id]]

    def after(self, step_id: str) -> str | None:
        """Where a step falls through to: its `to`, else the next in the list; None off the end."""
        place = self.places[step_id]
        if goes := self.body.steps[place].to:
            return goes
        return self.body.steps[place + 1].id if place + 1 < len(self.body.steps) else None
