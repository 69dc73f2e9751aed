"""Stories are taken back: by their tellers, with a code or from the same phone, and by organizers.

From the next play on nobody hears them; what was told is destroyed here and at the network; the row stays.
"""

from __future__ import annotations

from sqlalchemy import select

from checkin.contacts.models import Contact
from checkin.core import audit
from checkin.core.audit import AuditAction
from checkin.core.errors import UserError
from checkin.core.unit_of_work import UnitOfWork
from checkin.stories import recordings, rotation, rules
from checkin.stories.models import Story

TELLER = "teller"
SHARE, KEEP = "share_story", "keep_story"
"""The two yeses of a teller: that others may hear it, and that we may keep it."""


def withdraw(uow: UnitOfWork, story_id: str, *, who: str, why: str = "") -> str | None:
    """Take a story back: not heard from the next play on, its words gone, its audio destroyed by the worker.

    why: in a word or two of ours, for the audit. Answers the key of audio that only this story had, for one who wants
    to destroy it at once. Raises UserError.
    """
    story = uow.session.get(Story, story_id)
    if story is None:
        raise UserError("there's no such story", code="no_story")
    if story.state == "withdrawn":
        return None
    after = f"withdrawn: {why}" if why else "withdrawn"
    audit.write(uow, who, AuditAction.WITHDRAW_STORY, story.id, story.state, after)
    media_key, recording_id = story.media_key, story.recording_id
    rotation.bury(uow, Story.id == story.id)
    if recording_id is None:
        return media_key
    recordings.forget(uow, recording_id)
    return None


def by_code(uow: UnitOfWork, line: str, code: str) -> bool:
    """WITHDRAW code: its teller takes a story back. False when no story of this line has that code."""
    keys = uow.vault.blind_indexes(f"withdraw:{line}", rules.normal_code(code))
    story_id = uow.session.scalar(select(Story.id).where(Story.code_key.in_(keys), Story.line == line))
    if story_id is None:
        return False
    withdraw(uow, story_id, who=TELLER)
    return True


def all_of(uow: UnitOfWork, contact: Contact, *states: str) -> int:
    """Everything that this contact has told (in these states, or any). Answers how many stories it was."""
    wanted = select(Story.id).where(Story.teller_id == contact.id, Story.state != "withdrawn")
    if states:
        wanted = wanted.where(Story.state.in_(states))
    found = list(uow.session.scalars(wanted))
    for story_id in found:
        withdraw(uow, story_id, who=TELLER)
    return len(found)


def no_longer_agreed(uow: UnitOfWork, contact: Contact, consent: str) -> None:
    """A teller takes a yes back: to sharing (what is or would be heard goes), or to keeping (all of it goes)."""
    if consent == KEEP:
        all_of(uow, contact)
    elif consent == SHARE:
        all_of(uow, contact, "waiting_review", "published", "resting", "returned", "declined")
