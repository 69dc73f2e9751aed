"""`handover`: put the conversation before the team."""

from __future__ import annotations

from typing import Literal

from flows.engine import effects
from flows.engine.run import Run
from flows.engine.step import Step
from flows.model.step import Name
from flows.model.text import Shape


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
    reaches = "team"
    risk = "words"
    possible = frozenset({"taken", "queued"})
    handover: HandoverPart

    def enter(self, run: Run) -> str | None:
        part = self.handover
        run.emit(effects.OpenCase("handover", part.to, part.priority, part.reason))
        run.await_("case")
        return None

    def on_case(self, run: Run, taken: bool) -> str | None:
        """The team has it: a person owns it now, or it waits for one."""
        return run.outcome(self, "taken" if taken else "queued")

    def shown_to_team(self) -> tuple[str, ...]:
        return (self.handover.reason,)

    def box(self, language: str) -> str:
        return f"tell {self.handover.to} ({self.handover.priority})"

    def sentence(self, language: str) -> str:
        return f"We put it before {self.handover.to} ({self.handover.priority}): {self.handover.reason}."
