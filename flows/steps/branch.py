"""`branch`: go where what we know leads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import Field, field_validator, model_validator

from flows.engine.run import Run
from flows.engine.step import Step
from flows.model.step import NOTHING_HOLDS, Exit, Target
from flows.model.text import Channel, Path, Shape


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


class Branch(Step):
    """Go to the first step whose condition holds; without an `else` it may fall through."""

    verb = "branch"
    fill = "#fdf6e3"
    diamond = True
    told_apart = frozenset({"branch"})
    branch: Annotated[tuple[Arm, ...], Field(min_length=1, max_length=30)]

    @field_validator("branch")
    @classmethod
    def _else_last(cls, arms: tuple[Arm, ...]) -> tuple[Arm, ...]:
        if any(arm.condition is None for arm in arms[:-1]):
            raise ValueError("`else` must be the last line of a branch")
        return arms

    def enter(self, run: Run) -> str | None:
        for arm in self.branch:
            if arm.condition is None or run.holds(arm.condition):
                run.went(self.id, arm.to)
                return arm.to
        return run.after(self)

    def exits(self, channels: tuple[Channel, ...], onward: str) -> Iterator[Exit]:
        """Each arm, counted by where it leads."""
        for arm in self.branch:
            yield Exit(self.id, f"if {arm.condition}" if arm.condition else "else", arm.to, way=arm.to)
        if self.branch[-1].condition is not None:
            yield Exit(self.id, NOTHING_HOLDS, onward)

    def targets(self) -> Iterator[tuple[Path, str]]:
        yield from ((("branch", number), arm.to) for number, arm in enumerate(self.branch))

    def formulas(self) -> Iterator[tuple[Path, str, bool]]:
        for number, arm in enumerate(self.branch):
            if arm.condition is not None:
                yield ("branch", number, "if"), arm.condition, True

    def box(self, language: str) -> str:
        return "which?"

    def sentence(self, language: str) -> str:
        return "We look at what we know."

    def when(self, way: Exit, language: str) -> str | None:
        return "Otherwise" if way.outcome in ("else", NOTHING_HOLDS) else f"If {way.outcome.removeprefix('if ')}"

    def facts(self, found: dict[str, str]) -> dict[str, str]:
        return {**found, **{f"if {arm.condition}" if arm.condition else "else": arm.to for arm in self.branch}}
