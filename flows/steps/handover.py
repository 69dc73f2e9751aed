"""`handover`: put the conversation before the team."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from flows.engine import effects
from flows.engine.run import Run
from flows.engine.step import Step
from flows.model.step import Exit, Name
from flows.model.text import Channel, Shape


class HandoverPart(Shape):
    """Which inbox, how soon, and why (never the contact's own words)."""

    to: Name
    priority: Literal["normal", "soon", "urgent"] = "normal"
    reason: str = ""


class Handover(Step):
    """Put the conversation before the team."""

    verb = "handover"
    fill = "#fde8e4"
    keeps = True
    risk = "words"
    possible = frozenset({"taken", "queued"})
    handover: HandoverPart

    def enter(self, run: Run) -> str | None:
        """Put the conversation before the team."""
        part = self.handover
        run.emit(effects.OpenCase("handover", part.to, part.priority, part.reason))
        run.await_("case")
        return None

    def on_case(self, run: Run, taken: bool) -> str | None:
        """The team has it: a person owns it now, or it waits for one."""
        return run.outcome(self, "taken" if taken else "queued")

    @property
    def person(self) -> Literal["peer", "team"] | None:
        """The team."""
        return "team"

    def exits(self, channels: tuple[Channel, ...], onward: str) -> Iterator[Exit]:
        """Taken, or queued."""
        return self.named_exits(channels, onward)

    def shown_to_team(self) -> tuple[str, ...]:
        """Why."""
        return (self.handover.reason,)

    def box(self, language: str) -> str:
        """Who is told, and how soon."""
        return f"tell {self.handover.to} ({self.handover.priority})"

    def sentence(self, language: str) -> str:
        """Who is told, how soon, and why."""
        return f"We put it before {self.handover.to} ({self.handover.priority}): {self.handover.reason}."
