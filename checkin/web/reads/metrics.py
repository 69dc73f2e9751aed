"""What `/metrics` says of the database: how much is due, open and waiting now. Counts alone, of all lines together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from checkin.core.models import AwareUTC
from checkin.messages.models import Message
from checkin.outbox.models import Outbox
from checkin.outbox.registry import QUEUES
from checkin.relays.models import Relay
from checkin.relays.queries import ALIVE
from checkin.volunteers.models import Alert
from checkin.web.reads.health import health

HOUR = timedelta(hours=1)
Figures = Mapping[tuple[str, ...], float]
"""By the values of its labels."""


@dataclass(frozen=True)
class Gauge:
    """One figure, or one for each combination of its labels."""

    name: str
    about: str
    values: Figures
    labels: tuple[str, ...] = ()


def gauges(session: Session, now: datetime, on_duty: int, *, redis: bool) -> list[Gauge]:
    """All of them, in nine statements. on_duty: how many volunteers are."""
    found = health(session, now)
    beats: Figures = {(name,): age.total_seconds() for name, age in found.beats.items()}
    return [
        Gauge("checkin_redis_up", "1: Redis answers.", {(): float(redis)}),
        Gauge("checkin_troubles", "How many things /readyz finds wrong.", {(): len(found.troubles())}),
        Gauge("checkin_heartbeat_age_seconds", "Since a process said that it lives.", beats, ("process",)),
        Gauge("checkin_outbox_stuck", "Rows whose worker died, not given back yet.", {(): found.stuck}),
        Gauge("checkin_volunteers_on_duty", "Volunteers who may be asked, or are busy.", {(): on_duty}),
        *_outbox(session, now),
        *_alerts(session, now),
        *_relays(session, now),
        _messages(session, now),
    ]


def _outbox(session: Session, now: datetime) -> list[Gauge]:
    rows = session.execute(
        select(Outbox.queue, func.count(), func.min(Outbox.run_after, type_=AwareUTC))
        .where(Outbox.queue.in_(QUEUES), Outbox.done_at.is_(None), Outbox.run_after <= now)
        .group_by(Outbox.queue)
    )
    counts: dict[tuple[str, ...], float] = {(queue,): 0 for queue in QUEUES}
    ages = dict(counts)
    for queue, count, oldest in rows:
        counts[queue,], ages[queue,] = count, _seconds(now, oldest)
    return [
        Gauge("checkin_outbox_due", "Rows that are due and not done.", counts, ("queue",)),
        Gauge("checkin_outbox_oldest_due_seconds", "How long the oldest of them is due.", ages, ("queue",)),
    ]


def _alerts(session: Session, now: datetime) -> list[Gauge]:
    rows = session.execute(
        select(Alert.kind, func.count(), func.min(Alert.raised_at, type_=AwareUTC))
        .where(Alert.closed_at.is_(None))
        .group_by(Alert.kind)
    ).all()
    return [
        Gauge("checkin_alerts_open", "Alerts that nobody closed.", {(row[0],): row[1] for row in rows}, ("kind",)),
        Gauge(
            "checkin_alert_oldest_seconds", "How long the oldest of them is open.",
            {(row[0],): _seconds(now, row[2]) for row in rows}, ("kind",),
        ),
    ]  # fmt: skip


def _relays(session: Session, now: datetime) -> list[Gauge]:
    rows = session.execute(
        select(Relay.channel, Relay.state, func.count(), func.min(Relay.opened_at, type_=AwareUTC))
        .where(ALIVE)
        .group_by(Relay.channel, Relay.state)
    )
    live = {(channel, state): (0, 0.0) for channel in ("voice", "sms") for state in ("open", "joined")}
    live |= {(channel, state): (count, _seconds(now, first)) for channel, state, count, first in rows}

    def of(state: str, place: int) -> dict[tuple[str, ...], float]:
        return {(channel,): pair[place] for (channel, found), pair in live.items() if found == state}

    return [
        Gauge("checkin_relays_waiting", "People who wait for a peer.", of("open", 0), ("channel",)),
        Gauge("checkin_relays_talking", "People who talk with a peer.", of("joined", 0), ("channel",)),
        Gauge("checkin_relay_longest_wait_seconds", "How long the longest has waited.", of("open", 1), ("channel",)),
    ]


def _messages(session: Session, now: datetime) -> Gauge:
    rows = session.execute(
        select(Message.inbound, Message.status, func.count())
        .where(Message.created_at > now - HOUR)
        .group_by(Message.inbound, Message.status)
    )
    counts: Figures = {("in" if inbound else "out", status): count for inbound, status, count in rows}
    about = "Texts of the last hour, by how they went."
    return Gauge("checkin_messages_last_hour", about, counts, ("direction", "status"))


def _seconds(now: datetime, since: datetime | None) -> float:
    return max((now - since).total_seconds(), 0.0) if since else 0.0
