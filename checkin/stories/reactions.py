"""What listeners say back: thanks and reports. One listener counts once for a story, however often they say it."""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import func, select, update

from checkin.contacts.models import Contact
from checkin.core import audit, lines
from checkin.core.audit import AuditAction
from checkin.core.statements import insert_new, returned
from checkin.core.unit_of_work import UnitOfWork
from checkin.outbox import outbox
from checkin.stories.models import Listen, ListenerReaction, Story
from checkin.stories.review import queue
from checkin.stories.tellers.thanks import EVERY, key_of
from checkin.volunteers.shift_queries import is_pending

Kind = Literal["thanks", "report"]


def thanked(uow: UnitOfWork, listen_id: str) -> bool:
    """Count the thanks; the teller hears of it with all the others of the week. False: this listener was counted."""
    story_id = _first(uow, listen_id, "thanks")
    if story_id is None:
        return False
    story = _one_more(uow, story_id, {"thanks": Story.thanks + 1})
    if story.teller_id is not None and not is_pending(uow.session, key_of(story.teller_id)):
        outbox.later(uow, "tell_thanks", story.teller_id, uow.now + EVERY, unique_key=key_of(story.teller_id))
    return True


def reported(uow: UnitOfWork, listen_id: str) -> bool:
    """Count the report. As many as the line allows, and the story is hidden and waits for review again.

    False: this listener was counted.
    """
    story_id = _first(uow, listen_id, "report")
    if story_id is None:
        return False
    _one_more(uow, story_id, {"reports": Story.reports + 1})
    story = uow.session.get_one(Story, story_id, populate_existing=True)
    new = story.reports - queue.of(uow, story).reports_seen
    if story.state == "published" and new >= lines.get(uow, story.line).stories.reports:
        audit.write(uow, "listeners", AuditAction.REPORT_STORY, story.id, story.state, "waiting_review")
        queue.again(uow, story, "reported")
    return True


def _first(uow: UnitOfWork, listen_id: str, kind: Kind) -> str | None:
    """The story, if this listener says so of it for the first time. Withheld callers are one listener all together.

    A teller's thanks to themselves are none.
    """
    number_key = func.coalesce(Contact.number_key, Contact.shown_key)
    found = uow.session.execute(
        select(Listen.story_id, Listen.contact_id, number_key.label("number_key"), Story.teller_id)
        .join(Story, Story.id == Listen.story_id)
        .outerjoin(Contact, Contact.id == Listen.contact_id)
        .where(Listen.id == listen_id)
    ).one_or_none()
    if found is None or (kind == "thanks" and found.teller_id is not None and found.teller_id == found.contact_id):
        return None
    who = found.number_key.hex() if found.number_key else "withheld"
    row = {
        "id": uow.vault.blind_index(f"listener:{kind}", f"{found.story_id}:{who}").hex()[:32],
        "story_id": found.story_id,
        "contact_id": found.contact_id,
        "kind": kind,
        "at": uow.now,
    }
    return found.story_id if insert_new(uow.session, ListenerReaction, [row]) else None


def _one_more(uow: UnitOfWork, story_id: str, values: dict[str, Any]) -> Any:
    """One more, added by the database, so that two listeners at once are both counted."""
    statement = update(Story).where(Story.id == story_id).values(**values).returning(Story.teller_id, Story.state)
    return returned(uow.session, statement).one()
