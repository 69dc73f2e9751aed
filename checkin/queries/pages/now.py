"""What the page Now shows: who waits, who talks, who is on duty, and what somebody must see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from checkin.models.contacts import Contact
from checkin.models.conversations import Alert, Case
from checkin.models.outbox import Heartbeat
from checkin.models.relays import Relay
from checkin.models.volunteers import Volunteer
from checkin.queries.candidates import by_channel
from checkin.queries.health import Health
from checkin.queries.outbox import oldest_due
from checkin.queries.relays import ALIVE
from checkin.rules.matching import Candidate, Channel, Need, why_not
from checkin.rules.policy import Policy
from checkin.vault import Vault
from checkin.work import Work

Duty = Literal["free", "busy", "resting"]
CHANNELS: tuple[Channel, ...] = ("voice", "text")
BUSY: dict[str, Duty] = {"in a relay or offer": "busy", "resting": "resting"}


@dataclass(frozen=True)
class Waits:
    """Somebody who waits for a volunteer. until: when they are offered something else."""

    number: int
    alias: str
    channel: str
    topic: str | None
    language: str
    since: datetime
    until: datetime
    wave: int


@dataclass(frozen=True)
class Talks:
    """A contact and a volunteer who are joined. volunteer: empty for the backup number."""

    number: int
    alias: str
    channel: str
    volunteer: str
    lead: str
    since: datetime


@dataclass(frozen=True)
class OnDuty:
    """A volunteer who is on duty for calls or texts."""

    name: str
    languages: Sequence[str]
    channels: Sequence[str]
    state: Duty


@dataclass(frozen=True)
class Open:
    """An alert that nobody closed yet. kind and rule, never the words."""

    id: str
    kind: str
    rule: str
    alias: str
    contact_id: str | None
    since: datetime


@dataclass(frozen=True)
class Now:
    """The page. cases: how many are open, by priority."""

    waits: Sequence[Waits]
    talks: Sequence[Talks]
    duty: Sequence[OnDuty]
    alerts: Sequence[Open]
    cases: dict[str, int]
    health: Health

    @property
    def free(self) -> int:
        """How many volunteers could be asked at once."""
        return sum(one.state == "free" for one in self.duty)


def now(work: Work, line: str) -> Now:
    """Everything, in six statements."""
    session = work.session
    waits, talks = _relays(session, line, work.vault)
    return Now(
        waits=waits,
        talks=talks,
        duty=_on_duty(work, line),
        alerts=alerts(session, line),
        cases=_cases(session, line),
        health=_health(session, work.now),
    )


def alerts(session: Session, line: str) -> list[Open]:
    """The alerts of the line that are open: a crisis before the others, then the oldest."""
    rows = session.execute(
        select(Alert.id, Alert.kind, Alert.rule, Contact.alias, Alert.contact_id, Alert.raised_at)
        .outerjoin(Contact, Contact.id == Alert.contact_id)
        .where(Alert.line == line, Alert.closed_at.is_(None))
        .order_by((Alert.kind != "crisis"), Alert.raised_at, Alert.id)
        .limit(100)
    )
    return [Open(one, kind, rule, alias or "", contact, at) for one, kind, rule, alias, contact, at in rows]


def _relays(session: Session, line: str, vault: Vault) -> tuple[list[Waits], list[Talks]]:
    lead = aliased(Volunteer)
    rows = session.execute(
        select(Relay, Contact.alias, Volunteer.name_sealed, lead.name_sealed)
        .join(Contact, Contact.id == Relay.contact_id)
        .outerjoin(Volunteer, Volunteer.id == Relay.volunteer_id)
        .outerjoin(lead, lead.id == Relay.lead_id)
        .where(Relay.line == line, ALIVE)
        .order_by(Relay.opened_at, Relay.number)
    )
    waits: list[Waits] = []
    talks: list[Talks] = []
    for relay, alias, name, lead_name in rows:
        if relay.state == "open":
            waits.append(
                Waits(
                    relay.number, alias, relay.channel, relay.topic, relay.speaks, relay.opened_at, relay.limit_at,
                    relay.wave,
                )
            )  # fmt: skip
        else:
            peer, third = (vault.open(one) if one else "" for one in (name, lead_name))
            talks.append(Talks(relay.number, alias, relay.channel, peer, third, relay.joined_at or relay.opened_at))
    return waits, talks


def _on_duty(work: Work, line: str) -> list[OnDuty]:
    """On duty for calls or for texts; whoever could be asked for either is free."""
    policy = work.policy(line)
    there: dict[str, OnDuty] = {}
    for channel, everyone in by_channel(work.session, line, CHANNELS, work.now, policy).items():
        for known in everyone:
            one, state = known.volunteer, _state(known.candidate, Need(line, channel), work.now, policy)
            if state is None or (one.id in there and there[one.id].state == "free"):
                continue
            name = work.vault.open(one.name_sealed) if one.name_sealed else ""
            there[one.id] = OnDuty(name, tuple(one.languages), tuple(one.channels), state)
    return sorted(there.values(), key=lambda one: (("free", "busy", "resting").index(one.state), one.name))


def _health(session: Session, moment: datetime) -> Health:
    """Whether things are carried out; what was set aside stands among the alerts already."""
    beats = {name: moment - at for name, at in session.execute(select(Heartbeat.name, Heartbeat.at))}
    oldest = oldest_due(session, moment)
    return Health(beats, oldest_due=moment - oldest if oldest else timedelta())


def _state(one: Candidate, need: Need, moment: datetime, policy: Policy) -> Duty | None:
    """How they stand; None when they are not on duty."""
    reason = why_not(one, need, moment, policy)
    return "free" if reason is None else BUSY.get(reason)


def _cases(session: Session, line: str) -> dict[str, int]:
    rows = session.execute(
        select(Case.priority, func.count()).where(Case.line == line, Case.state == "open").group_by(Case.priority)
    )
    return {row[0]: row[1] for row in rows}
