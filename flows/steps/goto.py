"""`goto`: go on at another step."""

from __future__ import annotations

from collections.abc import Iterator

from flows.engine.run import Run
from flows.engine.step import Step
from flows.model.step import ONWARD, Exit, Target
from flows.model.text import Channel, Path


class Goto(Step):
    """Go on at another step."""

    verb = "goto"
    risk = "words"
    goto: Target

    def enter(self, run: Run) -> str | None:
        run.went(self.id, ONWARD)
        return self.goto

    @property
    def line(self) -> str | None:
        return self.goto

    def exits(self, channels: tuple[Channel, ...], onward: str) -> Iterator[Exit]:
        yield Exit(self.id, "goto", self.goto, "silent")

    def targets(self) -> Iterator[tuple[Path, str]]:
        yield ("goto",), self.goto

    def sentence(self, language: str) -> str:
        return f"We go to {self.goto}."
