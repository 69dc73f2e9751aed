"""CALL 42: a volunteer's phone rings, they hear the message that was left, and with 1 the contact is called.

The contact sees the line's number, and is asked before anyone is joined; whoever picks up hears nothing of a message,
and the line's name only if the contact agreed to that. The relay of such a call is the same as any other, but that we
call the contact into it.

Organizers have no phone with us, and contacts see the line's number alone: at the desk they have the phone of one of
the team rung, a lead's first, and whoever picks it up is joined with the contact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import select, update

from checkin.accounts.page_sessions import CurrentUser
from checkin.cases import answer_hours, by_text
from checkin.cases import rules as case_rules
from checkin.cases import service as cases
from checkin.cases.models import Case
from checkin.contacts import preferences
from checkin.contacts import service as contacts
from checkin.contacts.models import Contact
from checkin.core import lines
from checkin.core.errors import UserError
from checkin.core.reply import CalledBack, OfferKeys, Reply, RoomLeft
from checkin.core.rules import phone
from checkin.core.statements import changed, insert_new
from checkin.core.translatable import Translatable
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.say import aloud, say, to_contact
from checkin.messages import service as messages
from checkin.outbox import outbox
from checkin.outbox.outcomes import Done, Failed, Outcome, Skipped, Unknown
from checkin.relays import queries as relay_rows
from checkin.relays import states
from checkin.relays.models import Offer, Relay
from checkin.relays.queries import ALIVE, AskedVolunteer
from checkin.relays.ring import LetGo, Ring
from checkin.telephony.rules import delivery_state
from checkin.telephony.rules.arrivals import CallStatus
from checkin.volunteers import queries as rows
from checkin.volunteers import reach
from checkin.volunteers import service as volunteers
from checkin.volunteers.models import Volunteer
from flows.engine.effects import Ask, HangUp, Join, PlayBack, Say

TAKES_AT_MOST = timedelta(minutes=5)
"""From CALL to the contact's answer; the relay is closed after that."""

CONTACT_RINGS = timedelta(seconds=25)
TIME_TO_DECIDE = timedelta(seconds=10)
ASKED_TWICE = 2


def start(uow: UnitOfWork, volunteer: Volunteer, number: int) -> str:
    """CALL 42. Answers what the volunteer is told; their phone rings a moment later, if all is well."""
    found = by_text.to_answer(uow, volunteer, number)
    if isinstance(found, str):
        return found
    case, contact = found
    refused = _why_not(uow, volunteer, contact)
    if refused is not None and case.recording_id is None:
        return refused
    if not _ring(uow, volunteer, case, contact):
        return say(uow, volunteer, "cases.busy", alias=contact.alias)
    if refused is not None:
        return f"{refused} {say(uow, volunteer, 'cases.playing')}"
    return say(uow, volunteer, "cases.calling", alias=contact.alias)


@dataclass(frozen=True)
class RingablePhone:
    """A volunteer whose phone can be rung for it."""

    id: str
    name: str
    lead: bool


def phones(uow: UnitOfWork, line: str) -> Sequence[RingablePhone]:
    """Whose phone can be rung, leads first: two statements at most."""
    there = [
        RingablePhone(volunteer.id, volunteers.name_of(uow, volunteer), volunteer.lead)
        for volunteer in rows.active(uow.session, line)
        if "voice" in volunteer.channels and reach.why_unreached(uow, volunteer) not in ("stopped", "bad number")
    ]
    return sorted(there, key=lambda volunteer: (not volunteer.lead, volunteer.name.casefold()))


def why_no_call(uow: UnitOfWork, contact: Contact | None) -> Translatable | None:
    """Why this contact is not called from here, at whatever hour; None: they may be."""
    number = contacts.number_of(uow, contact) if contact is not None else None
    if contact is None or number is None:
        return Translatable("we don't have their number: they withheld it, or asked us to delete their data")
    if phone.dialable(number, uow.policy(contact.line).countries) is not None:
        return Translatable("their number is in a country the line doesn't call")
    if not preferences.may_call(uow, contact):
        return Translatable("they haven't agreed to calls from the line")
    return None


def ring(uow: UnitOfWork, case: Case, volunteer_id: str, who: CurrentUser) -> str:
    """Ring this volunteer's phone; when they press 1 the contact is called. The case is theirs from now on. Answers
    their name. Raises UserError: nobody of the team, or the contact may not be called now.
    """
    volunteer = uow.session.get(Volunteer, volunteer_id)
    if volunteer is None or volunteer_id not in {phone.id for phone in phones(uow, case.line)}:
        raise UserError("choose whose phone should ring")
    contact = uow.session.get(Contact, case.contact_id) if case.contact_id else None
    if (why := why_no_call(uow, contact)) is not None:
        raise UserError.of(why)
    cases.hand_over(uow, case, volunteer.id, who)
    said = start(uow, volunteer, case.number)
    ringing = select(Relay.id).where(Relay.case_id == case.id, ALIVE)
    if uow.session.scalar(ringing.limit(1)) is None:
        raise UserError.of(said)
    return volunteers.name_of(uow, volunteer)


def whisper(uow: UnitOfWork, asked: AskedVolunteer, to: Volunteer | str) -> Reply:
    """What the volunteer hears when they pick up: the message, and the question, if the contact may be called."""
    relay, case = asked.relay, uow.session.get_one(Case, asked.relay.case_id)
    contact = uow.session.get_one(Contact, relay.contact_id)
    name = lines.get(uow, relay.line).name
    signs = say(uow, to, "ringing.danger") if case_rules.in_danger(contact.crisis_at, uow.now) else ""
    before = aloud(uow, to, "calling_back.before", line=name, number=case.number, alias=contact.alias, danger=signs)
    spoken: list[Say | PlayBack] = [replace(before, text=before.text.rstrip())]
    if case.recording_id is not None:
        spoken += [aloud(uow, to, "calling_back.message"), PlayBack(case.recording_id)]
    if asked.volunteer is None or _why_not(uow, asked.volunteer, contact) is not None:
        return Reply((*spoken, aloud(uow, to, "calling_back.only_message"), HangUp()))
    ask = Ask(before.language, wait=TIME_TO_DECIDE, digits=1, speech=False)
    return Reply((*spoken, aloud(uow, to, "calling_back.press"), ask), OfferKeys(asked.offer.token))


def taken(uow: UnitOfWork, relay: Relay) -> None:
    """The volunteer pressed 1: the contact is called. If nobody tells us how that went, it is over a little later."""
    outbox.later(uow, "call_contact", relay.id, uow.now)
    outbox.later(uow, "relay_idle", relay.id, uow.now + CONTACT_RINGS + TIME_TO_DECIDE * 4)


def to_call(uow: UnitOfWork, relay_id: str, attempts: int) -> Ring | LetGo | Outcome:
    """Whom to call back; or why not any more. What may be ringing already is not rung a second time.

    When the volunteer has gone meanwhile, the contact's phone is to stop ringing.
    """
    relay = relay_rows.locked(uow.session, relay_id)
    if relay is not None and relay.left_by == "machine":
        return Skipped("their machine is told, and that call ends by itself")
    if relay is not None and relay.state == "ended" and relay.call_sid is not None and relay.in_room_at is None:
        return LetGo(relay.call_sid)
    if relay is None or relay.state != "joined" or relay.call_sid is not None:
        return Skipped("nobody waits for them any more")
    if relay.moving_at is not None and attempts > 1:
        return Unknown("its worker died while the call was placed")
    contact = uow.session.get_one(Contact, relay.contact_id)
    number = contacts.number_of(uow, contact)
    ours = lines.calls_from(uow, relay.line)
    if number is None or ours is None:
        over(uow, relay)
        return Skipped("no number")
    relay.moving_at = uow.now
    leaves = preferences.of(uow, contact).message
    return Ring(number.e164, ours, relay.token, CONTACT_RINGS, listen="after beep" if leaves else "machine")


def calling(uow: UnitOfWork, relay_id: str, call_sid: str) -> Outcome:
    """The network took the call to the contact. If nobody waits for them any more, it is let go at once."""
    unknown = update(Relay).where(Relay.id == relay_id, Relay.call_sid.is_(None))
    changed(uow.session, unknown.values(call_sid=call_sid))
    relay = relay_rows.of_id(uow.session, relay_id)
    if relay is not None and relay.state == "ended" and relay.in_room_at is None:
        outbox.later(uow, "call_contact", relay.id, uow.now)
    return Done()


def not_called(uow: UnitOfWork, relay_id: str, *, again: bool) -> Outcome:
    """The network did not take the call. `again`: it may be asked once more; else the volunteer is told."""
    relay = relay_rows.locked(uow.session, relay_id)
    if relay is None:
        return Skipped("forgotten")
    relay.moving_at = None
    if not again:
        over(uow, relay)
    return Failed("refused: the contact could not be called")


def answered(uow: UnitOfWork, token: str, call_sid: str, answered_by: str | None) -> Reply:
    """Somebody picked up the contact's phone: who we are, and whether they want to be joined. Machines hear nothing."""
    relay = relay_rows.of_token(uow.session, token)
    if relay is None or relay.state != "joined" or (answered_by or "").startswith(("machine", "fax")):
        over(uow, relay)
        return Reply((HangUp(),))
    calling(uow, relay.id, call_sid)
    return _question(uow, relay, 0)


def pressed(uow: UnitOfWork, token: str, tries: int, keys: str | None, call_sid: str) -> Reply:
    """1 joins them; anything else, twice, ends the call kindly. Silence may be a machine's own greeting."""
    relay = relay_rows.of_token(uow.session, token)
    if relay is None or relay.state != "joined":
        return _goodbye(uow, relay)
    if keys == "1":
        relay.in_room_at = relay.in_room_at or uow.now
        relay.told_at = relay.told_at or uow.now
        said = to_contact(uow, relay.line, "voice", relay.speaks, "relay_joined")
        longest = uow.policy(relay.line).longest_talk
        return Reply((said, Join(relay.room, relay.token, "contact", longest)), RoomLeft(relay.token, "contact"))
    slip = keys is not None and keys != "2"
    leaves = preferences.of(uow, uow.session.get_one(Contact, relay.contact_id)).message
    if (slip or (keys is None and leaves)) and tries + 1 < ASKED_TWICE:
        return _question(uow, relay, tries + 1)
    over(uow, relay)
    return _goodbye(uow, relay)


def status(uow: UnitOfWork, token: str, fared: CallStatus) -> None:
    """How the call to the contact stands. Over before they were joined: the volunteer is told."""
    relay = relay_rows.of_token(uow.session, token)
    if relay is None or relay.call_sid not in (None, fared.sid):
        return
    if delivery_state.is_over(fared.status):
        over(uow, relay)
    else:
        calling(uow, relay.id, fared.sid)


def guessed(uow: UnitOfWork, token: str, call_sid: str, answered_by: str | None) -> None:
    """The network guesses who picked up. Whoever has pressed 1 is no machine, whatever it guesses.

    It listens for machines while the call goes on, so that a person never waits for its guess. Where words may be left
    it tells us once the machine's own greeting is over; where they may not, as soon as it guesses, and we hang up.
    """
    relay = relay_rows.of_token(uow.session, token)
    if relay is None or relay.state != "joined" or relay.in_room_at is not None:
        return
    if not (answered_by or "").startswith(("machine", "fax")):
        return
    calling(uow, relay.id, call_sid)
    contact = uow.session.get_one(Contact, relay.contact_id)
    leaves = preferences.of(uow, contact).message and (answered_by or "").startswith("machine")
    ended = over(uow, relay, "machine" if leaves else "contact")
    if ended is not None and leaves:
        outbox.later(uow, "leave_message", relay.id, uow.now)


def to_leave(uow: UnitOfWork, relay_id: str) -> tuple[str, str] | Outcome:
    """The call (SID) that has reached a machine, and the token of its relay; or why nothing is left there."""
    relay = relay_rows.of_id(uow.session, relay_id)
    if relay is None or relay.left_by != "machine" or relay.call_sid is None:
        return Skipped("no machine")
    return relay.call_sid, relay.token


def on_machine(uow: UnitOfWork, token: str) -> Reply:
    """What is said onto the machine: that it was us, by name only if they agreed to that, and nothing of why."""
    relay = relay_rows.of_token(uow.session, token)
    if relay is None or relay.left_by != "machine":
        return Reply((HangUp(),))
    return Reply((named(uow, relay, "machine_message"), HangUp()))


def given_up(uow: UnitOfWork, relay: Relay) -> None:
    """The volunteer did not pick up: they may try again, and nobody else is told. One who did knows why it ended."""
    if any(offer.answered_at is not None for offer in relay_rows.offers_of(uow.session, relay.id)):
        return
    volunteer = _caller(uow, relay)
    case = uow.session.get(Case, relay.case_id)
    contact = uow.session.get(Contact, relay.contact_id)
    if volunteer is None or case is None or contact is None or case.state == "closed":
        return
    _text(uow, relay, volunteer, say(uow, volunteer, "cases.you_missed", number=case.number, alias=contact.alias))


def _why_not(uow: UnitOfWork, volunteer: Volunteer, contact: Contact) -> str | None:
    """Why the contact must not be called now, as the volunteer is told; None: they may be."""
    number = contacts.number_of(uow, contact)
    policy = uow.policy(contact.line)
    if not preferences.may_call(uow, contact):
        return say(uow, volunteer, "cases.no_call", alias=contact.alias)
    if number is None or phone.dialable(number, policy.countries) is not None:
        return say(uow, volunteer, "cases.no_number", alias=contact.alias)
    if not answer_hours.open_now(uow, contact):
        window = answer_hours.hours_of(uow, contact)
        return say(uow, volunteer, "cases.not_now", alias=contact.alias, window=window)
    return None


def _ring(uow: UnitOfWork, volunteer: Volunteer, case: Case, contact: Contact) -> bool:
    """Write the relay and its only offer. False: one of the two is on the line already."""
    speaks = contact.language or uow.policy(case.line).languages[0]
    row = states.relay_row(
        uow, case.line, "voice", contact.id, case.conversation_id, speaks, TAKES_AT_MOST,
        case_id=case.id, told_at=uow.now,
    )  # fmt: skip
    made = insert_new(uow.session, Relay, [row])
    if not made:
        return False
    offers = insert_new(uow.session, Offer, [states.offer_row(uow, made[0], volunteer.id)])
    if not offers:
        states.close(uow, made[0].id, "left", "contact left")
        return False
    outbox.later(uow, "ring_offer", offers[0].id, uow.now)
    outbox.later(uow, "give_up", made[0].id, made[0].limit_at)
    return True


def _question(uow: UnitOfWork, relay: Relay, tries: int) -> Reply:
    ask = Ask(relay.speaks, wait=TIME_TO_DECIDE, digits=1, speech=False)
    return Reply((named(uow, relay, "called_back"), ask), CalledBack(relay.token, tries))


def named(uow: UnitOfWork, relay: Relay, name: str) -> Say:
    """A sentence of words.yaml; where the contact has not agreed that our name is said, the one without it."""
    contact = uow.session.get_one(Contact, relay.contact_id)
    sentence = name if preferences.of(uow, contact).name else f"{name}_quiet"
    ours = lines.get(uow, relay.line).name
    return to_contact(uow, relay.line, "voice", relay.speaks, sentence, name=ours)


def over(uow: UnitOfWork, relay: Relay | None, by: states.LeftBy = "contact") -> Relay | None:
    """The call to the contact came to nothing, or is over: the volunteer is set free, and told if they never met.

    None: it was over already.
    """
    if relay is None:
        return None
    met = relay.in_room_at is not None
    ended = states.finish(uow, by, Relay.id == relay.id)
    if ended is not None and not met:
        _tell_not_reached(uow, ended, "cases.left_word" if by == "machine" else "cases.not_reached")
    return ended


def _tell_not_reached(uow: UnitOfWork, ended: Relay, key: str) -> None:
    volunteer, case = _caller(uow, ended), uow.session.get(Case, ended.case_id)
    contact = uow.session.get(Contact, ended.contact_id)
    if volunteer is not None and case is not None and contact is not None:
        _text(uow, ended, volunteer, say(uow, volunteer, key, number=case.number, alias=contact.alias))


def _caller(uow: UnitOfWork, relay: Relay) -> Volunteer | None:
    """The volunteer who calls back: whoever was offered it."""
    offers = relay_rows.offers_of(uow.session, relay.id)
    return uow.session.get(Volunteer, offers[0].volunteer_id) if offers else None


def _goodbye(uow: UnitOfWork, relay: Relay | None) -> Reply:
    if relay is None:
        return Reply((HangUp(),))
    return Reply((to_contact(uow, relay.line, "voice", relay.speaks, "goodbye"), HangUp()))


def _text(uow: UnitOfWork, relay: Relay, volunteer: Volunteer, words: str) -> None:
    messages.send(uow, line=relay.line, volunteer=volunteer, body=words, kind="notice", relay_id=relay.id)
