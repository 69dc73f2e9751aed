"""A volunteer is asked to take a call: what they hear, what they press, and how their call fares."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from sqlalchemy import update

from checkin.models.relays import Offer, Relay
from checkin.models.volunteers import Volunteer
from checkin.queries import relays as relay_rows
from checkin.queries.relays import Asked
from checkin.reply import OfferKeys, Reply, RoomLeft
from checkin.rules import alarms, delivery_state
from checkin.rules.arrivals import CallStatus
from checkin.services import lines, outbox
from checkin.services.casework import call_backs
from checkin.services.relaying import (
    relay_words,
    relays_leads,
    relays_limit,
    relays_missed,
    relays_state,
    relays_waves,
)
from checkin.services.team import bad_numbers
from checkin.work import Work
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


def answered(work: Work, token: str, call_sid: str, answered_by: str | None) -> Reply:
    """A volunteer picked up: the whisper and the question; or, when nobody waits any more, that they may hang up.

    A machine hears nothing. The call's SID is kept, should the answer to our request have been lost.
    """
    asked = relay_rows.offer(work.session, token=token)
    if asked is None:
        return Reply((HangUp(),))
    if is_machine(answered_by):
        if _over(work, asked, "machine", answered_by):
            relays_missed.rang_out(work, asked)
        return Reply((HangUp(),))
    if not _pick_up(work, asked.offer, call_sid) or not asked.wanted:
        return _nobody_waits(work, asked)
    if asked.relay.case_id is not None:
        return call_backs.whisper(work, asked, _language(work, asked))
    return _question(work, asked, "whisper", tries=0)


def is_machine(answered_by: str | None) -> bool:
    """What the network guesses of whoever picked up."""
    return (answered_by or "").startswith(("machine", "fax"))


def guessed(work: Work, token: str, call_sid: str, answered_by: str | None) -> None:
    """The network guesses, some seconds later, who picked up. A hint: whoever has pressed 1 by then is no machine."""
    asked = relay_rows.offer(work.session, token=token)
    if asked is None or not is_machine(answered_by) or asked.offer.call_sid not in (None, call_sid):
        return
    asked.offer.call_sid = call_sid
    work.session.flush()
    if _over(work, asked, "machine", answered_by):
        relays_state.end_legs(work, [(asked.offer.id, call_sid)])
        relays_missed.rang_out(work, asked)


def pressed(work: Work, token: str, tries: int, keys: str | None) -> Reply:
    """1 takes it, if it is still there to be taken; 2 and silence pass it on; one wrong key is forgiven."""
    asked = relay_rows.offer(work.session, token=token)
    if asked is None:
        return Reply((HangUp(),))
    if keys is not None:
        relays_missed.is_there(asked.volunteer)
    if asked.offer.state == "accepted":
        return _into_room(work, asked)
    if not asked.offer.live or not asked.wanted:
        return _nobody_waits(work, asked)
    if keys == "1":
        return _take(work, asked)
    if keys is None:
        return _decline(work, asked, "no key", "no_key")
    if keys != "2" and tries + 1 < WRONG_KEYS:
        return _question(work, asked, "whisper_again", tries + 1)
    return _decline(work, asked, "not now" if keys == "2" else "wrong key", "declined")


def status(work: Work, token: str, fared: CallStatus) -> None:
    """How a volunteer's call stands. Statuses only move forward, whatever order they arrive in."""
    asked = relay_rows.offer(work.session, token=token)
    if asked is None or asked.offer.call_sid not in (None, fared.sid):
        return
    offer = asked.offer
    news = offer.call_sid is None
    offer.call_sid = fared.sid
    offer.call_status = delivery_state.forward(offer.call_status, fared.status)
    work.session.flush()
    if not delivery_state.is_over(offer.call_status):
        _note_ringing(work, offer, fared.status)
        if news and not offer.live:  # the answer to our request was lost, and nobody waits by now
            outbox.later(work, "cancel_offer", offer.id, work.now)
    elif offer.state == "accepted" and offer.live and offer.role == "lead":
        relays_leads.leave_call(work, fared.sid)
    elif offer.state == "accepted" and offer.live:
        relays_state.finish(work, "volunteer", Relay.id == asked.relay.id)
    elif offer.call_status in CAME_TO and _over(work, asked, *CAME_TO[offer.call_status]):
        _count(work, asked)


def _pick_up(work: Work, offer: Offer, call_sid: str) -> bool:
    """Note that the phone was picked up. False: the offer is over."""
    changed = work.session.execute(
        update(Offer)
        .where(Offer.id == offer.id, Offer.live, Offer.state.in_(NOT_OVER))
        .values(state="answered", answered_at=offer.answered_at or work.now, call_sid=offer.call_sid or call_sid),
        execution_options={"synchronize_session": False},
    )
    return bool(changed.rowcount == 1)  # type: ignore[attr-defined]


def _take(work: Work, asked: Asked) -> Reply:
    if asked.offer.role == "lead":
        joined = relays_leads.take_call(work, asked.relay.id, asked.offer)
        return _nobody_waits(work, _again(work, asked)) if joined is None else _into_room(work, asked)
    relay = relays_state.take(work, asked.relay.id, asked.offer)
    if relay is None:
        return _nobody_waits(work, _again(work, asked))
    if relay.case_id is None:
        outbox.later(work, "move_caller", relay.id, work.now)
    else:
        call_backs.taken(work, relay)
    over_at = work.now + work.policy(relay.line).longest_talk + relays_state.NEWS_MAY_TAKE
    outbox.later(work, "relay_idle", relay.id, over_at)
    relays_limit.watch(work, relay)
    _reachable(work, asked.volunteer)
    return _into_room(work, Asked(asked.offer, relay, asked.volunteer))


def _into_room(work: Work, asked: Asked) -> Reply:
    """The volunteer's leg goes into the room; asked twice, it is told the same."""
    relay, language = asked.relay, _language(work, asked)
    if relay.state != "joined":
        return Reply((Say(relay_words.aloud(language, "gone"), language), HangUp()))
    words = "joining" if relay.case_id is None else "ringing_contact"
    said = Say(relay_words.aloud(language, words), language)
    longest = work.policy(relay.line).longest_talk
    side: Literal["volunteer", "lead"] = "lead" if asked.offer.role == "lead" else "volunteer"
    return Reply((said, Join(relay.room, relay.token, side, longest)), RoomLeft(relay.token, side))


def _question(work: Work, asked: Asked, words: str, tries: int) -> Reply:
    relay, language = asked.relay, _language(work, asked)
    if words == "whisper" and asked.offer.role == "lead":
        said = _lead_whisper(work, asked, language)
    elif words == "whisper":
        said = relay_words.whisper(
            language,
            line=lines.get(work, relay.line).name,
            wanted=relay.language or relay.speaks,
            topic=relay.topic,
            waited=work.now - relay.opened_at,
            danger=alarms.in_danger(asked.crisis_at, work.now),
        )
    else:
        said = relay_words.aloud(language, words)
    ask = Ask(language, wait=TIME_TO_DECIDE, digits=1, speech=False)
    return Reply((Say(said, language), ask), OfferKeys(asked.offer.token, tries))


def _lead_whisper(work: Work, asked: Asked, language: str) -> str:
    """Who of the team asks; nothing of the contact."""
    volunteer = relay_rows.volunteer_of(work.session, asked.relay)
    name = work.vault.decrypt(volunteer, Volunteer.name_encrypted) if volunteer is not None else ""
    danger = relay_words.danger_aloud(language, danger=alarms.in_danger(asked.crisis_at, work.now))
    ours = lines.get(work, asked.relay.line).name
    return relay_words.aloud(language, "whisper_lead", line=ours, name=name, danger=danger)


def _decline(work: Work, asked: Asked, reason: str, words: str) -> Reply:
    language = _language(work, asked)
    if _over(work, asked, "declined", reason) and words == "no_key":  # a voicemail, most likely
        relays_missed.rang_out(work, asked)
    return Reply((Say(relay_words.aloud(language, words), language), HangUp()))


def _over(work: Work, asked: Asked, state: str, reason: str | None) -> bool:
    """The offer ended without being taken; when it was the last one, the others are asked now. False: it was over."""
    ended = relays_state.end_offer(work, asked.offer, state, reason, only_from=NOT_OVER)
    if ended:
        relays_waves.go_on(work, asked.relay)
    return ended


def _nobody_waits(work: Work, asked: Asked) -> Reply:
    """Why there is nothing to take any more, and thanks."""
    relay, language = asked.relay, _language(work, asked)
    words = {"joined": "taken", "ended": "taken", "unanswered": "late", "open": "declined"}.get(relay.state, "gone")
    if asked.offer.role == "lead" and relay.state != "joined":
        words = "gone"
    if relay.case_id is not None:
        words = "not_reached"
    return Reply((Say(relay_words.aloud(language, words), language), HangUp()))


def _again(work: Work, asked: Asked) -> Asked:
    return relay_rows.offer(work.session, offer_id=asked.offer.id) or asked


def _note_ringing(work: Work, offer: Offer, status: str) -> None:
    if status in ("ringing", "initiated"):
        work.session.execute(
            update(Offer).where(Offer.id == offer.id, Offer.live, Offer.state == "planned").values(state="ringing"),
            execution_options={"synchronize_session": False},
        )


def _count(work: Work, asked: Asked) -> None:
    """A number that could not be reached several times running is left out until someone looks at it. Whoever lets it
    ring as often is asked how they are."""
    if asked.offer.call_status == "no-answer":
        relays_missed.rang_out(work, asked)
    if asked.volunteer is not None and asked.offer.call_status == "failed":
        bad_numbers.failed(work, asked.volunteer)


def _reachable(work: Work, volunteer: Volunteer | None) -> None:
    if volunteer is not None:
        bad_numbers.reached(volunteer)


def _language(work: Work, asked: Asked) -> str:
    return relay_words.language_of(asked.volunteer, work.policy(asked.relay.line).languages)
