"""Who would be asked now, in which order and when, and who would not and why: matching, shown to organisers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from checkin.models.volunteers import Volunteer
from checkin.queries.candidates import candidates
from checkin.rules import matching, waves
from checkin.rules.matching import Candidate, Need, Reason
from checkin.work import Work


@dataclass(frozen=True)
class Asked:
    """One volunteer: `after` how long from the opening their phone rings, or the `reason` why it doesn't.

    Neither: the limit is over before it is their turn.
    """

    volunteer: Volunteer
    after: timedelta | None = None
    reason: Reason | None = None


def who(work: Work, need: Need, at: datetime | None = None) -> list[Asked]:
    """Every volunteer of the line: those who would be asked, in order, then those left out.

    at: another time than now; then nobody is taken to be in a relay, resting, or off by their own word.
    """
    policy = work.policy(need.line)
    known = candidates(work.session, need.line, need.channel, at or work.now, policy)
    people = {one.volunteer.id: one.volunteer for one in known}
    asked = [one.candidate if at is None else _then(one.candidate) for one in known]
    ordered = matching.order(asked, need, at or work.now, policy)
    when = {
        name: wave.after for wave in reversed(waves.plan(ordered.chosen, policy, need.channel)) for name in wave.who
    }
    return [
        *(Asked(people[name], after=when.get(name)) for name in ordered.chosen),
        *(Asked(people[name], reason=reason) for name, reason in ordered.left_out),
    ]


def _then(one: Candidate) -> Candidate:
    """The same volunteer at another time, of which only shifts and settings are known."""
    return replace(one, calls=0, texts=0, today=0, week=timedelta(), rest_until=None, on_duty=None)
