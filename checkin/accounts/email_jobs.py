"""Organizers who asked for it are told by e-mail that someone needs them: what the leads are texted about, in no words
of anybody's, once in a while, and never twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from sqlalchemy import exists, select

from checkin.accounts import mail, organizers
from checkin.accounts.models import Organizer
from checkin.core.unit_of_work import UnitOfWork
from checkin.dispatch.steps import Claimed, Steps
from checkin.outbox import recurring_jobs
from checkin.outbox.outcomes import Outcome
from checkin.runtime import Runtime
from checkin.telephony.port import GatewayError, MaybeDone, TryLater
from checkin.volunteers.models import Alert

AT_MOST_EVERY = timedelta(minutes=5)
"""How often one organizer is written to, however much happens."""


@dataclass(frozen=True)
class AlertEmail:
    """One e-mail to all who are due. before: when each was written to last, to be put back when nothing left."""

    id: str
    at: datetime
    console: str
    to: tuple[str, ...]
    languages: tuple[str, ...]
    before: tuple[tuple[str, datetime | None], ...]


def _plan(uow: UnitOfWork, row: Claimed) -> AlertEmail | Outcome:
    """Whoever is due counts as written to from here on: should this process end now, it isn't done twice."""
    news = exists().where(Alert.line == Organizer.line, Alert.closed_at.is_(None), Alert.told_at > Organizer.emailed_at)
    asked = Organizer.told_by_email.is_(True), Organizer.state == "active"
    found = uow.session.scalars(
        select(Organizer).where(*asked, Organizer.emailed_at <= uow.now - AT_MOST_EVERY, news).with_for_update()
    ).all()
    due = [(person, address) for person in found if (address := organizers.email_of(uow, person))]
    if not due:
        return recurring_jobs.put_off(uow.now, row.kind, "nothing new")
    email = AlertEmail(
        uow.new_id(), uow.now, f"{row.public_url}/console/", tuple(address for _person, address in due),
        tuple(dict.fromkeys(person.language or "en" for person, _address in due)),
        tuple((person.id, person.emailed_at) for person, _address in due),
    )  # fmt: skip
    for person, _address in due:
        person.emailed_at = uow.now
    return email


def _send(runtime: Runtime, email: AlertEmail) -> int:
    server = runtime.settings.mail
    if server is None:
        raise TryLater("CHECKIN_SMTP_URL isn't set")
    return mail.send(server, email.to, written(email, server.sender))


def written(email: AlertEmail, sender: str) -> EmailMessage:
    """What everybody gets: that someone needs them, and where. Nobody sees who else got it."""
    from checkin.i18n.gettext import _, speaking  # it brings Babel; most lines have no mail server

    message = EmailMessage()
    words, subjects = [], []
    for language in email.languages:
        with speaking(language):
            subjects.append(_("Someone needs you"))
            words.append(_("Someone needs you: open the console."))
    message["Subject"] = " / ".join(dict.fromkeys(subjects))
    message["From"], message["To"] = sender, "undisclosed-recipients:;"
    message["Date"] = format_datetime(email.at)
    message["Message-ID"] = f"<{email.id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n".join([*dict.fromkeys(words), email.console, ""]))
    return message


def _sent(uow: UnitOfWork, row: Claimed, _email: AlertEmail, taken: int) -> Outcome:
    return recurring_jobs.put_off(uow.now, row.kind, f"written to {taken}")


def _failed(uow: UnitOfWork, row: Claimed, email: AlertEmail, error: GatewayError) -> Outcome:
    """What surely didn't leave is tried again at the next minute; what may have left is left at that."""
    if not isinstance(error, MaybeDone):
        for person_id, before in email.before:
            uow.session.get_one(Organizer, person_id).emailed_at = before
    return recurring_jobs.put_off(uow.now, row.kind, f"failed: {error}"[:200])


EMAIL_ORGANIZERS = Steps(_plan, _send, _sent, _failed)
"""Tell organizers by e-mail that someone needs them."""
