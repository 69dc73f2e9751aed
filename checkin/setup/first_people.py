"""The database of the new line, the first organizer's one-time link, and the first lead."""

from __future__ import annotations

from dataclasses import dataclass

from checkin.accounts import organizers
from checkin.assembly import DEFAULT_LINE, build
from checkin.core import schema
from checkin.core.database import make_engine
from checkin.core.settings import Settings
from checkin.core.unit_of_work import UnitOfWork
from checkin.volunteers import invitations, queries
from checkin.volunteers import service as volunteers
from checkin.volunteers.profile import Offered

BY = "checkin setup"


@dataclass(frozen=True)
class FirstLead:
    """Whom alerts reach: the name that the team knows them by, and their own number."""

    name: str
    phone: str


@dataclass(frozen=True)
class PeopleReady:
    """link: how the first organizer sets their account up; None: there is one already. lead: the name of a lead who
    was taken on; leads: how many there are."""

    link: str | None
    lead: str | None
    leads: int


def bring_in(settings: Settings, lead: FirstLead | None, line: str = DEFAULT_LINE) -> PeopleReady:
    """Bring the database up to date, and the first people in. Done twice it adds nobody twice. Raises UserError."""
    engine = make_engine(settings.database_url)
    try:
        schema.upgrade(engine)
    finally:
        engine.dispose()
    runtime = build(settings)
    try:
        runtime.start()
        taken = runtime.do(lambda uow: _take_on(uow, line, lead)) if lead else None
        token = runtime.do(lambda uow: organizers.first_link(uow, line))
        leads = runtime.read(lambda session: len(list(queries.leads(session, line))))
    finally:
        runtime.close()
    return PeopleReady(f"{settings.public_url}/setup/{token}" if token else None, taken, leads)


def _take_on(uow: UnitOfWork, line: str, lead: FirstLead) -> str | None:
    """The lead's name; None: somebody is called so already."""
    team = {volunteers.name_of(uow, member).casefold() for member in queries.team(uow.session, line)}
    if lead.name.strip().casefold() in team:
        return None
    languages = uow.library.lines[line].languages[:1]
    offered = Offered(languages=languages, lead=True)
    return volunteers.name_of(uow, invitations.take_on(uow, line, lead.name, lead.phone, offered, BY, agreed=True))
