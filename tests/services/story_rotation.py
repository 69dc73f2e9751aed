"""Stories to choose from, and somebody to hear them."""

from __future__ import annotations

from sqlalchemy import select

from checkin.contacts import service as contacts
from checkin.contacts.models import Contact
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import Conversation
from checkin.outbox.models import Outbox
from checkin.stories import listening
from checkin.stories import service as stories
from checkin.stories.jobs import reported, thanked
from checkin.stories.review import reviewing
from checkin.stories.review.reviewing import ReviewVerdict
from checkin.stories.service import NewStory, Review
from flows.engine.effects import ChooseStory, NoteListen
from flows.engine.inputs import NoStory
from tests.cast import ANA
from tests.make import number


def somebody(uow: UnitOfWork, e164: str = ANA) -> Contact:
    contact = contacts.new(uow, "default", number(e164))
    uow.session.flush()
    return contact


def talking(uow: UnitOfWork, contact: Contact) -> Conversation:
    conversation = Conversation(
        id=uow.new_id(), line="default", contact_id=contact.id, channel="voice", flow="hear_story",
        flow_hash="0" * 64, step="tell", position_encrypted=b"", opened_at=uow.now, updated_at=uow.now,
    )  # fmt: skip
    uow.session.add(conversation)
    uow.session.flush()
    return conversation


def told(uow: UnitOfWork, title: str, *, publish: bool = True, topic: str = "sober", **values: object) -> str:
    fields = {"language": "en", "words": f"The words of {title}.", **values}
    return stories.add(uow, "default", NewStory(title=title, topics=[topic], **fields), who="Oda", publish=publish)


def hears(
    uow: UnitOfWork, contact: Contact, talk: Conversation, topic: str | None = "any", **values: object
) -> str | None:
    """The title of the story that is chosen now, heard to its end."""
    action = ChooseStory(topic=topic, language="en", pick="unheard", **values)
    found = listening.choose(uow, action, contact, talk)
    if isinstance(found, NoStory):
        return None
    heard(uow, found.story, contact, talk, "started", "finished")
    return found.title


def heard(uow: UnitOfWork, story: str, contact: Contact, talk: Conversation, *hows: str) -> None:
    """Hearing a story goes like this; the worker counts what is to be counted."""
    for how in hows:
        listening.note_listen(uow, NoteListen(story, how), contact, talk)
    listening.write_down(uow, contact, talk)
    uow.session.flush()
    for listen_id in uow.session.scalars(select(Outbox.about_id).where(Outbox.kind == "count_listen")).all():
        listening.count(uow, listen_id)
    for kind, listen_id in uow.session.execute(select(Outbox.kind, Outbox.about_id)).all():
        if kind in ("count_thanks", "count_report"):
            (thanked if kind == "count_thanks" else reported)(uow, listen_id)


def answers(uow: UnitOfWork, **others: str) -> dict[str, str]:
    """The checklist, answered with no but for these."""
    return {name: others.get(name, "no") for name in reviewing.checklist(uow).questions}


def reviewed(uow: UnitOfWork, story: str, by: str = "Oda", **values: object) -> ReviewVerdict:
    """Oda reviews it, finds nothing, and says yes."""
    return reviewing.say_yes(uow, story, by, answers(uow), Review(**values))
