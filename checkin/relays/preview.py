"""Who would be asked now, in which order and when, and who would not and why: matching, shown to organizers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from checkin.core.unit_of_work import UnitOfWork
from checkin.relays import aftercare
from checkin.relays.candidates import candidates
from checkin.relays.rules import matching, waves
from checkin.relays.rules.matching import Candidate, Need, Reason
from checkin.volunteers.models import Volunteer


@dataclass(frozen=True)
class PreviewedVolunteer:
    """One volunteer: `after` how long from the opening their phone rings, or the `reason` why it doesn't.

    Neither: the limit is over before it is their turn. missed: calls in a row that they did not pick up, once they are
    so many that others ring first; else none.
    """

    volunteer: Volunteer
    after: timedelta | None = None
    reason: Reason | None = None
    missed: int = 0


def who(uow: UnitOfWork, need: Need, at: datetime | None = None) -> list[PreviewedVolunteer]:
    """Every volunteer of the line: those who would be asked, in order, then those left out.

    at: another time than now; then nobody is taken to be in a relay, resting, or off by their own word.
    """
    policy = uow.policy(need.line)
    known = candidates(uow.session, need.line, need.channel, at or uow.now, policy)
    people = {candidate.volunteer.id: candidate.volunteer for candidate in known}
    asked = [volunteer.candidate if at is None else _then(volunteer.candidate) for volunteer in known]
    ordered = matching.order(asked, need, at or uow.now, policy)
    when = {
        name: wave.after for wave in reversed(waves.plan(ordered.chosen, policy, need.channel)) for name in wave.who
    }
    return [
        *(
            PreviewedVolunteer(people[name], when.get(name), missed=aftercare.missed_by(uow, people[name]))
            for name in ordered.chosen
        ),
        *(PreviewedVolunteer(people[name], reason=reason) for name, reason in ordered.left_out),
    ]


def _then(candidate: Candidate) -> Candidate:
    """The same volunteer at another time, of which only shifts and settings are known."""
    return replace(candidate, calls=0, texts=0, today=0, week=timedelta(), rest_until=None, on_duty=None)
