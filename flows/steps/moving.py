"""Steps that decide where to go and what to remember."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from flows.model.step import Flag, Name, Plain, StepShape, Target
from flows.model.text import Shape


class Arm(Shape):
    """One way out of a branch: `{if: condition, to: step}` or `{else: step}`."""

    condition: str | None = Field(default=None, alias="if")
    to: Target

    @model_validator(mode="before")
    @classmethod
    def _else(cls, value: Any) -> Any:
        if isinstance(value, Mapping) and set(value) == {"else"}:
            return {"to": value["else"]}
        if isinstance(value, Mapping) and set(value) != {"if", "to"}:
            raise ValueError("write {if: condition, to: step} or {else: step}")
        return value


class Branch(StepShape):
    """Go to the first step whose condition holds; without an `else` it may fall through."""

    verb = "branch"
    branch: Annotated[tuple[Arm, ...], Field(min_length=1, max_length=30)]

    @field_validator("branch")
    @classmethod
    def _else_last(cls, arms: tuple[Arm, ...]) -> tuple[Arm, ...]:
        if any(arm.condition is None for arm in arms[:-1]):
            raise ValueError("`else` must be the last line of a branch")
        return arms


OF_THE_CONTACT = ("contact.name", "contact.time_zone", "contact.hours")


class Set(StepShape):
    """Set variables, `consent.NAME` to true or false, `contact.name`, `contact.time_zone`, `contact.hours`."""

    verb = "set"
    set: Annotated[Mapping[str, Plain], Field(min_length=1)]

    @field_validator("set")
    @classmethod
    def _names(cls, value: Mapping[str, Plain]) -> Mapping[str, Plain]:
        for name, new in value.items():
            if name.startswith("consent.") and not isinstance(new, bool):
                raise ValueError(f"{name} takes true or false")
            if name.startswith("contact.") and name not in OF_THE_CONTACT:
                raise ValueError(f"{name} cannot be set: contact.name, contact.time_zone and contact.hours can")
        return value


class TagPart(Shape):
    """Tags to put on the contact and to take off."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


class TagStep(StepShape):
    """Tag the contact."""

    verb = "tag"
    tag: TagPart


class Goto(StepShape):
    """Go on at another step."""

    verb = "goto"
    goto: Target


class SubFlow(StepShape):
    """Run another flow; with `back: false` it takes this one's place."""

    verb = "flow"
    possible = frozenset({"finished", "stopped"})
    flow: Name
    give: Mapping[Name, Plain] = Field(default={}, alias="with")
    back: Flag = True


class Hours(StepShape):
    """Ask a schedule whether it is open now."""

    verb = "hours"
    required = frozenset({"open", "closed"})
    hours: Name


class LanguagePart(Shape):
    """`choose` asks, `set` changes (a code, or `other` for the next of the line's), `when: unknown` skips if known."""

    choose: tuple[str, ...] = ()
    set: str | None = None
    when: Literal["unknown", "always"] = "always"

    @model_validator(mode="after")
    def _one(self) -> LanguagePart:
        if bool(self.choose) == (self.set is not None):
            raise ValueError("write either `choose: [en, es]` or `set: en` (or `set: other`)")
        if len(self.choose) > 9:
            raise ValueError("at most nine languages can be chosen from")
        return self


class Language(StepShape):
    """Choose or change the language of the conversation."""

    verb = "language"
    language: LanguagePart


class End(StepShape):
    """The conversation is over, with a countable outcome."""

    verb = "end"
    end: Name
    opt_out: Flag = False
