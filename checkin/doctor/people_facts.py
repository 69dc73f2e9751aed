"""What the database and the flows say of the line's people and words."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from checkin.accounts import queries as accounts
from checkin.core.unit_of_work import UnitOfWork
from checkin.doctor.facts import PeopleFacts
from checkin.volunteers import queries as rows
from checkin.volunteers.models import Alert
from flows.library import Library
from flows.model.findings import errors

SAMPLE_NAME = "Harbor Line"
REFUSED = "webhooks_refused"
"""The alert that webhooks.refusals puts up."""

Cover = Callable[[UnitOfWork, str], tuple[float, float]]
"""Hours of volunteers that are wanted in the coming week, and how many of them have nobody."""


def count_errors(library: Library) -> int:
    """How many errors the flows have."""
    from flows.checks.checker import about_flows  # it brings networkx; a web process that's never asked needs neither

    return len(errors(about_flows(library)))


def gather(uow: UnitOfWork, line: str, cover: Cover) -> PeopleFacts:
    """Look at everything of this line."""
    settings = uow.library.lines[line]
    wanted, missing = cover(uow, line)
    leads = [lead for lead in rows.leads(uow.session, line) if lead.stopped_at is None]
    alert = select(Alert.note).where(Alert.kind == REFUSED, Alert.closed_at.is_(None))
    return PeopleFacts(
        name=settings.name,
        sample_name=settings.name == SAMPLE_NAME,
        crisis_number=settings.crisis_number,
        leads=len(leads),
        organizers=len([person for person in accounts.team(uow.session, line) if person.state == "active"]),
        volunteers=len(rows.active(uow.session, line)),
        wanted=wanted,
        missing=missing,
        at_once=uow.policy(line).first_wave,
        countries=tuple(settings.countries),
        refused=uow.session.scalar(alert) or "",
        flow_errors=count_errors(uow.library),
    )
