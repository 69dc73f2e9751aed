"""What is past its time and still needed: it ends once it is not."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, or_, true

from checkin.contacts.models import Contact
from checkin.messages.models import FollowUp, Message, Picture, Recording
from checkin.relays.models import Relay
from checkin.stories.models import Story

DEAD_STORIES = ("withdrawn", "declined")


def may_end(table: str) -> ColumnElement[bool]:
    """Which rows of `table` that are past their time are needed no more; most tables have no such rows."""
    return _MAY_END.get(table, true())


def _contact() -> ColumnElement[bool]:
    """A number is kept while it is to be written to (caring contacts come for a year), or its owner's story lives."""
    promised = exists().where(FollowUp.contact_id == Contact.id, FollowUp.state.in_(("planned", "sending")))
    joined = exists().where(Relay.contact_id == Contact.id, Relay.state.in_(("open", "joined")))
    tells = exists().where(Story.teller_id == Contact.id, Story.state.not_in(DEAD_STORIES))
    personal = or_(
        Contact.number_encrypted.is_not(None), Contact.name_encrypted.is_not(None), Contact.kept_encrypted.is_not(None)
    )
    return and_(personal, ~promised, ~joined, ~tells)


def _recording() -> ColumnElement[bool]:
    """A story that can still be heard, or reviewed, is told in its recording."""
    return ~exists().where(Story.recording_id == Recording.id, Story.state.not_in(DEAD_STORIES))


_MAY_END: dict[str, ColumnElement[bool]] = {
    "contacts": _contact(),
    "messages": Message.body_encrypted.is_not(None),
    "recordings": _recording(),
    "follow_ups": FollowUp.state.not_in(("planned", "sending", "unknown")),
    "relays": Relay.state.not_in(("open", "joined")),
    "stories": and_(Story.state.in_(("private", *DEAD_STORIES)), Story.published_at.is_(None)),
    "pictures": Picture.network_state != "there",
}


__all__ = ["may_end"]
