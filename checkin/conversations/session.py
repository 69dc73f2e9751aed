"""Steps a conversation: engine, deeds, engine again, until it waits; then everything is stored in one commit."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

from checkin.cases import alarms
from checkin.contacts import preferences
from checkin.contacts import service as contacts
from checkin.contacts.models import Contact
from checkin.conversations import actions, unproved
from checkin.core import stored_reply
from checkin.core.reply import NextTurn, Reply, Then
from checkin.core.unit_of_work import Work
from checkin.followups import answers, triggers
from checkin.messages import language_fallbacks
from checkin.messages import queries as message_queries
from checkin.messages.active_conversation import Talk
from checkin.messages.models import Conversation
from checkin.outbox import outbox
from checkin.stories import listening
from flows.engine import turns
from flows.engine.effects import Ask, Effect, Hold, Join, Record, Spoken
from flows.engine.inputs import Input
from flows.engine.position import Facts, Position, Turn, Way
from flows.library import Library
from flows.model.text import Channel
from flows.views.step_counts import passed

ROUNDS = 12
"""How often deeds may answer and the engine go on within one turn of the contact's."""

LONGEST_CALL = timedelta(hours=4, minutes=10)
"""Twilio ends a call after four hours; a call whose end we never heard of is closed soon after that."""


def begin(
    work: Work,
    contact: Contact,
    channel: Channel,
    first: Input,
    *,
    source: str | None,
    call_sid: str | None = None,
    flow: str | None = None,
) -> Reply:
    """Open a conversation with its first input, in the flow that the line (or `flow`) names for it."""
    facts = facts_of(work, contact, by_us=flow is not None)
    position = turns.enter(work.library, contact.line, channel, facts, flow=flow)
    conversation = Conversation(
        id=work.new_id(),
        line=contact.line,
        contact_id=contact.id,
        channel=channel,
        call_sid=call_sid,
        flow=position.flow,
        flow_hash=position.flow_hash,
        step=position.step,
        position_encrypted=b"",
        crisis=False,
        by_us=flow is not None,
        opened_at=work.now,
        updated_at=work.now,
    )
    work.session.add(conversation)
    if call_sid is not None:
        outbox.later(work, "close_call", conversation.id, work.now + LONGEST_CALL)
    return go_on(work, Talk(contact, conversation, position, source), first)


def happened(work: Work, conversation_id: str, what: Input, source: str | None = None) -> Reply:
    """Something happened in a conversation that was set off elsewhere (a relay, a timer). Ended ones stay ended."""
    found = message_queries.conversation_with_contact(work.session, conversation_id)
    if found is None or found[0].ended_at is not None:
        return Reply()
    return go_on(work, resume(work, found[1], found[0], source), what)


def after_peer(work: Work, conversation_id: str, what: Input) -> Reply:
    """The peer that it waits for came, went, or was not found. News that it has heard already is answered as it was."""
    conversation = work.session.get(Conversation, conversation_id)
    if conversation is None or conversation.ended_at is not None:
        return Reply()
    talk = resume(work, work.session.get_one(Contact, conversation.contact_id), conversation)
    return go_on(work, talk, what) if talk.position.awaiting == "peer" else said_last(work, conversation)


def resume(work: Work, contact: Contact, conversation: Conversation, source: str | None = None) -> Talk:
    """A stored conversation, ready to be stepped."""
    position = Position.from_json(json.loads(work.vault.decrypt(conversation, Conversation.position_encrypted)))
    return Talk(contact, conversation, position, source)


def said_last(work: Work, conversation: Conversation) -> Reply:
    """What was said last, for a webhook that came twice."""
    said = work.vault.decrypt(conversation, Conversation.reply_encrypted)
    return stored_reply.from_json(said) if said else Reply()


def go_on(work: Work, talk: Talk, what: Input) -> Reply:
    """Step the conversation with one input and store where it stands. Answers what is said."""
    with work.session.no_autoflush:
        return _go_on(work, talk, what)


def _go_on(work: Work, talk: Talk, what: Input) -> Reply:
    """The rows of a turn are written together when it is over: one statement for each table."""
    library = _library_for(work, talk.position)
    before, since, ways = talk.position, talk.conversation.updated_at, list[Way]()
    facts = facts_of(work, talk.contact, crisis=talk.conversation.crisis, by_us=talk.conversation.by_us)
    turn = turns.step(library, before, what, facts)
    if before.reading and turn.position.reading == before.reading and listening.is_gone(work, before.reading):
        turn = turns.step(library, before, what, replace(facts, story_gone=True))
    spoken: list[Spoken] = []
    then: Then | None = None
    triggers.told(work, talk, what)
    asked: list[Effect] = []
    for _ in range(ROUNDS):
        language_fallbacks.note(turn)
        asked.extend(turn.effects)
        ways.extend(turn.ways)
        talk.position = turn.position
        done = _carry_out(work, talk, turn, spoken)
        if done.reply is not None:
            spoken.extend(done.reply.spoken)
            then = done.reply.then
        if done.answer is None:
            break
        triggers.told(work, talk, done.answer)
        facts = facts_of(work, talk.contact, crisis=talk.conversation.crisis, by_us=talk.conversation.by_us)
        turn = turns.step(library, talk.position, done.answer, facts)
    else:
        alarms.raise_alert(work, talk.contact, "flow_error", "too many rounds", talk.conversation.id)
    answers.noticed(work, talk, what, asked, misread=turn.position.tries > before.tries)
    reply = Reply(tuple(spoken), then or _then(turn, spoken))
    listening.write_down(work, talk.contact, talk.conversation)
    work.passed.extend(passed(before, ways, since, work.now))
    _store(work, talk, turn, reply)
    return reply


def facts_of(work: Work, contact: Contact, *, crisis: bool = False, by_us: bool = False) -> Facts:
    """What the engine is told about this contact and this moment. by_us: we began this talk."""
    said = preferences.of(work, contact)
    return Facts(
        now=work.now,
        line=contact.line,
        org_name=preferences.our_name(work, contact, said if by_us else None),
        first_contact=contact.greeted_at is None,
        contact_name=work.vault.decrypt(contact, Contact.name_encrypted) or None,
        contact_language=contact.language,
        consents=frozenset(contact.consents),
        tags=frozenset(contact.tags),
        kept=contacts.kept(work, contact),
        can_text=contacts.no_texts_to(work, contact) is None and not said.no_texts,
        crisis=crisis,
    )


def _carry_out(work: Work, talk: Talk, turn: Turn, spoken: list[Spoken]) -> actions.Done:
    """Collect what is said and do what is asked, in order. The last deed's answer counts."""
    done = actions.NOTHING
    for effect in turn.effects:
        if isinstance(effect, Spoken):
            spoken.append(effect)
        else:
            if (told := unproved.explain(work, talk, effect)) is not None:
                spoken.append(told)
            done = actions.do(work, talk, effect)
    return done


def _then(turn: Turn, spoken: list[Spoken]) -> Then | None:
    """On a call somebody's answer is waited for; a text needs no address, and an ended call neither."""
    waits = any(isinstance(part, Ask | Record | Hold | Join) for part in spoken)
    if turn.position.channel == "voice" and waits and turn.position.ended is None:
        return NextTurn(turn.position.turn)
    return None


def _store(work: Work, talk: Talk, turn: Turn, reply: Reply) -> None:
    conversation, position = talk.conversation, turn.position
    where, said = json.dumps(position.to_json()), stored_reply.to_json(reply)
    work.vault.encrypt(conversation, Conversation.position_encrypted, where, of=talk.contact)
    work.vault.encrypt(conversation, Conversation.reply_encrypted, said, of=talk.contact)
    conversation.turn, conversation.updated_at = position.turn, work.now
    if position.ended is None:  # at its end the row keeps where they were last waited for: drop-off is counted there
        conversation.flow, conversation.flow_hash = position.flow, position.flow_hash
        conversation.step = position.step
    if position.ended is not None and conversation.ended_at is None:
        conversation.ended_at, conversation.outcome = work.now, position.ended
    if position.channel == "sms" and position.ended is None:
        _set_timers(work, talk, turn)
    if reply.spoken and talk.contact.greeted_at is None:
        talk.contact.greeted_at = work.now


def _set_timers(work: Work, talk: Talk, turn: Turn) -> None:
    """Rows that come due when the contact stays silent. A timer of an older turn is stale and does nothing."""
    if turn.wait is not None:
        outbox.later(work, "text_timeout", talk.conversation.id, work.now + turn.wait, turn=turn.position.turn)
    if turn.remind is not None:
        outbox.later(work, "text_reminder", talk.conversation.id, work.now + turn.remind, turn=turn.position.turn)


def _library_for(work: Work, position: Position) -> Library:
    """The library, with the version that this conversation began with if it is no longer in it."""
    missing = {position.flow_hash, *(frame.flow_hash for frame in position.stack)} - set(work.library.versions)
    found = {flow_hash: flow for flow_hash in missing if (flow := work.pinned(flow_hash)) is not None}
    return work.library.with_versions(found.values()) if found else work.library
