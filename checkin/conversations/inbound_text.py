"""A text comes in: who sent it, what it means, and what they are answered at once."""

from __future__ import annotations

from dataclasses import replace

from checkin.contacts import blocked
from checkin.contacts import service as contacts
from checkin.contacts.models import Contact
from checkin.conversations import other_senders, queries, reply_policy, session, unproved, volunteer_texts
from checkin.conversations.queries import TextArrival
from checkin.core import lines
from checkin.core.reply import Reply
from checkin.core.rules.phone import Withheld
from checkin.core.unit_of_work import UnitOfWork
from checkin.delivery import network_opt_outs
from checkin.followups import answers
from checkin.i18n.say import language_of, say, to_contact
from checkin.messages import active_conversation, pictures
from checkin.messages import service as messages
from checkin.messages.models import Message
from checkin.messages.rules.picture_notes import without_marks
from checkin.relays import texts
from checkin.relays.forwarding import Sent
from checkin.stories import recordings
from checkin.telephony.rules.arrivals import IncomingText
from checkin.volunteers import invitations
from checkin.volunteers.models import Volunteer
from flows.engine import relay_texts, turns
from flows.engine.effects import Say
from flows.engine.inputs import Heard, Texted
from flows.words.reactions import read_reaction

ANSWERED_BY_THE_NETWORK = ("STOP", "START")
"""What the network has answered for us, and should not be answered twice. Its answer to HELP names no crisis number and
no peer: ours is sent, too."""


def receive(uow: UnitOfWork, text: IncomingText) -> Reply:
    """The answer to a text. The same text twice gets the same answer and has no second effect."""
    line = lines.of_number(uow, text.to, text.service)
    if isinstance(text.from_, Withheld):
        return other_senders.receive(uow, line, text.from_, text)
    number, text = text.from_, replace(text, body=without_marks(text.body))
    keys = contacts.keys_of(uow, line, number)
    arrival = queries.of_text(uow.session, line, keys, text.sid, contacts.aliases(keys[0]))
    if arrival.seen:
        return _again(uow, arrival)
    if arrival.volunteer is not None and arrival.volunteer.state == "active":
        return _from_volunteer(uow, arrival.volunteer, line, text)
    if arrival.volunteer is not None and (said := _from_invited(uow, arrival.volunteer, arrival, text)):
        return said
    contact = arrival.contact or contacts.new(uow, line, number, arrival.namesakes)
    reply = _from_contact(uow, contact, arrival, text)
    if reply.words():
        messages.keep_answer(uow, line=line, sid=text.sid, body=reply.words(), contact=contact)
    return reply


def _again(uow: UnitOfWork, arrival: TextArrival) -> Reply:
    said = messages.words_of_answer(uow, arrival.answer)
    return Reply((Say(said, "en"),)) if said else Reply()


def _from_volunteer(uow: UnitOfWork, volunteer: Volunteer, line: str, text: IncomingText) -> Reply:
    """A volunteer's text never opens a contact's conversation."""
    row = messages.keep_received(uow, line=line, sid=text.sid, body=text.body, volunteer=volunteer)
    text = _as_the_network_read_it(uow, line, text, left=volunteer.stopped_at is not None)
    reply = volunteer_texts.receive(uow, volunteer, _sent(uow, row, text))
    if text.opt_out_type in ANSWERED_BY_THE_NETWORK:
        return Reply()
    if reply.words():
        messages.keep_answer(uow, line=line, sid=text.sid, body=reply.words(), volunteer=volunteer)
    return reply


def _from_invited(uow: UnitOfWork, invited: Volunteer, arrival: TextArrival, text: IncomingText) -> Reply | None:
    """The answer to an invitation. None: it is none; until they agree they are a contact like everyone.

    While they are in a conversation or relay, a yes or no belongs there.
    """
    word = turns.global_word(uow.library, invited.line, text.body, None)
    if word is not None and word.leaves:
        invitations.stopped(uow, invited, text.sid)
        return None
    if arrival.conversation is not None or arrival.relay is not None:
        return None
    language = language_of(uow, invited)
    said = invitations.answered(uow, invited, text.body, text.sid)
    if said is None:
        return None
    messages.keep_received(uow, line=invited.line, sid=text.sid, body=text.body, volunteer=invited)
    messages.keep_answer(uow, line=invited.line, sid=text.sid, body=said, volunteer=invited)
    return Reply((Say(said, language),))


def _from_contact(uow: UnitOfWork, contact: Contact, arrival: TextArrival, text: IncomingText) -> Reply:
    relay = arrival.relay
    row = messages.keep_received(
        uow, line=contact.line, sid=text.sid, body=text.body, contact=contact, relay_id=relay.id if relay else None
    )
    text = _as_the_network_read_it(uow, contact.line, text, left=contact.opted_out_at is not None)
    sent = _sent(uow, row, text)
    twice = contacts.is_repeat(uow, contact, text.body)
    answers.reached(uow, contact)
    network_opt_outs.wrote(contact)
    contacts.heard(uow, contact, None if isinstance(text.from_, Withheld) else text.from_)
    word = turns.global_word(uow.library, contact.line, text.body, contact.language)
    word = relay_texts.obeyed(word, joined=relay is not None and relay.state == "joined")
    if _says_nothing(contact, arrival, text.body) or (twice and word is None):
        return Reply()
    answer = reply_policy.judge(uow, contact, arrival, text.body, word)
    contacts.remember_text(uow, contact, text.body)
    if relay is not None and (word is None or word.kind not in relay_texts.NOT_FOR_A_PEER):
        said = texts.from_contact(uow, relay, contact, sent, word)
        if word is None or word.kind not in relay_texts.OBEYED_IN_A_RELAY:
            return said if said is not None and answer == "yes" else Reply()
    if answer == "slow down":
        return Reply((_crisis_first(uow, contact, "slow_down"),))
    if answer == "briefly":
        return Reply((_crisis_first(uow, contact, "many_new"),))
    if answer == "turn away":
        return Reply((blocked.words(uow, contact, "sms"),))
    if answer == "no":
        return Reply()
    if word is None and (kept := unproved.take_answer(uow, contact, arrival, text.body, text.sid)) is not None:
        reply = Reply((kept,))
    elif arrival.conversation is not None:
        talk = session.resume(uow, contact, arrival.conversation, text.sid)
        reply = session.go_on(uow, talk, _texted(uow, talk, text, sent, Heard(word)))
    elif word is None and (said_back := _wrote_back(uow, contact, text.body)) is not None:
        reply = Reply((said_back,))
    else:
        first = Texted(_words(uow, contact, sent), sent.others, heard=Heard(word) if sent.body else None)
        reply = session.begin(uow, contact, "sms", first, source=text.sid)
    return Reply() if text.opt_out_type in ANSWERED_BY_THE_NETWORK or answer == "obey" else reply


def _as_the_network_read_it(uow: UnitOfWork, line: str, text: IncomingText, *, left: bool) -> IncomingText:
    """A word that stands for STOP, or for START, at the network alone (Advanced Opt-Out takes any) is that for us too.

    left: they are opted out here; else START, which the network also reads in YES, is the answer to what was asked.
    """
    if text.opt_out_type not in ANSWERED_BY_THE_NETWORK or (text.opt_out_type == "START" and not left):
        return text
    word = turns.global_word(uow.library, line, text.body, None)
    said = word is not None and word.kind == text.opt_out_type.lower()
    return text if said else replace(text, body=text.opt_out_type)


def _says_nothing(contact: Contact, arrival: TextArrival, body: str) -> bool:
    """Whether this is a phone's reaction where nothing is asked and nobody reads along."""
    if read_reaction(body) is None:
        return False
    if arrival.relay is not None:
        return arrival.relay.state != "joined"
    return arrival.conversation is None or contact.opted_out_at is not None


def _wrote_back(uow: UnitOfWork, contact: Contact, body: str) -> Say | None:
    """The answer to free text after a text of ours that is over: a person reads it. None: it is no such text."""
    if contact.greeted_at is None or uow.library.keyword(contact.line, body) is not None:
        return None
    return answers.to_nothing_asked(uow, contact, body)


def _sent(uow: UnitOfWork, row: Message, text: IncomingText) -> Sent:
    """The text as it came, with our ids of its pictures."""
    shown = pictures.arrived(uow, row, text.sid, text.pictures)
    pictures.unreadable(uow, row, text.sid, text.unreadable)
    return Sent(text.body, shown, text.media_count - len(shown), row)


def _texted(
    uow: UnitOfWork, talk: active_conversation.ActiveConversation, text: IncomingText, sent: Sent, heard: Heard
) -> Texted:
    """The text as the flow hears it: a voice note in it is a recording of ours from now on."""
    note = None
    if text.voice_note is not None:
        note = recordings.began(uow, talk.conversation, talk.contact, text.sid, text.voice_note, 0)
    return Texted(_words(uow, talk.contact, sent), sent.others, note, heard if sent.body else None)


def _words(uow: UnitOfWork, contact: Contact, sent: Sent) -> str:
    """What a flow is told: the words, or, where there were none, that something came."""
    return sent.body or (say(uow, contact.language or "", "relays.picture_only") if sent.pictures else "")


def _crisis_first(uow: UnitOfWork, contact: Contact, words: str) -> Say:
    line = lines.get(uow, contact.line)
    numbers = {"crisis": line.crisis_number, "emergency": line.emergency_number}
    return to_contact(uow, contact.line, "sms", contact.language or "", words, **numbers)
