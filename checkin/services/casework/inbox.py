"""Taking up what waits for a person: read it, claim it, close it. Two who claim at once: one of them has it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update

from checkin.core.errors import UserError
from checkin.models.conversations import Case
from checkin.models.organisers import Organiser
from checkin.models.volunteers import Volunteer
from checkin.queries import inbox as rows
from checkin.queries import volunteers as team
from checkin.queries.inbox import Opened
from checkin.services import audit
from checkin.services.access import organisers
from checkin.services.team import volunteers
from checkin.work import Work

_ID = 32
"""The length of our own ids: a name that is kept as it was written is shorter, so that the two are told apart."""


def find(work: Work, line: str, number: int) -> Opened:
    """The case that the team calls by this number. Raises UserError."""
    found = rows.with_number(work.session, line, number)
    if found is None:
        raise UserError("there is no case %(number)s", code="no_case", number=number)
    return found


def claim(work: Work, line: str, number: int, name: str, by: str) -> str:
    """Take a case up for whoever has this name; answers the whole name. The same again is no error.

    name: a volunteer's (or its first letters), whose id is kept; anybody else's is kept as it is written. by: who is
    at the keyboard, for the audit. Raises UserError: somebody has it already (it says who), or it is closed.
    """
    found = find(work, line, number).case
    holder = _kept_as(work, line, name)
    values = {"state": "claimed", "claimed_by": holder, "claimed_at": work.now}
    if not _moved(work, found, ("open",), values, by):
        now = find(work, line, number).case
        if now.state == "closed":
            raise UserError("case %(number)s is closed already", number=number)
        if now.claimed_by != holder:
            raise UserError("%(holder)s has case %(number)s already", holder=holder_of(work, now), number=number)
    return _called(work, holder)


def close(work: Work, line: str, number: int, by: str) -> None:
    """Nothing is left to do about it. Raises UserError when it is closed already."""
    found = find(work, line, number).case
    if not _moved(work, found, ("open", "claimed"), {"state": "closed", "closed_at": work.now}, by):
        raise UserError("case %(number)s is closed already", number=number)


def holder_of(work: Work, case: Case) -> str:
    """The name of whoever has claimed it; empty when nobody has."""
    return _called(work, case.claimed_by) if case.claimed_by else ""


def words(work: Work, case: Case) -> str:
    """What the contact texted; empty when they texted nothing, or asked us to forget it."""
    return work.vault.decrypt(case, Case.words_encrypted)


def note(work: Work, case_id: str, by: str, before: str | None, after: str, what: str | None = None) -> None:
    """Write down who changed a case; its state, unless `what` says what it was."""
    what = what or ("gave a case back" if after == "open" else f"{after} a case")
    audit.write(work, by, what, case_id, before, after)


def _moved(work: Work, case: Case, before: tuple[str, ...], values: dict[str, Any], by: str) -> bool:
    """Change the case if it still stands as one of `before`, and write down who did; False when it does not."""
    statement = update(Case).where(Case.id == case.id, Case.state.in_(before)).values(**values)
    done = work.session.execute(statement, execution_options={"synchronize_session": False})
    if not done.rowcount:  # type: ignore[attr-defined]
        return False
    note(work, case.id, by, case.state, values["state"])
    return True


def _kept_as(work: Work, line: str, name: str) -> str:
    wanted = name.strip()
    if not wanted or len(wanted) >= _ID or not wanted.isprintable():
        raise UserError("a name is 1 to %(most)s letters long: say who takes it up", code="by_whom", most=_ID - 1)
    known = (volunteers.name_of(work, one).casefold() for one in team.team(work.session, line))
    if any(one.startswith(wanted.casefold()) for one in known):
        return volunteers.find(work, line, wanted).id
    return wanted


def _called(work: Work, holder: str) -> str:
    if len(holder) < _ID:
        return holder
    one = work.session.get(Volunteer, holder)
    name = volunteers.name_of(work, one) if one is not None else ""
    organiser = work.session.get(Organiser, holder) if one is None else None
    if organiser is not None:
        name = organisers.name_of(work, organiser)
    return name or "somebody who left the team"
