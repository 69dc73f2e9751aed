"""Ana tells a story by text, and Oda lets it be heard."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from checkin.contacts import service as contacts
from checkin.contacts.models import Contact
from checkin.core.unit_of_work import UnitOfWork
from checkin.stories.models import Story
from tests import make
from tests.cast import ANA
from tests.services.story_rotation import reviewed
from tests.the_line import TheLine

WORDS = "It took me three winters, and a porch."


@dataclass
class AnaTells:
    """Ana, her phone, and what she has told so far."""

    line: TheLine

    def tells(self) -> str:
        """By text, up to her second yes; answers the story's id."""
        before = set(self._ids())
        begun = self.line.answers(ANA, "share")
        if "You've shared with us before" in begun:
            self.line.answers(ANA, "1")
        for said in ("yes", "2", WORDS, "done", "1", "1", "yes"):
            self.line.answers(ANA, said)
        self.line.runtime.do(self._lives_in_new_york)
        self.line.carries_out()
        (story,) = set(self._ids()) - before
        return story

    def published(self) -> str:
        """And Oda lets it be heard; an hour later the talk is over."""
        story = self.tells()
        self.line.runtime.do(lambda uow: reviewed(uow, story, title="The porch"))
        self.line.clock.forward(hours=1)
        self.line.carries_out()
        return story

    def code(self) -> str:
        """The code that she was texted last."""
        (*_, sent) = [body for body in self.line.sent_to(ANA) if "text WITHDRAW" in body]
        found = re.search(r"WITHDRAW (\w+)", sent)
        assert found is not None
        return found[1]

    def story(self, story: str) -> Story:
        """The row as it stands."""
        return self.line.runtime.read(lambda session: session.get_one(Story, story))

    def _lives_in_new_york(self, uow: UnitOfWork) -> None:
        """It is known, so that noon there is an hour for texts."""
        key = contacts.key_of(uow, "default", make.number(ANA))
        uow.session.scalars(select(Contact).where(Contact.number_key == key)).one().time_zone = "America/New_York"

    def _ids(self) -> list[str]:
        return self.line.runtime.read(lambda session: list(session.scalars(select(Story.id))))


@pytest.fixture
def ana_tells(line: TheLine) -> AnaTells:
    """Ana with her phone."""
    return AnaTells(line)
