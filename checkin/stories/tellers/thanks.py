"""Thanks on their way to a teller: how many people of this week, never who, and never more than once a week."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select

from checkin.contacts.models import Contact
from checkin.core.unit_of_work import UnitOfWork
from checkin.outbox.models import Outbox
from checkin.outbox.outcomes import Done, Outcome, Skipped
from checkin.stories.models import ListenerReaction, Story
from checkin.stories.tellers import news

EVERY = timedelta(days=7)
"""The first thanks begin the week; at its end the teller hears of all of them together."""


def key_of(contact_id: str) -> str:
    """One telling is planned for each teller at a time."""
    return f"tell_thanks:{contact_id}"


def tell(uow: UnitOfWork, contact_id: str, row_id: str) -> Outcome:
    """Write the text of the week to a teller, in the transaction that settles the row: told once or not at all."""
    row = uow.session.get_one(Outbox, row_id)
    contact = uow.session.get(Contact, contact_id)
    people = count(uow, contact_id, row.created_at)
    if contact is None or not people:
        return Skipped("nobody to tell, or nothing is shared any more")
    news.write(uow, contact, contact.language, "story_thanks", count=people)
    return Done()


def count(uow: UnitOfWork, contact_id: str, since: datetime) -> int:
    """How many different people have thanked this teller since then, for what is still shared."""
    who = func.coalesce(ListenerReaction.contact_id, ListenerReaction.id)
    found = (
        select(func.count(who.distinct()))
        .join(Story, Story.id == ListenerReaction.story_id)
        .where(Story.teller_id == contact_id, Story.state == "published")
        .where(ListenerReaction.kind == "thanks", ListenerReaction.at >= since)
        .where(func.coalesce(ListenerReaction.contact_id, "") != contact_id)
    )
    return uow.session.scalar(found) or 0
