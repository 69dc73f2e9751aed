"""A volunteer is asked to take a call: what they hear, what they press, and how their call fares."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from sqlalchemy import update

from checkin.cases import rules as case_rules
from checkin.core import lines
from checkin.core.reply import OfferKeys, Reply, RoomLeft
from checkin.core.statements import changed
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.say import aloud, language_name, language_of, say
from checkin.outbox import outbox
from checkin.relays import aftercare, call_backs, call_limit, leads, states, waves
from checkin.relays import queries as relay_rows
from checkin.relays.models import Offer, Relay
from checkin.relays.queries import AskedVolunteer
from checkin.telephony.rules import delivery_state
from checkin.telephony.rules.arrivals import CallStatus
from checkin.volunteers import reach
from checkin.volunteers.models import Volunteer
from flows.engine.effects import Ask, HangUp, Join, Say

TIME_TO_DECIDE = timedelta(seconds=10)
"""How long we wait for a key after the whisper. A voicemail cannot press one."""

WRONG_KEYS = 2
"""After this many the relay is offered to others; the first wrong key may be a slip."""

NOT_OVER = ("planned", "ringing", "answered")

CAME_TO: dict[str, tuple[str, str | None]] = {
    "busy": ("busy", None),
    "no-answer": ("no_answer", None),
    "failed": ("failed", "the network could not complete the call"),
    "canceled": ("canceled", "ended by the network"),
    "completed": ("declined", "hung up"),
}
"""What the end of a volunteer's call makes of an offer that was not accepted: (state, reason)."""

WHY_OVER = {
    "joined": "ringing.taken", "ended": "ringing.taken", "unanswered": "ringing.late", "open": "ringing.declined",
}  # fmt: skip
"""What a volunteer hears who is too late, by how it stands with the relay."""


def answered(uow: UnitOfWork, token: str, call_sid: str, answered_by: str | None) -> Reply:
    """A volunteer picked up: the whisper and the question; or, when nobody waits any more, that they may hang up.

    A machine hears nothing. The call's SID is kept, should the answer to our request have been lost.
    """
    asked = relay_rows.offer(uow.session, token=token)
    if asked is None:
        return Reply((HangUp(),))
    if is_machine(answered_by):
        if _over(uow, asked, "machine", answered_by):
            aftercare.rang_out(uow, asked)
        return Reply((HangUp(),))
    if not _pick_up(uow, asked.offer, call_sid) or not asked.wanted:
        return _nobody_waits(uow, asked)
    if asked.relay.case_id is not None:
        return call_backs.whisper(uow, asked, _to(uow, asked))
    return _question(uow, asked, tries=0)


def is_machine(answered_by: str | None) -> bool:
    """What the network guesses of whoever picked up."""
    return (answered_by or "").startswith(("machine", "fax"))


def guessed(uow: UnitOfWork, token: str, call_sid: str, answered_by: str | None) -> None:
    """The network guesses, some seconds later, who picked up. A hint: whoever has pressed 1 by then is no machine."""
    asked = relay_rows.offer(uow.session, token=token)
    if asked is None or not is_machine(answered_by) or asked.offer.call_sid not in (None, call_sid):
        return
    asked.offer.call_sid = call_sid
    uow.session.flush()
    if _over(uow, asked, "machine", answered_by):
        states.end_legs(uow, [(asked.offer.id, call_sid)])
        aftercare.rang_out(uow, asked)


def pressed(uow: UnitOfWork, token: str, tries: int, keys: str | None) -> Reply:
    """1 takes it, if it is still there to be taken; 2 and silence pass it on; one wrong key is forgiven."""
    asked = relay_rows.offer(uow.session, token=token)
    if asked is None:
        return Reply((HangUp(),))
    if keys is not None:
        aftercare.is_there(asked.volunteer)
    if asked.offer.state == "accepted":
        return _into_room(uow, asked)
    if not asked.offer.live or not asked.wanted:
        return _nobody_waits(uow, asked)
    if keys == "1":
        return _take(uow, asked)
    if keys is None:
        return _decline(uow, asked, "no key", "ringing.no_key")
    if keys != "2" and tries + 1 < WRONG_KEYS:
        return _question(uow, asked, tries + 1)
    return _decline(uow, asked, "not now" if keys == "2" else "wrong key", "ringing.declined")


def status(uow: UnitOfWork, token: str, fared: CallStatus) -> None:
    """How a volunteer's call stands. Statuses only move forward, whatever order they arrive in."""
    asked = relay_rows.offer(uow.session, token=token)
    if asked is None or asked.offer.call_sid not in (None, fared.sid):
        return
    offer = asked.offer
    news = offer.call_sid is None
    offer.call_sid = fared.sid
    offer.call_status = delivery_state.forward(offer.call_status, fared.status)
    uow.session.flush()
    if not delivery_state.is_over(offer.call_status):
        if fared.status in ("ringing", "initiated"):
            planned = update(Offer).where(Offer.id == offer.id, Offer.live, Offer.state == "planned")
            changed(uow.session, planned.values(state="ringing"))
        if news and not offer.live:  # the answer to our request was lost, and nobody waits by now
            outbox.later(uow, "cancel_offer", offer.id, uow.now)
    elif offer.state == "accepted" and offer.live and offer.role == "lead":
        leads.leave_call(uow, fared.sid)
    elif offer.state == "accepted" and offer.live:
        states.finish(uow, "volunteer", Relay.id == asked.relay.id)
    elif offer.call_status in CAME_TO and _over(uow, asked, *CAME_TO[offer.call_status]):
        _count(uow, asked)


def _pick_up(uow: UnitOfWork, offer: Offer, call_sid: str) -> bool:
    """Note that the phone was picked up. False: the offer is over."""
    live = update(Offer).where(Offer.id == offer.id, Offer.live, Offer.state.in_(NOT_OVER))
    at, sid = offer.answered_at or uow.now, offer.call_sid or call_sid
    return bool(changed(uow.session, live.values(state="answered", answered_at=at, call_sid=sid)))


def _take(uow: UnitOfWork, asked: AskedVolunteer) -> Reply:
    if asked.offer.role == "lead":
        joined = leads.take_call(uow, asked.relay.id, asked.offer)
        return _nobody_waits(uow, _again(uow, asked)) if joined is None else _into_room(uow, asked)
    relay = states.take(uow, asked.relay.id, asked.offer)
    if relay is None:
        return _nobody_waits(uow, _again(uow, asked))
    if relay.case_id is None:
        outbox.later(uow, "move_caller", relay.id, uow.now)
    else:
        call_backs.taken(uow, relay)
    over_at = uow.now + uow.policy(relay.line).longest_talk + states.NEWS_MAY_TAKE
    outbox.later(uow, "relay_idle", relay.id, over_at)
    call_limit.watch(uow, relay)
    if asked.volunteer is not None:
        reach.on_reached(asked.volunteer)
    return _into_room(uow, AskedVolunteer(asked.offer, relay, asked.volunteer))


def _into_room(uow: UnitOfWork, asked: AskedVolunteer) -> Reply:
    """The volunteer's leg goes into the room; asked twice, it is told the same."""
    relay, to = asked.relay, _to(uow, asked)
    if relay.state != "joined":
        return Reply((aloud(uow, to, "ringing.gone"), HangUp()))
    key = "ringing.joining" if relay.case_id is None else "ringing.ringing_contact"
    said = aloud(uow, to, key)
    longest = uow.policy(relay.line).longest_talk
    side: Literal["volunteer", "lead"] = "lead" if asked.offer.role == "lead" else "volunteer"
    return Reply((said, Join(relay.room, relay.token, side, longest)), RoomLeft(relay.token, side))


def _question(uow: UnitOfWork, asked: AskedVolunteer, tries: int) -> Reply:
    to = _to(uow, asked)
    if tries:
        said = aloud(uow, to, "ringing.whisper_again")
    elif asked.offer.role == "lead":
        said = _lead_whisper(uow, asked, to)
    else:
        said = _whisper(uow, asked, to)
    ask = Ask(said.language, wait=TIME_TO_DECIDE, digits=1, speech=False)
    return Reply((said, ask), OfferKeys(asked.offer.token, tries))


def _whisper(uow: UnitOfWork, asked: AskedVolunteer, to: Volunteer | str) -> Say:
    """What a volunteer hears before they decide: the line, language, topic, how long, and whether there were signs of
    danger. Never who, never their words."""
    relay, topic = asked.relay, asked.relay.topic
    return aloud(
        uow, to, "ringing.whisper",
        line=lines.get(uow, relay.line).name,
        language=language_name(uow, to, relay.language or relay.speaks),
        topic=say(uow, to, "ringing.whisper_topic", topic=topic.replace("_", " ")) if topic else "",
        waited=_length(uow, to, uow.now - relay.opened_at),
        danger=_danger(uow, asked, to),
    )  # fmt: skip


def _length(uow: UnitOfWork, to: Volunteer | str, length: timedelta) -> str:
    """A length of time as people say it: to ten seconds below a minute and a half, then in minutes."""
    seconds = max(10, round(length.total_seconds() / 10) * 10)
    if seconds == 60:
        return say(uow, to, "ringing.minute")
    if seconds <= 90:
        return say(uow, to, "ringing.seconds", count=seconds)
    return say(uow, to, "ringing.minutes", count=round(seconds / 60))


def _lead_whisper(uow: UnitOfWork, asked: AskedVolunteer, to: Volunteer | str) -> Say:
    """Who of the team asks; nothing of the contact."""
    volunteer = relay_rows.volunteer_of(uow.session, asked.relay)
    name = uow.vault.decrypt(volunteer, Volunteer.name_encrypted) if volunteer is not None else ""
    ours = lines.get(uow, asked.relay.line).name
    danger = _danger(uow, asked, to)
    return aloud(uow, to, "ringing.whisper_lead", line=ours, name=name, danger=danger)


def _danger(uow: UnitOfWork, asked: AskedVolunteer, to: Volunteer | str) -> str:
    """That there were signs of danger, to stand before a question; empty where there were none."""
    return say(uow, to, "ringing.danger") if case_rules.in_danger(asked.crisis_at, uow.now) else ""


def _decline(uow: UnitOfWork, asked: AskedVolunteer, reason: str, key: str) -> Reply:
    to = _to(uow, asked)
    if _over(uow, asked, "declined", reason) and key == "ringing.no_key":  # a voicemail, most likely
        aftercare.rang_out(uow, asked)
    return Reply((aloud(uow, to, key), HangUp()))


def _over(uow: UnitOfWork, asked: AskedVolunteer, state: str, reason: str | None) -> bool:
    """The offer ended without being taken; when it was the last one, the others are asked now. False: it was over."""
    ended = states.end_offer(uow, asked.offer, state, reason, only_from=NOT_OVER)
    if ended:
        waves.go_on(uow, asked.relay)
    return ended


def _nobody_waits(uow: UnitOfWork, asked: AskedVolunteer) -> Reply:
    """Why there is nothing to take any more, and thanks."""
    relay, to = asked.relay, _to(uow, asked)
    key = WHY_OVER.get(relay.state, "ringing.gone")
    if asked.offer.role == "lead" and relay.state != "joined":
        key = "ringing.gone"
    if relay.case_id is not None:
        key = "ringing.not_reached"
    return Reply((aloud(uow, to, key), HangUp()))


def _again(uow: UnitOfWork, asked: AskedVolunteer) -> AskedVolunteer:
    return relay_rows.offer(uow.session, offer_id=asked.offer.id) or asked


def _count(uow: UnitOfWork, asked: AskedVolunteer) -> None:
    """A number that could not be reached several times running is left out until someone looks at it. Whoever lets it
    ring as often is asked how they are."""
    if asked.offer.call_status == "no-answer":
        aftercare.rang_out(uow, asked)
    if asked.volunteer is not None and asked.offer.call_status == "failed":
        reach.on_number_failed(uow, asked.volunteer)


def _to(uow: UnitOfWork, asked: AskedVolunteer) -> Volunteer | str:
    """Who hears it: the volunteer; at the backup number, whoever speaks the line's language."""
    return asked.volunteer or language_of(uow, None, uow.policy(asked.relay.line).languages)
