"""What the page Now shows: who waits, who talks, who is on duty, and what somebody must see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from checkin.cases.models import Case
from checkin.contacts.models import Contact
from checkin.core.rules.policy import Policy
from checkin.core.unit_of_work import UnitOfWork
from checkin.core.vault import Vault
from checkin.outbox.heartbeats import ages
from checkin.outbox.queries import oldest_due
from checkin.relays.candidates import KnownVolunteer, by_channel
from checkin.relays.models import Relay
from checkin.relays.queries import ALIVE
from checkin.relays.rules.matching import Candidate, Channel, Need, why_not
from checkin.volunteers.models import Volunteer
from checkin.volunteers.reach import why_unreached
from checkin.volunteers.rules.reach import Unreached
from checkin.web.reads.alerts import Alerts, open_alerts, open_case
from checkin.web.reads.health import Health

Duty = Literal["free", "busy", "resting"]
CHANNELS: tuple[Channel, ...] = ("voice", "text")
BUSY: dict[str, Duty] = {"in a relay or offer": "busy", "resting": "resting"}


@dataclass(frozen=True)
class Waits:
    """Somebody who waits for a volunteer. case: theirs, not closed."""

    relay: Relay
    contact: Contact
    case: int | None


@dataclass(frozen=True)
class Talks:
    """A contact and a volunteer who are joined. volunteer: empty for the backup number. case: theirs, not closed."""

    relay: Relay
    contact: Contact
    case: int | None
    volunteer: str
    lead: str


@dataclass(frozen=True)
class OnDuty:
    """A volunteer who is on duty for calls or texts."""

    name: str
    languages: Sequence[str]
    channels: Sequence[str]
    state: Duty


@dataclass(frozen=True)
class Lead:
    """A lead who cannot be reached, and why."""

    id: str
    name: str
    why: Unreached


@dataclass(frozen=True)
class Now:
    """The page. cases: how many are open, by priority. leads: how many get texts of danger. away: leads who cannot be
    reached by text, or by call.
    """

    waits: Sequence[Waits]
    talks: Sequence[Talks]
    duty: Sequence[OnDuty]
    alerts: Alerts
    cases: dict[str, int]
    health: Health
    leads: int
    away: Sequence[Lead]

    @property
    def free(self) -> int:
        """How many volunteers could be asked at once."""
        return sum(volunteer.state == "free" for volunteer in self.duty)


def now(uow: UnitOfWork, line: str, *, words: bool) -> Now:
    """Everything, in seven statements. words: whether whoever looks may read what contacts wrote."""
    session, policy = uow.session, uow.policy(line)
    waits, talks = _relays(session, line, uow.vault)
    team = by_channel(session, line, CHANNELS, uow.now, policy)
    leads = [
        member.volunteer for member in team["voice"] if member.volunteer.lead and member.volunteer.state == "active"
    ]
    away = list(_away(uow, leads))
    oldest = oldest_due(session, uow.now)
    return Now(
        waits=waits,
        talks=talks,
        duty=_on_duty(uow, line, team),
        alerts=open_alerts(uow, line, words=words),
        cases=_cases(session, line),
        health=Health(ages(session, uow.now), oldest_due=uow.now - oldest if oldest else timedelta()),
        leads=len(leads) - sum(lead.why != "bad number" for lead in away),
        away=away,
    )


def _relays(session: Session, line: str, vault: Vault) -> tuple[list[Waits], list[Talks]]:
    lead = aliased(Volunteer)
    rows = session.execute(
        select(Relay, Contact, open_case(Relay.contact_id), Volunteer, lead)
        .join(Contact, Contact.id == Relay.contact_id)
        .outerjoin(Volunteer, Volunteer.id == Relay.volunteer_id)
        .outerjoin(lead, lead.id == Relay.lead_id)
        .where(Relay.line == line, ALIVE)
        .order_by(Relay.opened_at, Relay.number)
    )
    waits: list[Waits] = []
    talks: list[Talks] = []
    for relay, contact, case, peer, third in rows:
        if relay.state == "open":
            waits.append(Waits(relay, contact, case))
        else:
            name, other = (vault.decrypt(row, Volunteer.name_encrypted) if row else "" for row in (peer, third))
            talks.append(Talks(relay, contact, case, name, other))
    return waits, talks


def _away(uow: UnitOfWork, leads: Iterable[Volunteer]) -> Iterator[Lead]:
    """The leads whom nothing reaches."""
    for lead in leads:
        why = why_unreached(uow, lead)
        if why is not None:
            yield Lead(lead.id, uow.vault.decrypt(lead, Volunteer.name_encrypted), why)


def _on_duty(uow: UnitOfWork, line: str, team: Mapping[Channel, Iterable[KnownVolunteer]]) -> list[OnDuty]:
    """On duty for calls or for texts; whoever could be asked for either is free."""
    policy = uow.policy(line)
    there: dict[str, OnDuty] = {}
    for channel, everyone in team.items():
        for known in everyone:
            volunteer, state = known.volunteer, _state(known.candidate, Need(line, channel), uow.now, policy)
            if state is None or (volunteer.id in there and there[volunteer.id].state == "free"):
                continue
            name = uow.vault.decrypt(volunteer, Volunteer.name_encrypted)
            there[volunteer.id] = OnDuty(name, tuple(volunteer.languages), tuple(volunteer.channels), state)
    return sorted(there.values(), key=lambda value: (("free", "busy", "resting").index(value.state), value.name))


def count_on_duty(uow: UnitOfWork, line: str) -> int:
    """How many are on duty, busy or not. One statement, and no name is opened."""
    policy = uow.policy(line)
    team = by_channel(uow.session, line, CHANNELS, uow.now, policy)
    on_duty = {
        known.volunteer.id
        for channel, everyone in team.items()
        for known in everyone
        if _state(known.candidate, Need(line, channel), uow.now, policy) is not None
    }
    return len(on_duty)


def _state(candidate: Candidate, need: Need, moment: datetime, policy: Policy) -> Duty | None:
    """How they stand; None when they are not on duty."""
    reason = why_not(candidate, need, moment, policy)
    return "free" if reason is None else BUSY.get(reason)


def _cases(session: Session, line: str) -> dict[str, int]:
    rows = session.execute(
        select(Case.priority, func.count()).where(Case.line == line, Case.state == "open").group_by(Case.priority)
    )
    return {row[0]: row[1] for row in rows}
