"""How many people stand where in the flows, and where conversations ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from checkin.messages.models import Conversation, FollowUp
from checkin.publishing.models import StepCount


@dataclass(frozen=True)
class WaitingCount:
    """People in open conversations that stand at one step of one version of a flow."""

    flow: str
    hash: str
    step: str
    people: int


@dataclass(frozen=True)
class EndedCount:
    """Conversations that stood last at one step of one version, and ended with this outcome."""

    flow: str
    hash: str
    step: str
    outcome: str
    conversations: int


def waiting(session: Session, flow: str | None = None, line: str | None = None) -> list[WaitingCount]:
    """Who is in the middle of a conversation (of this line), by flow, version and step."""
    where = (Conversation.flow, Conversation.flow_hash, Conversation.step)
    found = (
        select(*where, func.count(Conversation.contact_id.distinct()))
        .where(Conversation.ended_at.is_(None))
        .group_by(*where)
        .order_by(*where)
    )
    found = found if line is None else found.where(Conversation.line == line)
    rows = session.execute(found if flow is None else found.where(Conversation.flow == flow))
    return [WaitingCount(*row) for row in rows]


def ended(session: Session, flow: str, line: str | None = None) -> list[EndedCount]:
    """Where conversations of this flow (on this line) stood when they ended, and how; those that are still kept."""
    where = (Conversation.flow, Conversation.flow_hash, Conversation.step, Conversation.outcome)
    found = (
        select(*where, func.count())
        .where(Conversation.flow == flow, Conversation.ended_at.is_not(None), Conversation.outcome.is_not(None))
        .group_by(*where)
        .order_by(*where)
    )
    rows = session.execute(found if line is None else found.where(Conversation.line == line))
    return [EndedCount(name, hash_, step, outcome or "", count) for name, hash_, step, outcome, count in rows]


@dataclass(frozen=True)
class PassedCount:
    """How often a step of one version (the beginning of its hash) was left in one way after about as long a wait."""

    version: str
    step: str
    outcome: str
    seconds: int | None
    times: int


def passed(session: Session, flow: str) -> list[PassedCount]:
    """How the steps of a flow were left, in all versions, as long as it is kept; from an index alone."""
    alike = (StepCount.version, StepCount.step, StepCount.outcome, StepCount.seconds)
    found = select(*alike, func.sum(StepCount.times)).where(StepCount.flow == flow).group_by(*alike).order_by(*alike)
    rows = session.execute(found)
    return [PassedCount(version, step, outcome, seconds, int(times)) for version, step, outcome, seconds, times in rows]


def median_waits(rows: Iterable[PassedCount]) -> dict[str, float]:
    """Seconds that half of those who answered each step took, or less."""
    steps: dict[str, Counter[int]] = {}
    for row in rows:
        if row.seconds is not None:
            steps.setdefault(row.step, Counter())[row.seconds] += row.times
    return {step: _median(sorted(waits.items())) for step, waits in steps.items()}


def _median(waits: list[tuple[int, int]]) -> float:
    """Of (seconds, how often), the shortest first."""
    half, gone = sum(times for _, times in waits) / 2, 0
    for seconds, times in waits:
        gone += times
        if gone >= half:
            return seconds
    raise AssertionError("unreachable: half of them isn't more than all")


def planned(session: Session, flow: str, line: str | None = None) -> int:
    """How many follow-ups with this flow are promised (on this line) and not yet sent."""
    found = select(func.count()).select_from(FollowUp).where(FollowUp.flow == flow, FollowUp.state == "planned")
    return session.scalar(found if line is None else found.where(FollowUp.line == line)) or 0
