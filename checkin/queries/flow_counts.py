"""How many people stand where in the flows, and where conversations ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from checkin.models.conversations import Conversation
from checkin.models.outbox import FollowUp
from checkin.models.passages import Passage


@dataclass(frozen=True)
class Waiting:
    """People in open conversations that stand at one step of one version of a flow."""

    flow: str
    hash: str
    step: str
    people: int


@dataclass(frozen=True)
class Ended:
    """Conversations that stood last at one step of one version, and ended with this outcome."""

    flow: str
    hash: str
    step: str
    outcome: str
    conversations: int


def waiting(session: Session, flow: str | None = None) -> list[Waiting]:
    """Who is in the middle of a conversation, by flow, version and step."""
    where = (Conversation.flow, Conversation.flow_hash, Conversation.step)
    found = (
        select(*where, func.count(Conversation.contact_id.distinct()))
        .where(Conversation.ended_at.is_(None))
        .group_by(*where)
        .order_by(*where)
    )
    rows = session.execute(found if flow is None else found.where(Conversation.flow == flow))
    return [Waiting(*row) for row in rows]


def ended(session: Session, flow: str, since: datetime | None = None) -> list[Ended]:
    """Where conversations of this flow stood when they ended, and how; those that are still kept, or since a time."""
    where = (Conversation.flow, Conversation.flow_hash, Conversation.step, Conversation.outcome)
    found = (
        select(*where, func.count())
        .where(Conversation.flow == flow, Conversation.ended_at.is_not(None), Conversation.outcome.is_not(None))
        .group_by(*where)
        .order_by(*where)
    )
    rows = session.execute(found if since is None else found.where(Conversation.ended_at >= since))
    return [Ended(name, hash_, step, outcome or "", count) for name, hash_, step, outcome, count in rows]


@dataclass(frozen=True)
class Left:
    """How often a step of one version (the beginning of its hash) was left by one outcome."""

    version: str
    step: str
    outcome: str
    times: int


def left(session: Session, flow: str, since: datetime | None = None) -> list[Left]:
    """How the steps of a flow were left, in all versions; as long as it is kept, or since a time."""
    where = (Passage.version, Passage.step, Passage.outcome)
    found = select(*where, func.count()).where(Passage.flow == flow).group_by(*where).order_by(*where)
    rows = session.execute(found if since is None else found.where(Passage.day >= since))
    return [Left(*row) for row in rows]


def median_waits(session: Session, flow: str, since: datetime | None = None) -> dict[str, float]:
    """Seconds that half of those who answered each step took, or less."""
    waited = (Passage.step, Passage.seconds)
    found = (
        select(*waited, func.count())
        .where(Passage.flow == flow, Passage.seconds.is_not(None))
        .group_by(*waited)
        .order_by(*waited)
    )
    steps: dict[str, list[tuple[int, int]]] = {}
    for step, seconds, times in session.execute(found if since is None else found.where(Passage.day >= since)):
        steps.setdefault(step, []).append((seconds or 0, times))
    return {step: _median(waits) for step, waits in steps.items()}


def _median(waits: list[tuple[int, int]]) -> float:
    """Of (seconds, how often), the shortest first."""
    half, passed = sum(times for _, times in waits) / 2, 0
    for seconds, times in waits:
        passed += times
        if passed >= half:
            return seconds
    raise AssertionError("unreachable: half of them is not more than all")


def planned(session: Session, flow: str) -> int:
    """How many follow-ups with this flow are promised and not yet sent."""
    here = FollowUp.flow == flow, FollowUp.state == "planned"
    return session.scalar(select(func.count()).select_from(FollowUp).where(*here)) or 0
