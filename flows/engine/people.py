"""Steps that reach people: peer, handover, follow_up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from flows.engine import effects
from flows.engine.faults import Fault
from flows.engine.run import Run
from flows.steps import FollowUp, Handover, Peer
from flows.words.matching import match_time


def peer(run: Run, step: Peer) -> str | None:
    """Look for a peer. The service holds the contact until there is an answer."""
    part = step.peer
    topic = run.fill(part.topic).strip() if part.topic else None
    wanted = run.language if part.language == "contact" else part.language
    run.new_question()
    if not run.muted:
        ring = part.ring
        wish = run.fill(part.wish).strip().casefold() if part.wish else None
        run.emit(effects.ConnectPeer(topic or None, wanted, ring.at_once, ring.seconds, ring.rounds, wish or None))
    run.await_("peer")
    return None


def message_wanted(run: Run, step: Peer) -> str | None:
    """They would rather leave a message than wait: the flow's way, the line's, or as if nobody had answered."""
    if "message" not in step.then and run.line.message:
        return run.jump(run.line.message)
    return run.outcome(step, "message", "no_answer")


def handover(run: Run, step: Handover) -> str | None:
    """Put the conversation before the team."""
    part = step.handover
    run.emit(effects.OpenCase("handover", part.to, part.priority, part.reason))
    run.await_("case")
    return None


def handed_over(run: Run, step: Handover, taken: bool) -> str | None:
    """The team has it: a person owns it now, or it waits for one."""
    return run.outcome(step, "taken" if taken else "queued")


def follow_up(run: Run, step: FollowUp) -> str | None:
    """Plan a flow for later, or drop one that was planned."""
    part = step.follow_up
    if part.cancel is not None:
        run.emit(effects.CancelFollowUp(part.cancel))
    elif part.plan is not None:
        plan = run.library.plans.get(part.plan)
        if plan is None:
            raise Fault("no_plan", "the plan of this step is not in plans.yaml")
        run.emit(effects.BeginPlan(part.plan, plan.flow_of(0), plan.offset(0) or timedelta()))
    elif part.flow is not None:
        at = _moment(run, run.fill(part.at)) if part.at else None
        run.emit(effects.ScheduleFollowUp(part.flow, part.key or part.flow, part.after, at, part.between))
    return run.after(step)


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
        raise Fault("no_time", "the time of a follow-up cannot be read") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
