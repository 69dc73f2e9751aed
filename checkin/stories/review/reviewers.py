"""Who reviews: somebody of the team by name, or whoever is signed in on the pages. Nobody reviews what they told."""

from __future__ import annotations

from dataclasses import dataclass

from checkin.accounts.page_sessions import CurrentUser
from checkin.contacts.models import Contact
from checkin.core.errors import UserError
from checkin.core.unit_of_work import UnitOfWork
from checkin.stories.models import Story, StoryReview
from checkin.volunteers import queries as team
from checkin.volunteers import service as volunteers
from checkin.volunteers.models import Volunteer

By = str | CurrentUser
"""A name, as it is typed at the terminal, or whoever is signed in."""

NAMELESS = "an organizer"
"""Whoever is signed in and has given no name."""


@dataclass(frozen=True)
class Reviewer:
    """name: as others see it. key: by which two reviews of one person are known as such. audited: as the audit has
    them."""

    name: str
    key: str
    audited: str

    def said(self, row: StoryReview) -> bool:
        """Whether this review is theirs. A name typed at the terminal is that of whoever has it on the pages."""
        if row.by_key == self.key:
            return True
        both_signed_in = all(key.startswith("organizer:") for key in (row.by_key, self.key))
        return not both_signed_in and row.by.casefold() == self.name.casefold()


def reviewer(uow: UnitOfWork, story: Story, by: By) -> Reviewer:
    """Who this is. Raises UserError: nobody's name, or they told the story themselves."""
    if isinstance(by, CurrentUser):
        return Reviewer(by.name[:60] or NAMELESS, f"organizer:{by.id}", by.by)
    name = " ".join(by.split())
    if not name or len(name) > 60 or not name.isprintable():
        raise UserError("say who's reviewing it, in at most 60 characters", code="which_reviewer")
    found = _volunteer(uow, story.line, name)
    if found is None:
        return Reviewer(name, f"name:{name.casefold()}", name)
    teller = uow.session.get(Contact, story.teller_id) if story.teller_id else None
    if teller is not None and found.number_key in (teller.number_key, teller.shown_key):
        raise UserError("the storyteller can't review it: ask someone else on the team")
    called = volunteers.name_of(uow, found)
    return Reviewer(called, f"volunteer:{found.id}", called)


def _volunteer(uow: UnitOfWork, line: str, name: str) -> Volunteer | None:
    found = [member for member in team.team(uow.session, line) if _called(uow, member, name)]
    return found[0] if len(found) == 1 else None


def _called(uow: UnitOfWork, volunteer: Volunteer, name: str) -> bool:
    return volunteers.name_of(uow, volunteer).casefold().startswith(name.casefold())
