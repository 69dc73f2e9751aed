"""Texts that leave by REST: judged once more, sent with no transaction open, recorded with what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from checkin.accounts import volunteer_links
from checkin.contacts import service as contacts
from checkin.contacts import shown_numbers
from checkin.contacts.models import Contact
from checkin.core import lines
from checkin.core.rules.phone import PhoneNumber
from checkin.core.unit_of_work import UnitOfWork
from checkin.delivery import receipts
from checkin.dispatch.steps import Claimed, Steps, after_error
from checkin.messages import pacing
from checkin.messages import service as messages
from checkin.messages.models import Message
from checkin.messages.rules.picture_notes import LINK, same, with_links
from checkin.messages.rules.validity import valid_for
from checkin.outbox import outbox
from checkin.outbox.outcomes import Done, Outcome, Retry, Skipped, Unknown
from checkin.runtime import Runtime
from checkin.telephony.addresses import signed_picture
from checkin.telephony.port import Accepted, GatewayError, MaybeDone, OutgoingText, Refused, SentText, TryLater
from checkin.telephony.rules import delivery_state
from checkin.volunteers import service as volunteers
from checkin.volunteers.models import Volunteer

ASK_AFTER = timedelta(seconds=90)
"""When we ask the network whether a text of unknown fate left: its log is eventually consistent."""

GONE = 20404
"""The network does not know it (any more)."""

GIVE_UP_ASKING = 4
"""After this many looks an unknown stays unknown, and is shown to a person."""


TURNS = 20
"""So often a text that can wait lets others go first."""


@dataclass(frozen=True)
class Ready:
    """A text that passed its gates."""

    message_id: str
    request: OutgoingText


def ask(runtime: Runtime, ready: Ready) -> Accepted:
    """Hand the text to the network."""
    return runtime.gateway.send_text(ready.request)


def record(uow: UnitOfWork, _row: Claimed, ready: Ready, came: Accepted) -> Outcome:
    """The network took it; its receipts may have come before."""
    message = uow.session.get_one(Message, ready.message_id)
    message.sid = message.sid or came.sid
    message.status = delivery_state.forward(message.status, came.status)
    message.sent_at = uow.now
    return Done()


def failed(uow: UnitOfWork, row: Claimed, ready: Ready, error: GatewayError) -> Outcome:
    """What may have left is asked about later, and never sent again."""
    message = uow.session.get_one(Message, ready.message_id)
    match error:
        case TryLater():
            message.status = "planned"
        case MaybeDone():
            return _unknown(uow, message)
        case _:
            message.status = "failed"
            receipts.on_failed(uow, message, error.code or receipts.UNSAID)
            receipts.on_lost(uow, message)
    return after_error(uow, row, ready, error)


@dataclass(frozen=True)
class TextQuestion:
    """Which text we ask the network for: from us to them, not before `since`, with these words."""

    to: str
    from_: str
    since: datetime
    body: str


def _find(runtime: Runtime, asked: TextQuestion) -> SentText | None:
    found = runtime.gateway.find_texts(asked.to, asked.from_, asked.since)
    return next((text for text in found if same(text.body, asked.body)), None)


def _to_redact(uow: UnitOfWork, row: Claimed) -> str | Skipped:
    message = uow.session.get(Message, row.about_id)
    return (message.sid if message else None) or Skipped("nothing there")


def _redact(runtime: Runtime, sid: str) -> None:
    try:
        runtime.gateway.redact_text(sid)
    except Refused as error:
        if error.code != GONE:
            raise


def _redacted(uow: UnitOfWork, row: Claimed, _sid: str, _none: None) -> Outcome:
    message = uow.session.get(Message, row.about_id)
    if message is not None:
        message.redacted_at = uow.now
    return Done()


def prepare(uow: UnitOfWork, row: Claimed) -> Ready | Outcome:
    """The request for a text that was written, if it may still leave; else why not."""
    message = uow.session.get(Message, row.about_id)
    if message is None or message.status not in ("planned", "sending"):
        return Skipped("not to be sent any more")
    if message.status == "sending":
        # An earlier worker died between sending and recording: whether it left is asked, not guessed.
        outbox.later(uow, "resolve_message", message.id, uow.now)
        return Unknown("its worker died")
    number = _number(uow, message) if message.body_encrypted is not None else Skipped("its words were blanked by now")
    if isinstance(number, Skipped):
        message.status = "skipped"
        return number
    message.status = "sending"
    pacing.spent(uow, message.line, message.segments)
    return ready_to_leave(uow, message, number, row.public_url)


def prepare_later(uow: UnitOfWork, row: Claimed) -> Ready | Outcome:
    """The same for a text that lets others go first: it waits while the line's number is busy, though not for ever."""
    message = uow.session.get(Message, row.about_id)
    at = pacing.free_at(uow, message.line) if message is not None and row.attempts <= TURNS else None
    if at is None or message is None or message.status != "planned":
        return prepare(uow, row)
    return Retry(at, "the line's number is busy with other texts")


def _body(uow: UnitOfWork, message: Message, public_url: str) -> str:
    """The words as they leave, with the links that are made for them now."""
    words = with_links(messages.body_of(uow, message), _links(uow, message, public_url))
    volunteer = uow.session.get(Volunteer, message.volunteer_id) if message.kind == volunteer_links.KIND else None
    if volunteer is not None:
        words = words.replace(LINK, public_url + volunteer_links.path(volunteer_links.new(uow, volunteer)))
    return words


def ready_to_leave(
    uow: UnitOfWork, message: Message, number: PhoneNumber, public_url: str, longest: timedelta | None = None
) -> Ready:
    """The request for this message. Its receipts find it by our own opaque id, whatever else gets lost.

    longest: how long the network may try to deliver it; None: as long as a message of its kind is worth it.
    """
    return Ready(
        message.id,
        OutgoingText(
            to=number.e164,
            from_=lines.number_of(uow, message.line),
            body=_body(uow, message, public_url),
            status_url=f"{public_url}/webhooks/messages/{message.id}",
            valid_for=longest or valid_for(message.kind),
            service=uow.policy(message.line).service,
        ),
    )


def _links(uow: UnitOfWork, message: Message, public_url: str) -> Callable[[str], str]:
    """Links to pictures that open from now on, for as long as the line's settings say."""
    until = uow.now + uow.policy(message.line).picture_link
    return lambda picture: public_url + signed_picture(uow.vault.keys, picture, until)


def _number(uow: UnitOfWork, message: Message) -> PhoneNumber | Skipped:
    """Whom it goes to, or why it must not."""
    contact, volunteer = _whose(uow, message)
    if contact is not None and (contact.opted_out_at is not None or shown_numbers.has_left(uow, contact)):
        return Skipped("opted out")
    if contact is None and (volunteer is None or volunteer.state == "removed"):
        return Skipped("no such volunteer any more")
    if volunteer is not None and volunteer.stopped_at is not None:
        return Skipped("opted out")
    return _opened(uow, contact or volunteer) or Skipped("no number")


def _whose(uow: UnitOfWork, message: Message) -> tuple[Contact | None, Volunteer | None]:
    if message.contact_id is not None:
        held = {
            "key_share": True,
            "of": Contact,
        }  # a STOP that is just being written is waited for; others may write about them
        return uow.session.get_one(Contact, message.contact_id, with_for_update=held, populate_existing=True), None
    return None, uow.session.get(Volunteer, message.volunteer_id)


def _opened(uow: UnitOfWork, who: Contact | Volunteer | None) -> PhoneNumber | None:
    if isinstance(who, Contact):
        return contacts.number_of(uow, who)
    return volunteers.number_of(uow, who) if who is not None and who.number_encrypted else None


def _unknown(uow: UnitOfWork, message: Message) -> Outcome:
    """The answer was lost. A receipt may have come before we knew that, and then nothing is to be asked."""
    if message.sid is not None:
        return Done()
    message.status = "unknown"
    outbox.later(uow, "resolve_message", message.id, uow.now + ASK_AFTER)
    return Unknown("its answer was lost")


def _question(uow: UnitOfWork, row: Claimed) -> TextQuestion | Outcome:
    """What to ask for; or why not. Whoever has left is asked about, too; whoever was forgotten cannot be."""
    message = uow.session.get(Message, row.about_id)
    if message is None or message.sid is not None or message.status not in ("unknown", "sending"):
        return Skipped("known by now")
    contact, volunteer = _whose(uow, message)
    number = _opened(uow, contact or volunteer)
    if number is None or message.body_encrypted is None:
        return _nobody_knows(uow, message)
    from_, since = lines.number_of(uow, message.line), message.created_at - timedelta(minutes=5)
    return TextQuestion(number.e164, from_, since, messages.body_of(uow, message))


def _resolved(uow: UnitOfWork, row: Claimed, _asked: TextQuestion, match: SentText | None) -> Outcome:
    message = uow.session.get_one(Message, row.about_id)
    if match is not None:
        message.sid, message.status, message.sent_at = match.sid, match.status, match.sent_at or uow.now
        receipts.follow_up_resolved(uow, message, left=True)
        return Done("it had left")
    if row.attempts < GIVE_UP_ASKING:
        return Retry(uow.now + ASK_AFTER * row.attempts, "not found yet")
    return _nobody_knows(uow, message)


def _nobody_knows(uow: UnitOfWork, message: Message) -> Unknown:
    message.status = "unknown"
    receipts.on_lost(uow, message)
    receipts.follow_up_resolved(uow, message, left=False)
    return Unknown("the network does not know it")


SEND_MESSAGE = Steps(prepare, ask, record, failed)
"""Send one written text to a contact or volunteer."""

TELL_LATER = Steps(prepare_later, ask, record, failed)
"""The same, when nothing else is waiting to leave the line's number."""

RESOLVE_MESSAGE = Steps(_question, _find, _resolved)
"""Ask the network about a text whose fate we do not know. It is never sent again by this."""

REDACT_MESSAGE = Steps(_to_redact, _redact, _redacted)
"""Blank the words of one text at the network."""
