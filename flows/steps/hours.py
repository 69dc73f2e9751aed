"""`hours`: ask a schedule whether it is open."""

from __future__ import annotations

from collections.abc import Iterator

from flows.engine.run import Fault, Run
from flows.engine.step import Step
from flows.model.step import Mention, Name


class HoursStep(Step):
    """Ask a schedule whether it is open now."""

    verb = "hours"
    fill = "#fdf6e3"
    diamond = True
    required = frozenset({"open", "closed"})
    hours: Name

    def enter(self, run: Run) -> str | None:
        """Open or closed now. Raises Fault for a schedule that is not there."""
        schedule = run.library.schedules.get(self.hours)
        if schedule is None:
            raise Fault("no_schedule", "the schedule doesn't exist")
        return run.outcome(self, "open" if schedule.is_open(run.facts.now, run.line.time_zone) else "closed")

    def mentions(self) -> Iterator[Mention]:
        yield Mention("schedule", ("hours",), self.hours)

    def box(self, language: str) -> str:
        return f"{self.hours} open?"

    def sentence(self, language: str) -> str:
        return f"We look whether {self.hours} are open."
