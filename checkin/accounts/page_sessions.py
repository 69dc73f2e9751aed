"""Who is signed in: rows, found by the keyed hash of a cookie that we know nowhere else."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, or_, update

from checkin.accounts import queries as rows
from checkin.accounts.models import Organiser, PageSession
from checkin.accounts.rules import ORGANISERS_STAY, VOLUNTEERS_STAY, Role
from checkin.core.statements import changed
from checkin.core.unit_of_work import Work
from checkin.volunteers import service as volunteers
from checkin.volunteers.models import Volunteer

TOUCHED_EVERY = timedelta(minutes=1)
"""What somebody does is noted this often at most, so that reading a page seldom writes."""


@dataclass(frozen=True)
class Person:
    """Who is signed in. id: of the organiser or volunteer. name: what the team calls them; empty when not given.

    idle: they did nothing for so long that only the live part of Now is still shown. by: for the audit. stale: what
    they do now should be noted.
    """

    session_id: str
    id: str
    role: Role
    line: str
    name: str
    language: str | None
    idle: bool = False
    stale: bool = False

    @property
    def by(self) -> str:
        """Who did it, as the audit keeps it: an id, so that a name that is erased is erased there, too."""
        return f"{'volunteer' if self.role == 'volunteer' else 'organiser'} {self.id}"


def begin(work: Work, who: Organiser | Volunteer, instead_of: str | None = None) -> str:
    """Sign somebody in with a new key; answers what the cookie holds. instead_of: the cookie that was there before."""
    if instead_of:
        end(work, instead_of)
    token = secrets.token_urlsafe(32)
    organiser = isinstance(who, Organiser)
    stay = ORGANISERS_STAY if organiser else VOLUNTEERS_STAY
    row = PageSession(
        id=work.new_id(),
        key=_keys(work, token)[0],
        organiser_id=who.id if organiser else None,
        volunteer_id=None if organiser else who.id,
        created_at=work.now,
        seen_at=work.now,
        ends_at=work.now + stay.whole,
    )
    work.session.add(row)
    return token


def person(work: Work, token: str) -> Person | None:
    """Whoever this cookie signs in; None when it is over, or they are no longer of the team."""
    found = rows.signed_in(work.session, _keys(work, token))
    if found is None or found.session.ends_at <= work.now:
        return None
    quiet = work.now - found.session.seen_at
    common = {"session_id": found.session.id, "stale": quiet >= TOUCHED_EVERY}
    one, volunteer = found.organiser, found.volunteer
    if one is not None and one.state == "active":
        name = work.vault.decrypt(one, Organiser.name_encrypted)
        idle = quiet >= ORGANISERS_STAY.idle
        return Person(id=one.id, role=one.role, line=one.line, name=name, language=one.language, idle=idle, **common)  # type: ignore[arg-type]
    if volunteer is not None and volunteer.state == "active" and quiet < VOLUNTEERS_STAY.idle:
        name, language = volunteers.name_of(work, volunteer), next(iter(volunteer.languages), None)
        return Person(id=volunteer.id, role="volunteer", line=volunteer.line, name=name, language=language, **common)  # type: ignore[arg-type]
    return None


def touch(work: Work, session_id: str) -> None:
    """They did something. A session that was ended meanwhile stays ended."""
    changed(work.session, update(PageSession).where(PageSession.id == session_id).values(seen_at=work.now))


def end(work: Work, token: str) -> None:
    """Sign this browser out."""
    _end(work, PageSession.key.in_(_keys(work, token)))


def end_all(work: Work, person_id: str, *, but: str | None = None) -> int:
    """Sign somebody out everywhere (but in the session `but`). Answers how many browsers it was."""
    mine = or_(PageSession.organiser_id == person_id, PageSession.volunteer_id == person_id)
    return _end(work, mine if but is None else mine & (PageSession.id != but))


def _end(work: Work, which: ColumnElement[bool]) -> int:
    return changed(work.session, delete(PageSession).where(which))


def _keys(work: Work, token: str) -> list[bytes]:
    return work.vault.blind_indexes("page session", token)
