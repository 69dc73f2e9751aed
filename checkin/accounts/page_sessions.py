"""Who is signed in: rows, found by the keyed hash of a cookie that we know nowhere else.

Others may lock an address or a place, never a browser that somebody has signed in with: it keeps what we signed for
each who did, and we keep nothing of it. (OWASP, "Device cookies".)
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, delete, or_, update

from checkin.accounts import queries as rows
from checkin.accounts.models import Organizer, PageSession
from checkin.accounts.rules import ORGANIZERS_STAY, VOLUNTEERS_STAY, Role
from checkin.core.statements import changed
from checkin.core.unit_of_work import UnitOfWork
from checkin.volunteers import service as volunteers
from checkin.volunteers.models import Volunteer

TOUCHED_EVERY = timedelta(minutes=1)
"""What somebody does is noted this often at most, so that reading a page seldom writes."""

KNOWN_FOR = timedelta(days=180)

MOST_KNOWN = 4
"""People whom one browser is known for: a desk that several share."""

_BETWEEN = "~"

_NONCE = 16

_MARK = 32


@dataclass(frozen=True)
class CurrentUser:
    """Who is signed in. id: of the organizer or volunteer. name: what the team calls them; empty when not given.

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
        return f"{'volunteer' if self.role == 'volunteer' else 'organizer'} {self.id}"


def begin(uow: UnitOfWork, who: Organizer | Volunteer, instead_of: str | None = None) -> str:
    """Sign somebody in with a new key; answers what the cookie holds. instead_of: the cookie that was there before."""
    if instead_of:
        end(uow, instead_of)
    token = secrets.token_urlsafe(32)
    organizer = isinstance(who, Organizer)
    stay = ORGANIZERS_STAY if organizer else VOLUNTEERS_STAY
    row = PageSession(
        id=uow.new_id(),
        key=_keys(uow, token)[0],
        organizer_id=who.id if organizer else None,
        volunteer_id=None if organizer else who.id,
        created_at=uow.now,
        seen_at=uow.now,
        ends_at=uow.now + stay.whole,
    )
    uow.session.add(row)
    return token


def person(uow: UnitOfWork, token: str) -> CurrentUser | None:
    """Whoever this cookie signs in; None when it is over, or they are no longer of the team."""
    found = rows.signed_in(uow.session, _keys(uow, token))
    if found is None or found.session.ends_at <= uow.now:
        return None
    quiet = uow.now - found.session.seen_at
    common = {"session_id": found.session.id, "stale": quiet >= TOUCHED_EVERY}
    organizer, volunteer = found.organizer, found.volunteer
    if organizer is not None and organizer.state == "active":
        name = uow.vault.decrypt(organizer, Organizer.name_encrypted)
        idle = quiet >= ORGANIZERS_STAY.idle
        whose = {"id": organizer.id, "role": organizer.role, "line": organizer.line, "language": organizer.language}
        return CurrentUser(name=name, idle=idle, **whose, **common)  # type: ignore[arg-type]
    if volunteer is not None and volunteer.state == "active" and quiet < VOLUNTEERS_STAY.idle:
        name, language = volunteers.name_of(uow, volunteer), next(iter(volunteer.languages), None)
        theirs = {"id": volunteer.id, "role": "volunteer", "line": volunteer.line, "language": language}
        return CurrentUser(name=name, **theirs, **common)  # type: ignore[arg-type]
    return None


def touch(uow: UnitOfWork, session_id: str) -> None:
    """They did something. A session that was ended meanwhile stays ended."""
    changed(uow.session, update(PageSession).where(PageSession.id == session_id).values(seen_at=uow.now))


def end(uow: UnitOfWork, token: str) -> None:
    """Sign this browser out."""
    _end(uow, PageSession.key.in_(_keys(uow, token)))


def end_all(uow: UnitOfWork, person_id: str, *, but: str | None = None) -> int:
    """Sign somebody out everywhere (but in the session `but`). Answers how many browsers it was."""
    mine = or_(PageSession.organizer_id == person_id, PageSession.volunteer_id == person_id)
    return _end(uow, mine if but is None else mine & (PageSession.id != but))


def _end(uow: UnitOfWork, which: ColumnElement[bool]) -> int:
    return changed(uow.session, delete(PageSession).where(which))


def _keys(uow: UnitOfWork, token: str) -> list[bytes]:
    return uow.vault.blind_indexes("page session", token)


def remember_device(uow: UnitOfWork, held: str, person_id: str) -> str:
    """What the browser is to hold from now on. held: what it held, of others too."""
    made = f"{int(uow.now.timestamp()):x}-{secrets.token_urlsafe(_NONCE)[:_NONCE]}"
    others = [part for part in held.split(_BETWEEN) if part and not _is_mark_of(uow, part, person_id)]
    return _BETWEEN.join([f"{made}.{uow.vault.sign(_signed_words(made, person_id))}", *others][:MOST_KNOWN])


def known_device(uow: UnitOfWork, held: str, person_id: str) -> str | None:
    """By what tries of this person in this browser are counted; None when they have not signed in there."""
    return next(
        (part.partition(".")[0] for part in held.split(_BETWEEN)[:MOST_KNOWN] if _is_mark_of(uow, part, person_id)),
        None,
    )


def _is_mark_of(uow: UnitOfWork, part: str, person_id: str) -> bool:
    made, _dot, mark = part.partition(".")
    since = made.partition("-")[0]
    if len(mark) != _MARK or not part.isascii() or not 1 <= len(since) <= 9 or not since.isalnum():
        return False
    if not uow.vault.signed(_signed_words(made, person_id), mark):
        return False
    return datetime.fromtimestamp(int(since, 16), UTC) > uow.now - KNOWN_FOR


def _signed_words(made: str, person_id: str) -> str:
    return f"device {person_id} {made}"
