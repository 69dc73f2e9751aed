"""Steps a conversation: engine, actions, engine again, until it waits; then everything is stored in one commit."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import structlog

from checkin.cases import alarms
from checkin.contacts import preferences
from checkin.contacts import service as contacts
from checkin.contacts.models import Contact
from checkin.conversations import actions, unproved
from checkin.core import stored_reply
from checkin.core.reply import NextTurn, Reply, Then
from checkin.core.unit_of_work import UnitOfWork
from checkin.followups import answers, triggers
from checkin.messages import queries as message_queries
from checkin.messages.active_conversation import ActiveConversation
from checkin.messages.models import Conversation
from checkin.outbox import outbox
from checkin.stories import listening
from flows.engine import turns
from flows.engine.effects import Ask, Effect, Hold, Join, Record, Spoken
from flows.engine.inputs import Input
from flows.engine.position import Facts, Position, StepExit, Turn, counted
from flows.library import Library
from flows.model.text import Channel
from flows.views.step_counts import passed

log = structlog.get_logger()

ROUNDS = 12
"""How often actions may answer and the engine go on within one turn of the contact's."""

LONGEST_CALL = timedelta(hours=4, minutes=10)
"""Twilio ends a call after four hours; a call whose end we never heard of is closed soon after that."""


def begin(
    uow: UnitOfWork,
    contact: Contact,
    channel: Channel,
    first: Input,
    *,
    source: str | None,
    call_sid: str | None = None,
    flow: str | None = None,
) -> Reply:
    """Open a conversation with its first input, in the flow that the line (or `flow`) names for it."""
    facts = facts_of(uow, contact, by_us=flow is not None)
    position = turns.enter(uow.library, contact.line, channel, facts, flow=flow)
    conversation = Conversation(
        id=uow.new_id(),
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
        opened_at=uow.now,
        updated_at=uow.now,
    )
    uow.session.add(conversation)
    if call_sid is not None:
        outbox.later(uow, "close_call", conversation.id, uow.now + LONGEST_CALL)
    return go_on(uow, ActiveConversation(contact, conversation, position, source), first)


def on_event(uow: UnitOfWork, conversation_id: str, what: Input, source: str | None = None) -> Reply:
    """Something happened in a conversation that was set off elsewhere (a relay, a timer). Ended ones stay ended."""
    found = message_queries.conversation_with_contact(uow.session, conversation_id)
    if found is None or found[0].ended_at is not None:
        return Reply()
    return go_on(uow, resume(uow, found[1], found[0], source), what)


def after_peer(uow: UnitOfWork, conversation_id: str, what: Input) -> Reply:
    """The peer that it waits for came, went, or was not found. News that it has heard already is answered as it was."""
    conversation = uow.session.get(Conversation, conversation_id)
    if conversation is None or conversation.ended_at is not None:
        return Reply()
    talk = resume(uow, uow.session.get_one(Contact, conversation.contact_id), conversation)
    return go_on(uow, talk, what) if talk.position.awaiting == "peer" else last_reply(uow, conversation)


def resume(
    uow: UnitOfWork, contact: Contact, conversation: Conversation, source: str | None = None
) -> ActiveConversation:
    """A stored conversation, ready to be stepped."""
    position = Position.from_json(json.loads(uow.vault.decrypt(conversation, Conversation.position_encrypted)))
    return ActiveConversation(contact, conversation, position, source)


def last_reply(uow: UnitOfWork, conversation: Conversation) -> Reply:
    """What was said last, for a webhook that came twice."""
    said = uow.vault.decrypt(conversation, Conversation.reply_encrypted)
    return stored_reply.from_json(said) if said else Reply()


def go_on(uow: UnitOfWork, talk: ActiveConversation, what: Input) -> Reply:
    """Step the conversation with one input and store where it stands. Answers what is said."""
    with uow.session.no_autoflush:
        return _go_on(uow, talk, what)


def _go_on(uow: UnitOfWork, talk: ActiveConversation, what: Input) -> Reply:
    """The rows of a turn are written together when it is over: one statement for each table."""
    library = _library_for(uow, talk.position)
    before, since, ways = talk.position, talk.conversation.updated_at, list[StepExit]()
    facts = facts_of(uow, talk.contact, crisis=talk.conversation.crisis, by_us=talk.conversation.by_us)
    turn = turns.step(library, before, what, facts)
    if before.reading and turn.position.reading == before.reading and listening.is_gone(uow, before.reading):
        turn = turns.step(library, before, what, replace(facts, story_gone=True))
    spoken: list[Spoken] = []
    then: Then | None = None
    triggers.on_input(uow, talk, what)
    asked: list[Effect] = []
    for _ in range(ROUNDS):
        note_fallbacks(turn)
        asked.extend(turn.effects)
        ways.extend(turn.ways)
        talk.position = turn.position
        done = _carry_out(uow, talk, turn, spoken)
        if done.reply is not None:
            spoken.extend(done.reply.spoken)
            then = done.reply.then
        if done.answer is None:
            break
        triggers.on_input(uow, talk, done.answer)
        facts = facts_of(uow, talk.contact, crisis=talk.conversation.crisis, by_us=talk.conversation.by_us)
        turn = turns.step(library, talk.position, done.answer, facts)
    else:
        alarms.raise_alert(uow, talk.contact, "flow_error", "too many rounds", talk.conversation.id)
    answers.on_turn(uow, talk, what, asked, misread=turn.position.tries > before.tries)
    reply = Reply(tuple(spoken), then or _then(turn, spoken))
    listening.write_down(uow, talk.contact, talk.conversation)
    uow.passed.extend(passed(before, ways, since, uow.now))
    _store(uow, talk, turn, reply)
    return reply


def facts_of(uow: UnitOfWork, contact: Contact, *, crisis: bool = False, by_us: bool = False) -> Facts:
    """What the engine is told about this contact and this moment. by_us: we began this talk."""
    said = preferences.of(uow, contact)
    return Facts(
        now=uow.now,
        line=contact.line,
        org_name=preferences.our_name(uow, contact, said if by_us else None),
        first_contact=contact.greeted_at is None,
        contact_name=uow.vault.decrypt(contact, Contact.name_encrypted) or None,
        contact_language=contact.language,
        consents=frozenset(contact.consents),
        tags=frozenset(contact.tags),
        kept=contacts.kept(uow, contact),
        can_text=contacts.no_texts_to(uow, contact) is None and not said.no_texts,
        crisis=crisis,
    )


def _carry_out(uow: UnitOfWork, talk: ActiveConversation, turn: Turn, spoken: list[Spoken]) -> actions.ActionResult:
    """Collect what is said and do what is asked, in order. The last action's answer counts."""
    done = actions.NOTHING
    for effect in turn.effects:
        if isinstance(effect, Spoken):
            spoken.append(effect)
        else:
            if (told := unproved.explain(uow, talk, effect)) is not None:
                spoken.append(told)
            done = actions.perform(uow, talk, effect)
    return done


def _then(turn: Turn, spoken: list[Spoken]) -> Then | None:
    """On a call somebody's answer is waited for; a text needs no address, and an ended call neither."""
    waits = any(isinstance(part, Ask | Record | Hold | Join) for part in spoken)
    if turn.position.channel == "voice" and waits and turn.position.ended is None:
        return NextTurn(turn.position.turn)
    return None


def _store(uow: UnitOfWork, talk: ActiveConversation, turn: Turn, reply: Reply) -> None:
    conversation, position = talk.conversation, turn.position
    where, said = json.dumps(position.to_json()), stored_reply.to_json(reply)
    uow.vault.encrypt(conversation, Conversation.position_encrypted, where, of=talk.contact)
    uow.vault.encrypt(conversation, Conversation.reply_encrypted, said, of=talk.contact)
    conversation.turn, conversation.updated_at = position.turn, uow.now
    if position.ended is None:  # at its end the row keeps where they were last waited for: drop-off is counted there
        conversation.flow, conversation.flow_hash = position.flow, position.flow_hash
        conversation.step = position.step
    if position.ended is not None and conversation.ended_at is None:
        conversation.ended_at, conversation.outcome = uow.now, position.ended
    if position.channel == "sms" and position.ended is None:
        _set_timers(uow, talk, turn)
    if reply.spoken and talk.contact.greeted_at is None:
        talk.contact.greeted_at = uow.now


def _set_timers(uow: UnitOfWork, talk: ActiveConversation, turn: Turn) -> None:
    """Rows that come due when the contact stays silent. A timer of an older turn is stale and does nothing."""
    if turn.wait is not None:
        outbox.later(uow, "text_timeout", talk.conversation.id, uow.now + turn.wait, turn=turn.position.turn)
    if turn.remind is not None:
        outbox.later(uow, "text_reminder", talk.conversation.id, uow.now + turn.remind, turn=turn.position.turn)


def _library_for(uow: UnitOfWork, position: Position) -> Library:
    """The library, with the version that this conversation began with if it is no longer in it."""
    missing = {position.flow_hash, *(frame.flow_hash for frame in position.stack)} - set(uow.library.versions)
    found = {flow_hash: flow for flow_hash in missing if (flow := uow.pinned(flow_hash)) is not None}
    return uow.library.with_versions(found.values()) if found else uow.library


def note_fallbacks(turn: Turn) -> None:
    """One line in the log for each language that was wanted in this turn and not spoken. It names no contact."""
    for (wanted, spoken), times in sorted(counted(turn.fallbacks).items()):
        places = sorted(
            {f"{fallback.flow}.{fallback.step}" for fallback in turn.fallbacks if fallback.wanted == wanted}
        )
        log.info("language_fallback", wanted=wanted, spoken=spoken, times=times, places=places)
