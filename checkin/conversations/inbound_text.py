"""A text comes in: who sent it, what it means, and what they are answered at once."""

from __future__ import annotations

from dataclasses import replace

from checkin.contacts import blocked
from checkin.contacts import service as contacts
from checkin.contacts.models import Contact
from checkin.conversations import answering, other_senders, queries, session, unproved, volunteer_texts
from checkin.conversations.queries import TextArrival
from checkin.core import lines
from checkin.core.reply import Reply
from checkin.core.rules.phone import Withheld
from checkin.core.unit_of_work import Work
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
from flows.engine import turns
from flows.engine.effects import Say
from flows.engine.inputs import Heard, Texted
from flows.words.keywords import OBEYED_IN_A_RELAY, GlobalWord
from flows.words.reactions import read_reaction

ENDS_A_RELAY = frozenset({"stop", "start", "forget"})
"""Words that are not for the volunteer. A cry for help is: the contact has the crisis text, and the peer must know."""

ANSWERED_BY_THE_NETWORK = ("STOP", "START")
"""What the network has answered for us, and should not be answered twice. Its answer to HELP names no crisis number and
no peer: ours is sent, too."""


def receive(work: Work, text: IncomingText) -> Reply:
    """The answer to a text. The same text twice gets the same answer and has no second effect."""
    line = lines.of_number(work, text.to, text.service)
    if isinstance(text.from_, Withheld):
        return other_senders.receive(work, line, text.from_, text)
    number, text = text.from_, replace(text, body=without_marks(text.body))
    keys = contacts.keys_of(work, line, number)
    arrival = queries.of_text(work.session, line, keys, text.sid, contacts.aliases(keys[0]))
    if arrival.seen:
        return _again(work, arrival)
    if arrival.volunteer is not None and arrival.volunteer.state == "active":
        return _from_volunteer(work, arrival.volunteer, line, text)
    if arrival.volunteer is not None and (said := _from_invited(work, arrival.volunteer, arrival, text)):
        return said
    contact = arrival.contact or contacts.new(work, line, number, arrival.namesakes)
    reply = _from_contact(work, contact, arrival, text)
    if reply.words():
        messages.answered(work, line=line, sid=text.sid, body=reply.words(), contact=contact)
    return reply


def _again(work: Work, arrival: TextArrival) -> Reply:
    said = messages.said(work, arrival.answer)
    return Reply((Say(said, "en"),)) if said else Reply()


def _from_volunteer(work: Work, volunteer: Volunteer, line: str, text: IncomingText) -> Reply:
    """A volunteer's text never opens a contact's conversation."""
    row = messages.received(work, line=line, sid=text.sid, body=text.body, volunteer=volunteer)
    text = _as_the_network_read_it(work, line, text, left=volunteer.stopped_at is not None)
    reply = volunteer_texts.receive(work, volunteer, _sent(work, row, text))
    if text.opt_out_type in ANSWERED_BY_THE_NETWORK:
        return Reply()
    if reply.words():
        messages.answered(work, line=line, sid=text.sid, body=reply.words(), volunteer=volunteer)
    return reply


def _from_invited(work: Work, invited: Volunteer, arrival: TextArrival, text: IncomingText) -> Reply | None:
    """The answer to an invitation. None: it is none; until they agree they are a contact like everyone.

    While they are in a conversation or relay, a yes or no belongs there.
    """
    word = turns.global_word(work.library, invited.line, text.body, None)
    if word is not None and word.leaves:
        invitations.stopped(work, invited, text.sid)
        return None
    if arrival.conversation is not None or arrival.relay is not None:
        return None
    language = language_of(work, invited)
    said = invitations.answered(work, invited, text.body, text.sid)
    if said is None:
        return None
    messages.received(work, line=invited.line, sid=text.sid, body=text.body, volunteer=invited)
    messages.answered(work, line=invited.line, sid=text.sid, body=said, volunteer=invited)
    return Reply((Say(said, language),))


def _from_contact(work: Work, contact: Contact, arrival: TextArrival, text: IncomingText) -> Reply:
    relay = arrival.relay
    row = messages.received(
        work, line=contact.line, sid=text.sid, body=text.body, contact=contact, relay_id=relay.id if relay else None
    )
    text = _as_the_network_read_it(work, contact.line, text, left=contact.opted_out_at is not None)
    sent = _sent(work, row, text)
    twice = contacts.is_repeat(work, contact, text.body)
    answers.reached(work, contact)
    network_opt_outs.wrote(contact)
    contacts.heard(work, contact, None if isinstance(text.from_, Withheld) else text.from_)
    word = _meant(turns.global_word(work.library, contact.line, text.body, contact.language), arrival)
    if _says_nothing(contact, arrival, text.body) or (twice and word is None):
        return Reply()
    answer = answering.judge(work, contact, arrival, text.body, word)
    contacts.remember_text(work, contact, text.body)
    if relay is not None and (word is None or word.kind not in ENDS_A_RELAY):
        said = texts.from_contact(work, relay, contact, sent)
        if word is None or word.kind not in OBEYED_IN_A_RELAY:
            return said if said is not None and answer == "yes" else Reply()
    if answer == "slow down":
        return Reply((_crisis_first(work, contact, "slow_down"),))
    if answer == "briefly":
        return Reply((_crisis_first(work, contact, "many_new"),))
    if answer == "turn away":
        return Reply((blocked.words(work, contact, "sms"),))
    if answer == "no":
        return Reply()
    if word is None and (kept := unproved.take_answer(work, contact, arrival, text.body, text.sid)) is not None:
        reply = Reply((kept,))
    elif arrival.conversation is not None:
        talk = session.resume(work, contact, arrival.conversation, text.sid)
        reply = session.go_on(work, talk, _texted(work, talk, text, sent, Heard(word)))
    elif word is None and (said_back := _wrote_back(work, contact, text.body)) is not None:
        reply = Reply((said_back,))
    else:
        first = Texted(_words(work, contact, sent), sent.others, heard=Heard(word) if sent.body else None)
        reply = session.begin(work, contact, "sms", first, source=text.sid)
    return Reply() if text.opt_out_type in ANSWERED_BY_THE_NETWORK or answer == "obey" else reply


def _as_the_network_read_it(work: Work, line: str, text: IncomingText, *, left: bool) -> IncomingText:
    """A word that stands for STOP, or for START, at the network alone (Advanced Opt-Out takes any) is that for us too.

    left: they are opted out here; else START, which the network also reads in YES, is the answer to what was asked.
    """
    if text.opt_out_type not in ANSWERED_BY_THE_NETWORK or (text.opt_out_type == "START" and not left):
        return text
    word = turns.global_word(work.library, line, text.body, None)
    said = word is not None and word.kind == text.opt_out_type.lower()
    return text if said else replace(text, body=text.opt_out_type)


def _meant(word: GlobalWord | None, arrival: TextArrival) -> GlobalWord | None:
    """What it means for us. To a peer "no thanks, I am good" is an answer, and ends no texts."""
    texting = arrival.relay is not None and arrival.relay.state == "joined"
    return None if texting and word is not None and word.kind == "stop" and word.rule == "vague" else word


def _says_nothing(contact: Contact, arrival: TextArrival, body: str) -> bool:
    """Whether this is a phone's reaction where nothing is asked and nobody reads along."""
    if read_reaction(body) is None:
        return False
    if arrival.relay is not None:
        return arrival.relay.state != "joined"
    return arrival.conversation is None or contact.opted_out_at is not None


def _wrote_back(work: Work, contact: Contact, body: str) -> Say | None:
    """The answer to free text after a text of ours that is over: a person reads it. None: it is no such text."""
    if contact.greeted_at is None or work.library.keyword(contact.line, body) is not None:
        return None
    return answers.to_nothing_asked(work, contact, body)


def _sent(work: Work, row: Message, text: IncomingText) -> Sent:
    """The text as it came, with our ids of its pictures."""
    shown = pictures.arrived(work, row, text.sid, text.pictures)
    pictures.unreadable(work, row, text.sid, text.unreadable)
    return Sent(text.body, shown, text.media_count - len(shown), row)


def _texted(work: Work, talk: active_conversation.Talk, text: IncomingText, sent: Sent, heard: Heard) -> Texted:
    """The text as the flow hears it: a voice note in it is a recording of ours from now on."""
    note = None
    if text.voice_note is not None:
        note = recordings.began(work, talk.conversation, talk.contact, text.sid, text.voice_note, 0)
    return Texted(_words(work, talk.contact, sent), sent.others, note, heard if sent.body else None)


def _words(work: Work, contact: Contact, sent: Sent) -> str:
    """What a flow is told: the words, or, where there were none, that something came."""
    return sent.body or (say(work, contact.language or "", "relays.picture_only") if sent.pictures else "")


def _crisis_first(work: Work, contact: Contact, words: str) -> Say:
    line = lines.get(work, contact.line)
    numbers = {"crisis": line.crisis_number, "emergency": line.emergency_number}
    return to_contact(work, contact.line, "sms", contact.language or "", words, **numbers)
