"""Texts that leave by REST: judged once more, sent with no transaction open, recorded with what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from checkin.channels.addresses import signed_picture
from checkin.delivery.claimed import Claimed, Steps
from checkin.gateway.port import (
    Accepted,
    Gateway,
    GatewayError,
    OutgoingText,
    Refused,
    SentText,
    TryLater,
    Unknown,
    in_words,
)
from checkin.models.contacts import Contact
from checkin.models.conversations import Message
from checkin.models.volunteers import Volunteer
from checkin.rules import delivery_state
from checkin.rules.phone import PhoneNumber
from checkin.rules.picture_notes import LINK, same, with_links
from checkin.rules.validity import valid_for
from checkin.runtime import Runtime
from checkin.services import contacts, follow_up_fates, lines, messages, outbox, pacing, unproved
from checkin.services.access import volunteer_links
from checkin.services.team import volunteers
from checkin.work import Work

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


def ask(gateway: Gateway, ready: Ready) -> Accepted:
    """Hand the text to the network."""
    return gateway.send_text(ready.request)


def record(work: Work, _row: Claimed, ready: Ready, came: Accepted | GatewayError) -> str:
    """Write down what came of a text. What may have left is asked about later, and never sent again."""
    message = work.session.get_one(Message, ready.message_id)
    match came:
        case Accepted():
            message.sid = message.sid or came.sid
            message.status = delivery_state.forward(message.status, came.status)
            message.sent_at = work.now
            return "done"
        case TryLater():
            message.status = "planned"
        case Unknown():
            return _unknown(work, message)
        case _:
            message.status = "failed"
            messages.failed(work, message, came.code or messages.UNSAID)
            messages.lost(work, message)
    return in_words(came)


def resolve_message(runtime: Runtime, row: Claimed) -> str:
    """Ask the network about a text whose fate we do not know. It is never sent again by this."""
    asked = runtime.do(lambda work: _question(work, row.about_id))
    if isinstance(asked, str):
        return asked
    to, from_, since, body = asked
    match = next((text for text in runtime.gateway.find_texts(to, from_, since) if same(text.body, body)), None)
    return runtime.do(lambda work: _resolved(work, row, match))


def redact_message(runtime: Runtime, row: Claimed) -> str:
    """Blank the words of one text at the network."""
    sid = runtime.do(lambda work: _sid(work, row.about_id))
    if sid is None:
        return "skipped: nothing there"
    try:
        runtime.gateway.redact_text(sid)
    except Refused as error:
        if error.code != GONE:
            raise
    runtime.do(lambda work: _redacted(work, row.about_id))
    return "done"


def prepare(work: Work, row: Claimed, public_url: str) -> Ready | str:
    """The request for a text that was written, if it may still leave; else why not."""
    message = work.session.get(Message, row.about_id)
    if message is None or message.status not in ("planned", "sending"):
        return "skipped: not to be sent any more"
    if message.status == "sending":
        # An earlier worker died between sending and recording: whether it left is asked, not guessed.
        outbox.later(work, "resolve_message", message.id, work.now)
        return "unknown: its worker died"
    number = _number(work, message) if message.body_encrypted is not None else "its words were blanked by now"
    if isinstance(number, str):
        message.status = "skipped"
        return f"skipped: {number}"
    message.status = "sending"
    pacing.spent(work, message.line, message.segments)
    return ready_to_leave(work, message, number, public_url)


def prepare_later(work: Work, row: Claimed, public_url: str) -> Ready | str:
    """The same for a text that lets others go first: it waits while the line's number is busy, though not for ever."""
    message = work.session.get(Message, row.about_id)
    at = pacing.free_at(work, message.line) if message is not None and row.attempts <= TURNS else None
    if at is None or message is None or message.status != "planned":
        return prepare(work, row, public_url)
    outbox.again(work, row.id, at, "the line's number is busy with other texts")
    return "again: the line's number is busy"


def _body(work: Work, message: Message, public_url: str) -> str:
    """The words as they leave, with the links that are made for them now."""
    words = with_links(messages.body_of(work, message), _links(work, message, public_url))
    volunteer = work.session.get(Volunteer, message.volunteer_id) if message.kind == volunteer_links.KIND else None
    if volunteer is not None:
        words = words.replace(LINK, public_url + volunteer_links.path(volunteer_links.new(work, volunteer)))
    return words


def ready_to_leave(
    work: Work, message: Message, number: PhoneNumber, public_url: str, longest: timedelta | None = None
) -> Ready:
    """The request for this message. Its receipts find it by our own opaque id, whatever else gets lost.

    longest: how long the network may try to deliver it; None: as long as a message of its kind is worth it.
    """
    return Ready(
        message.id,
        OutgoingText(
            to=number.e164,
            from_=lines.number_of(work, message.line),
            body=_body(work, message, public_url),
            status_url=f"{public_url}/webhooks/messages/{message.id}",
            valid_for=longest or valid_for(message.kind),
            service=work.policy(message.line).service,
        ),
    )


def _links(work: Work, message: Message, public_url: str) -> Callable[[str], str]:
    """Links to pictures that open from now on, for as long as the line's settings say."""
    until = work.now + work.policy(message.line).picture_link
    return lambda picture: public_url + signed_picture(work.vault.keys, picture, until)


def _number(work: Work, message: Message) -> PhoneNumber | str:
    """Whom it goes to, or why it must not."""
    contact, volunteer = _whose(work, message)
    if contact is not None and (contact.opted_out_at is not None or unproved.has_left(work, contact)):
        return "opted out"
    if contact is None and (volunteer is None or volunteer.state == "removed"):
        return "no such volunteer any more"
    if volunteer is not None and volunteer.stopped_at is not None:
        return "opted out"
    return _opened(work, contact or volunteer) or "no number"


def _whose(work: Work, message: Message) -> tuple[Contact | None, Volunteer | None]:
    if message.contact_id is not None:
        held = {
            "key_share": True,
            "of": Contact,
        }  # a STOP that is just being written is waited for; others may write about them
        return work.session.get_one(Contact, message.contact_id, with_for_update=held, populate_existing=True), None
    return None, work.session.get(Volunteer, message.volunteer_id)


def _opened(work: Work, who: Contact | Volunteer | None) -> PhoneNumber | None:
    if isinstance(who, Contact):
        return contacts.number_of(work, who)
    return volunteers.number_of(work, who) if who is not None and who.number_encrypted else None


def _unknown(work: Work, message: Message) -> str:
    """The answer was lost. A receipt may have come before we knew that, and then nothing is to be asked."""
    if message.sid is not None:
        return "done"
    message.status = "unknown"
    outbox.later(work, "resolve_message", message.id, work.now + ASK_AFTER)
    return "unknown"


def _question(work: Work, message_id: str) -> tuple[str, str, datetime, str] | str:
    """What to ask for; or why not. Whoever has left is asked about, too; whoever was forgotten cannot be."""
    message = work.session.get(Message, message_id)
    if message is None or message.sid is not None or message.status not in ("unknown", "sending"):
        return "skipped: known by now"
    contact, volunteer = _whose(work, message)
    number = _opened(work, contact or volunteer)
    if number is None or message.body_encrypted is None:
        return _nobody_knows(work, message)
    from_ = lines.number_of(work, message.line)
    return number.e164, from_, message.created_at - timedelta(minutes=5), messages.body_of(work, message)


def _resolved(work: Work, row: Claimed, match: SentText | None) -> str:
    message = work.session.get_one(Message, row.about_id)
    if match is not None:
        message.sid, message.status, message.sent_at = match.sid, match.status, match.sent_at or work.now
        follow_up_fates.resolved(work, message, left=True)
        return "done: it had left"
    if row.attempts < GIVE_UP_ASKING:
        outbox.again(work, row.id, work.now + ASK_AFTER * row.attempts, "not found yet")
        return "again: not found yet"
    return _nobody_knows(work, message)


def _nobody_knows(work: Work, message: Message) -> str:
    message.status = "unknown"
    messages.lost(work, message)
    follow_up_fates.resolved(work, message, left=False)
    return "unknown: the network does not know it"


def _redacted(work: Work, message_id: str) -> None:
    message = work.session.get(Message, message_id)
    if message is not None:
        message.redacted_at = work.now


def _sid(work: Work, message_id: str) -> str | None:
    message = work.session.get(Message, message_id)
    return message.sid if message else None


SEND_MESSAGE = Steps(prepare, ask, record)
"""Send one written text to a contact or volunteer."""

TELL_LATER = Steps(prepare_later, ask, record)
"""The same, when nothing else is waiting to leave the line's number."""
