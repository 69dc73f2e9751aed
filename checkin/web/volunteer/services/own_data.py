"""What is kept about a volunteer, as they see it, download it, change it, and leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from checkin.accounts import page_sessions
from checkin.cases.models import Case
from checkin.contacts.models import Consent
from checkin.core import audit
from checkin.core.audit import AuditAction
from checkin.core.unit_of_work import UnitOfWork
from checkin.relays import service
from checkin.relays.models import Offer, Relay
from checkin.volunteers import queries as rows
from checkin.volunteers import service as volunteers
from checkin.volunteers.models import Shift, Volunteer
from checkin.volunteers.profile import PROFILE, offered_by

AS_FAR_BACK, AT_ONCE = timedelta(days=3650), timedelta(seconds=1)


def change(
    uow: UnitOfWork,
    volunteer: Volunteer,
    name: str,
    *,
    languages: Sequence[str],
    channels: Sequence[str],
    topics: Sequence[str],
) -> None:
    """What they are called and what they offer, from now on; the rest an organizer agrees with them. UserError."""
    by = f"volunteer {volunteer.id}"
    volunteers.rename(uow, volunteer, name, by)
    first = [
        language for language in volunteer.languages if language in languages
    ]  # how we write to them stays, if they still want
    spoken = (*first, *(language for language in languages if language not in first))
    offered = replace(offered_by(volunteer), languages=spoken, channels=channels, topics=topics)
    volunteers.change(uow, volunteer, offered, by)


def leave(uow: UnitOfWork, volunteer: Volunteer) -> None:
    """Leave the team: name, number and shifts are erased at once. Raises UserError while they are in a talk."""
    service.remove_volunteer(uow, volunteer, f"volunteer {volunteer.id}")
    page_sessions.end_all(uow, volunteer.id)


def everything(uow: UnitOfWork, volunteer: Volunteer) -> dict[str, Any]:
    """All that is kept about them, to download. No words of a contact, and no alias: those are not theirs."""
    audit.write(uow, f"volunteer {volunteer.id}", AuditAction.TOOK_DATA_AWAY, volunteer.id)
    talked = talks(uow.session, volunteer.id, uow.now - AS_FAR_BACK, uow.now + AT_ONCE)
    return {
        "name": volunteers.name_of(uow, volunteer),
        "phone": str(volunteers.number_of(uow, volunteer)),
        **{name: getattr(volunteer, name) for name in PROFILE},
        "since": volunteer.created_at.isoformat(),
        "texts_stopped": volunteer.stopped_at.isoformat() if volunteer.stopped_at else None,
        "shifts": [_shift(row) for row in rows.shifts_of(uow.session, volunteer.id)],
        "talks": [
            {
                "began": talk.at.isoformat(),
                "by": "text" if talk.channel == "sms" else talk.channel,
                "seconds": round(talk.seconds),
                "afterwards": talk.care,
            }
            for talk in talked
        ],
        "consents": [
            {"name": consent.name, "given": consent.given, "wording": consent.wording, "at": consent.at.isoformat()}
            for consent in _consents(uow, volunteer)
        ],
    }


def _shift(row: Shift) -> dict[str, Any]:
    return {
        "rule": row.rule,
        "first": row.starts_on,
        "at": row.starts_at,
        "minutes": row.minutes,
        "time_zone": row.time_zone,
        "days_off": row.days_off,
        "extra_days": row.extra_days,
    }


def _consents(uow: UnitOfWork, volunteer: Volunteer) -> Sequence[Consent]:
    mine = select(Consent).where(Consent.line == volunteer.line, Consent.number_key == volunteer.number_key)
    return uow.session.scalars(mine.where(Consent.name == "volunteering").order_by(Consent.at)).all()


@dataclass(frozen=True)
class Talked:
    """One talk of theirs: when it began, by voice or text (sms), how long (seconds), how they were after it."""

    at: datetime
    channel: str
    seconds: float
    care: str | None


@dataclass(frozen=True)
class Month:
    """What was done in a month. minutes: of talks that are over."""

    talks: Sequence[Talked]
    answered: int

    def count(self, channel: str) -> int:
        return sum(talk.channel == channel for talk in self.talks)

    @property
    def minutes(self) -> int:
        """Minutes in talks, each of them counted by its seconds."""
        return round(sum(talk.seconds for talk in self.talks) / 60)


def month(session: Session, volunteer_id: str, begins: datetime, ends: datetime) -> Month:
    """What this volunteer did from then until then: two statements."""
    answered = session.scalar(
        select(func.count()).where(Case.claimed_by == volunteer_id, Case.closed_at >= begins, Case.closed_at < ends)
    )
    return Month(talks(session, volunteer_id, begins, ends), answered or 0)


def talks(session: Session, volunteer_id: str, begins: datetime, ends: datetime) -> list[Talked]:
    """Their talks that began from then until then, oldest first."""
    rows = session.execute(
        select(Relay.joined_at, Relay.ended_at, Relay.channel, Offer.care)
        .outerjoin(
            Offer,
            (Offer.relay_id == Relay.id) & (Offer.volunteer_id == volunteer_id) & (Offer.state == "accepted"),
        )
        .where(Relay.volunteer_id == volunteer_id, Relay.joined_at >= begins, Relay.joined_at < ends)
        .order_by(Relay.joined_at)
    )
    return [
        Talked(at, channel, (over - at).total_seconds() if over else 0.0, None if care == "asked" else care)
        for at, over, channel, care in rows
        if at is not None
    ]
