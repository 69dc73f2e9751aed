"""Stories to choose from, and somebody to hear them."""

from __future__ import annotations

from sqlalchemy import select

from checkin.contacts import service as contacts
from checkin.contacts.models import Contact
from checkin.core.unit_of_work import Work
from checkin.messages.models import Conversation
from checkin.outbox.models import Outbox
from checkin.stories import listening, reactions
from checkin.stories import service as stories
from checkin.stories.review import reviewing
from checkin.stories.review.reviewing import Verdict
from checkin.stories.service import NewStory, Review
from flows.engine.effects import ChooseStory, NoteListen
from flows.engine.inputs import NoStory
from tests.cast import ANA
from tests.make import number


def somebody(work: Work, e164: str = ANA) -> Contact:
    contact = contacts.new(work, "default", number(e164))
    work.session.flush()
    return contact


def talking(work: Work, contact: Contact) -> Conversation:
    conversation = Conversation(
        id=work.new_id(), line="default", contact_id=contact.id, channel="voice", flow="hear_story",
        flow_hash="0" * 64, step="tell", position_encrypted=b"", opened_at=work.now, updated_at=work.now,
    )  # fmt: skip
    work.session.add(conversation)
    work.session.flush()
    return conversation


def told(work: Work, title: str, *, publish: bool = True, topic: str = "sober", **values: object) -> str:
    fields = {"language": "en", "words": f"The words of {title}.", **values}
    return stories.add(work, "default", NewStory(title=title, topics=[topic], **fields), who="Oda", publish=publish)


def hears(work: Work, contact: Contact, talk: Conversation, topic: str | None = "any", **values: object) -> str | None:
    """The title of the story that is chosen now, heard to its end."""
    deed = ChooseStory(topic=topic, language="en", pick="unheard", **values)
    found = listening.choose(work, deed, contact, talk)
    if isinstance(found, NoStory):
        return None
    heard(work, found.story, contact, talk, "started", "finished")
    return found.title


def heard(work: Work, story: str, contact: Contact, talk: Conversation, *hows: str) -> None:
    """Hearing a story goes like this; the worker counts what is to be counted."""
    for how in hows:
        listening.note_listen(work, NoteListen(story, how), contact, talk)
    listening.write_down(work, contact, talk)
    work.session.flush()
    for listen_id in work.session.scalars(select(Outbox.about_id).where(Outbox.kind == "count_listen")).all():
        listening.count(work, listen_id)
    for kind, listen_id in work.session.execute(select(Outbox.kind, Outbox.about_id)).all():
        if kind in ("count_thanks", "count_report"):
            (reactions.thanked if kind == "count_thanks" else reactions.reported)(work, listen_id)


def answers(work: Work, **others: str) -> dict[str, str]:
    """The checklist, answered with no but for these."""
    return {name: others.get(name, "no") for name in reviewing.checklist(work).questions}


def reviewed(work: Work, story: str, by: str = "Oda", **values: object) -> Verdict:
    """Oda reviews it, finds nothing, and says yes."""
    return reviewing.say_yes(work, story, by, answers(work), Review(**values))
