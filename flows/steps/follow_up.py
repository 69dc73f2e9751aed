"""`follow_up`: plan a flow for later, begin a plan, or drop one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from flows.engine import effects
from flows.engine.run import Fault, Run
from flows.engine.step import Step
from flows.model.durations import Duration, write_duration
from flows.model.step import Mention, Name, Window
from flows.model.text import Path, Shape
from flows.words.matching import match_time


class FollowUpPart(Shape):
    """Plan `flow` for later (`in` or `at`), begin a `plan` of plans.yaml, or `cancel` the one with that key."""

    flow: Name | None = None
    plan: Name | None = None
    after: Duration | None = Field(default=None, alias="in")
    at: str | None = None
    between: Window | None = None
    key: str | None = None
    cancel: str | None = None

    @model_validator(mode="after")
    def _whole(self) -> FollowUpPart:
        if self.cancel is not None:
            if self.model_fields_set - {"cancel"}:
                raise ValueError("`cancel` stands alone: {cancel: key}")
        elif self.plan is not None:
            if self.model_fields_set - {"plan"}:
                raise ValueError("`plan` stands alone: {plan: name}; when and how stands in plans.yaml")
        elif self.flow is None or (self.after is None) == (self.at is None):
            raise ValueError("write {flow: name, in: 3d} or {flow: name, at: ...}, {plan: name}, or {cancel: key}")
        return self


class FollowUpStep(Step):
    """Plan a flow for later, replacing the pending one with the same key (the flow's name if none is given)."""

    verb = "follow_up"
    quick = True
    keeps = True
    follow_up: FollowUpPart

    def enter(self, run: Run) -> str | None:
        part = self.follow_up
        if part.cancel is not None:
            run.emit(effects.CancelFollowUp(part.cancel))
        elif part.plan is not None:
            plan = run.library.plans.get(part.plan)
            if plan is None:
                raise Fault("no_plan", "the plan of this step isn't in plans.yaml")
            run.emit(effects.BeginPlan(part.plan, plan.flow_of(0), plan.offset(0) or timedelta()))
        elif part.flow is not None:
            at = _moment(run, run.fill(part.at)) if part.at else None
            run.emit(effects.ScheduleFollowUp(part.flow, part.key or part.flow, part.after, at, part.between))
        return run.after(self)

    def mentions(self) -> Iterator[Mention]:
        if self.follow_up.flow:
            yield Mention("plans", ("follow_up", "flow"), self.follow_up.flow)
        if self.follow_up.plan:
            yield Mention("plan", ("follow_up", "plan"), self.follow_up.plan)

    def formulas(self) -> Iterator[tuple[Path, str, bool]]:
        if self.follow_up.at:
            yield ("follow_up", "at"), self.follow_up.at, False

    def box(self, language: str) -> str:
        part = self.follow_up
        if part.cancel:
            return f"drop the follow-up {part.cancel}"
        return f"begin the plan {part.plan}" if part.plan else f"plan {part.flow} {self._when()}"

    def sentence(self, language: str) -> str:
        part = self.follow_up
        if part.cancel:
            return f"We drop the planned {part.cancel}."
        if part.plan:
            return f"We begin the plan {part.plan}."
        hours = f", between {part.between.replace('-', ' and ')}" if part.between else ""
        return f"We plan {part.flow} {self._when()}{hours}."

    def _when(self) -> str:
        return f"in {write_duration(self.follow_up.after)}" if self.follow_up.after else f"at {self.follow_up.at}"


def _moment(run: Run, written: str) -> datetime:
    """A time of day (its next coming, in the line's zone) or an ISO date and time. Raises Fault."""
    zone = ZoneInfo(run.line.time_zone)
    here = run.facts.now.astimezone(zone)
    if (clock := match_time(written)) and len(written) <= 8:
        hour, minute = map(int, clock.split(":"))
        moment = here.replace(hour=hour, minute=minute, second=0, microsecond=0)
        return (moment if moment > here else moment + timedelta(days=1)).astimezone(UTC)
    try:
        moment = datetime.fromisoformat(written.strip())
    except ValueError:
        raise Fault("no_time", "the time of a follow-up can't be read") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
