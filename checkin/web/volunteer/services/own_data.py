"""What is kept about a volunteer, as they see it, take it away, change it, and leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from checkin.accounts import page_sessions
from checkin.contacts.models import Consent
from checkin.core import audit
from checkin.core.audit import AuditAction
from checkin.core.unit_of_work import UnitOfWork
from checkin.relays import service
from checkin.volunteers import queries as rows
from checkin.volunteers import service as volunteers
from checkin.volunteers.models import Shift, Volunteer
from checkin.volunteers.profile import PROFILE, offered_by
from checkin.web.volunteer.reads import numbers

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
    """All that is kept about them, to take away. No words of a contact, and no alias: those are not theirs."""
    audit.write(uow, f"volunteer {volunteer.id}", AuditAction.TOOK_DATA_AWAY, volunteer.id)
    talks = numbers.talks(uow.session, volunteer.id, uow.now - AS_FAR_BACK, uow.now + AT_ONCE)
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
            for talk in talks
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
