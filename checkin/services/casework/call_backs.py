"""CALL 42: a volunteer's phone rings, they hear the message that was left, and with 1 the contact is called.

The contact sees the line's number, and is asked before anyone is joined; whoever picks up hears nothing of a message,
and the line's name only if the contact agreed to that. The relay of such a call is the same as any other, but that we
call the contact into it.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from checkin.models.contacts import Contact
from checkin.models.conversations import Case
from checkin.models.relays import Offer, Relay
from checkin.models.volunteers import Volunteer
from checkin.queries import relays as relay_rows
from checkin.queries.relays import Asked
from checkin.reply import CalledBack, OfferKeys, Reply, RoomLeft
from checkin.rules import alarms, delivery_state, phone
from checkin.rules.arrivals import CallStatus
from checkin.services import contacts, lines, messages, outbox, preferences
from checkin.services.casework import answer_hours, case_claims, case_words
from checkin.services.inserting import insert_new
from checkin.services.relaying import relay_words, relays_state
from checkin.services.relaying.ring import LetGo, Ring
from checkin.work import Work
from flows.engine.effects import Ask, HangUp, Join, PlayBack, Say

TAKES_AT_MOST = timedelta(minutes=5)
"""From CALL to the contact's answer; the relay is closed after that."""

CONTACT_RINGS = timedelta(seconds=25)
TIME_TO_DECIDE = timedelta(seconds=10)
ASKED_TWICE = 2


def start(work: Work, volunteer: Volunteer, number: int) -> str:
    """CALL 42. Answers what the volunteer is told; their phone rings a moment later, if all is well."""
    found = case_claims.to_answer(work, volunteer, number)
    if isinstance(found, str):
        return found
    case, contact = found
    refused = _why_not(work, volunteer, contact)
    if refused is not None and case.recording_id is None:
        return refused
    if not _ring(work, volunteer, case, contact):
        return case_words.say(volunteer, "busy", alias=contact.alias)
    if refused is not None:
        return f"{refused} {case_words.say(volunteer, 'playing')}"
    return case_words.say(volunteer, "calling", alias=contact.alias)


def whisper(work: Work, asked: Asked, language: str) -> Reply:
    """What the volunteer hears when they pick up: the message, and the question, if the contact may be called."""
    relay, case = asked.relay, work.session.get_one(Case, asked.relay.case_id)
    contact = work.session.get_one(Contact, relay.contact_id)
    name = lines.get(work, relay.line).name
    danger = relay_words.danger_aloud(language, danger=alarms.in_danger(contact.crisis_at, work.now))
    before = case_words.aloud(language, "before", line=name, number=case.number, alias=contact.alias, danger=danger)
    spoken: list[Say | PlayBack] = [Say(before.rstrip(), language)]
    if case.recording_id is not None:
        spoken += [Say(case_words.aloud(language, "message"), language), PlayBack(case.recording_id)]
    if asked.volunteer is None or _why_not(work, asked.volunteer, contact) is not None:
        return Reply((*spoken, Say(case_words.aloud(language, "only_message"), language), HangUp()))
    ask = Ask(language, wait=TIME_TO_DECIDE, digits=1, speech=False)
    return Reply((*spoken, Say(case_words.aloud(language, "press"), language), ask), OfferKeys(asked.offer.token))


def taken(work: Work, relay: Relay) -> None:
    """The volunteer pressed 1: the contact is called. If nobody tells us how that went, it is over a little later."""
    outbox.later(work, "call_contact", relay.id, work.now)
    outbox.later(work, "relay_idle", relay.id, work.now + CONTACT_RINGS + TIME_TO_DECIDE * 4)


def to_call(work: Work, relay_id: str, attempts: int) -> Ring | LetGo | str:
    """Whom to call back; or why not any more. What may be ringing already is not rung a second time.

    When the volunteer has gone meanwhile, the contact's phone is to stop ringing.
    """
    relay = relay_rows.locked(work.session, relay_id)
    if relay is not None and relay.left_by == "machine":
        return "skipped: their machine is told, and that call ends by itself"
    if relay is not None and relay.state == "ended" and relay.call_sid is not None and relay.in_room_at is None:
        return LetGo(relay.call_sid)
    if relay is None or relay.state != "joined" or relay.call_sid is not None:
        return "skipped: nobody waits for them any more"
    if relay.moving_at is not None and attempts > 1:
        return "unknown: its worker died while the call was placed"
    contact = work.session.get_one(Contact, relay.contact_id)
    number = contacts.number_of(work, contact)
    ours = lines.calls_from(work, relay.line)
    if number is None or ours is None:
        over(work, relay)
        return "skipped: no number"
    relay.moving_at = work.now
    leaves = preferences.of(work, contact).message
    return Ring(number.e164, ours, relay.token, CONTACT_RINGS, listen="after beep" if leaves else "machine")


def calling(work: Work, relay_id: str, call_sid: str) -> str:
    """The network took the call to the contact. If nobody waits for them any more, it is let go at once."""
    work.session.execute(
        update(Relay).where(Relay.id == relay_id, Relay.call_sid.is_(None)).values(call_sid=call_sid),
        execution_options={"synchronize_session": False},
    )
    relay = relay_rows.of_id(work.session, relay_id)
    if relay is not None and relay.state == "ended" and relay.in_room_at is None:
        outbox.later(work, "call_contact", relay.id, work.now)
    return "done"


def not_called(work: Work, relay_id: str, *, again: bool) -> str:
    """The network did not take the call. `again`: it may be asked once more; else the volunteer is told."""
    relay = relay_rows.locked(work.session, relay_id)
    if relay is None:
        return "skipped: forgotten"
    relay.moving_at = None
    if not again:
        over(work, relay)
    return "refused: the contact could not be called"


def answered(work: Work, token: str, call_sid: str, answered_by: str | None) -> Reply:
    """Somebody picked up the contact's phone: who we are, and whether they want to be joined. Machines hear nothing."""
    relay = relay_rows.of_token(work.session, token)
    if relay is None or relay.state != "joined" or (answered_by or "").startswith(("machine", "fax")):
        over(work, relay)
        return Reply((HangUp(),))
    calling(work, relay.id, call_sid)
    return _question(work, relay, 0)


def pressed(work: Work, token: str, tries: int, keys: str | None, call_sid: str) -> Reply:
    """1 joins them; anything else, twice, ends the call kindly. Silence may be a machine's own greeting."""
    relay = relay_rows.of_token(work.session, token)
    if relay is None or relay.state != "joined":
        return _goodbye(work, relay)
    if keys == "1":
        relay.in_room_at = relay.in_room_at or work.now
        relay.told_at = relay.told_at or work.now
        said = relay_words.to_contact(work, relay.line, "voice", relay.speaks, "relay_joined")
        longest = work.policy(relay.line).longest_talk
        return Reply((said, Join(relay.room, relay.token, "contact", longest)), RoomLeft(relay.token, "contact"))
    slip = keys is not None and keys != "2"
    if (slip or (keys is None and _machine_may_be_told(work, relay))) and tries + 1 < ASKED_TWICE:
        return _question(work, relay, tries + 1)
    over(work, relay)
    return _goodbye(work, relay)


def status(work: Work, token: str, fared: CallStatus) -> None:
    """How the call to the contact stands. Over before they were joined: the volunteer is told."""
    relay = relay_rows.of_token(work.session, token)
    if relay is None or relay.call_sid not in (None, fared.sid):
        return
    if delivery_state.is_over(fared.status):
        over(work, relay)
    else:
        calling(work, relay.id, fared.sid)


def given_up(work: Work, relay: Relay) -> None:
    """The volunteer did not pick up: they may try again, and nobody else is told. One who did knows why it ended."""
    if any(offer.answered_at is not None for offer in relay_rows.offers_of(work.session, relay.id)):
        return
    volunteer = _caller(work, relay)
    case = work.session.get(Case, relay.case_id)
    contact = work.session.get(Contact, relay.contact_id)
    if volunteer is None or case is None or contact is None or case.state == "closed":
        return
    _text(work, relay, volunteer, case_words.say(volunteer, "you_missed", number=case.number, alias=contact.alias))


def _why_not(work: Work, volunteer: Volunteer, contact: Contact) -> str | None:
    """Why the contact must not be called now, as the volunteer is told; None: they may be."""
    number = contacts.number_of(work, contact)
    policy = work.policy(contact.line)
    if not preferences.may_call(work, contact):
        return case_words.say(volunteer, "no_call", alias=contact.alias)
    if number is None or phone.dialable(number, policy.countries) is not None:
        return case_words.say(volunteer, "no_number", alias=contact.alias)
    if not answer_hours.open_now(work, contact):
        window = answer_hours.hours_of(work, contact)
        return case_words.say(volunteer, "not_now", alias=contact.alias, window=window)
    return None


def _ring(work: Work, volunteer: Volunteer, case: Case, contact: Contact) -> bool:
    """Write the relay and its only offer. False: one of the two is on the line already."""
    relay_id = work.new_id()
    made = insert_new(work, Relay, [_relay(work, relay_id, case, contact)])
    if not made:
        return False
    offer = {
        "id": work.new_id(),
        "line": case.line,
        "relay_id": relay_id,
        "volunteer_id": volunteer.id,
        "token": work.new_id(),
        "channel": "voice",
        "wave": 0,
        "state": "planned",
        "live": True,
        "planned_at": work.now,
    }
    offers = insert_new(work, Offer, [offer])
    if not offers:
        relays_state.close(work, relay_id, "left", "contact left")
        return False
    outbox.later(work, "ring_offer", offers[0].id, work.now)
    outbox.later(work, "give_up", relay_id, work.now + TAKES_AT_MOST)
    return True


def _relay(work: Work, relay_id: str, case: Case, contact: Contact) -> dict[str, object]:
    return {
        "id": relay_id,
        "line": case.line,
        "number": relay_rows.next_number(case.line),
        "token": work.new_id(),
        "room": work.new_id(),
        "channel": "voice",
        "contact_id": contact.id,
        "conversation_id": case.conversation_id,
        "case_id": case.id,
        "speaks": contact.language or work.policy(case.line).languages[0],
        "wave": 0,
        "opened_at": work.now,
        "limit_at": work.now + TAKES_AT_MOST,
        "told_at": work.now,
    }


def _question(work: Work, relay: Relay, tries: int) -> Reply:
    ask = Ask(relay.speaks, wait=TIME_TO_DECIDE, digits=1, speech=False)
    return Reply((named(work, relay, "called_back"), ask), CalledBack(relay.token, tries))


def named(work: Work, relay: Relay, name: str) -> Say:
    """A sentence of words.yaml; where the contact has not agreed that our name is said, the one without it."""
    contact = work.session.get_one(Contact, relay.contact_id)
    sentence = name if preferences.of(work, contact).name else f"{name}_quiet"
    ours = lines.get(work, relay.line).name
    return relay_words.to_contact(work, relay.line, "voice", relay.speaks, sentence, name=ours)


def _machine_may_be_told(work: Work, relay: Relay) -> bool:
    return preferences.of(work, work.session.get_one(Contact, relay.contact_id)).message


def over(work: Work, relay: Relay | None, by: relays_state.LeftBy = "contact") -> Relay | None:
    """The call to the contact came to nothing, or is over: the volunteer is set free, and told if they never met.

    None: it was over already.
    """
    if relay is None:
        return None
    met = relay.in_room_at is not None
    ended = relays_state.finish(work, by, Relay.id == relay.id)
    if ended is not None and not met:
        _tell_not_reached(work, ended, "left_word" if by == "machine" else "not_reached")
    return ended


def _tell_not_reached(work: Work, ended: Relay, words: str) -> None:
    volunteer, case = _caller(work, ended), work.session.get(Case, ended.case_id)
    contact = work.session.get(Contact, ended.contact_id)
    if volunteer is not None and case is not None and contact is not None:
        _text(work, ended, volunteer, case_words.say(volunteer, words, number=case.number, alias=contact.alias))


def _caller(work: Work, relay: Relay) -> Volunteer | None:
    """The volunteer who calls back: whoever was offered it."""
    offers = relay_rows.offers_of(work.session, relay.id)
    return work.session.get(Volunteer, offers[0].volunteer_id) if offers else None


def _goodbye(work: Work, relay: Relay | None) -> Reply:
    if relay is None:
        return Reply((HangUp(),))
    return Reply((relay_words.to_contact(work, relay.line, "voice", relay.speaks, "goodbye"), HangUp()))


def _text(work: Work, relay: Relay, volunteer: Volunteer, words: str) -> None:
    messages.send(work, line=relay.line, volunteer=volunteer, body=words, kind="notice", relay_id=relay.id)
