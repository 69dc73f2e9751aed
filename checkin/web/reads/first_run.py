"""What is still to be done before the line is for people: facts that can be looked up, and what somebody looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select

from checkin.accounts.first_run import LOOKED_AT, name_of
from checkin.contacts.models import StoredValue
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import Conversation
from checkin.stories.models import Story
from checkin.volunteers.models import Volunteer


@dataclass(frozen=True)
class FirstSteps:
    """Each step and whether it is done. looked_at: when somebody said that it is right."""

    done: dict[str, bool]
    looked_at: dict[str, datetime]

    @property
    def ready(self) -> bool:
        """Whether nothing is left."""
        return all(self.done.values())


def steps(uow: UnitOfWork, line: str) -> FirstSteps:
    """Two statements. A lead is one who gets texts; the backup number stands in lines.yaml."""
    volunteer = exists().where(Volunteer.line == line, Volunteer.state == "active")
    lead = volunteer.where(Volunteer.lead, Volunteer.stopped_at.is_(None))
    story = exists().where(Story.line == line, Story.state == "published", Story.sample.is_(None))
    call = exists().where(Conversation.line == line, Conversation.channel == "voice")
    there = uow.session.execute(select(volunteer, lead, story, call)).one()
    row = uow.session.get(StoredValue, name_of(line))
    looked = {key: datetime.fromisoformat(at) for key, at in (row.value if row else {}).items() if key in LOOKED_AT}
    facts = dict(zip(("volunteer", "lead", "story", "call"), map(bool, there), strict=True))
    facts["backup"] = uow.policy(line).backup is not None
    return FirstSteps({**{key: key in looked for key in LOOKED_AT}, **facts}, looked)
