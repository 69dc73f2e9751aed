"""<Dial>: into a room, or to other phones (twilio.com/docs/voice/twiml/dial)."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urljoin

from checkin.practice import answers
from checkin.practice.calls import hearing, life, rooms
from checkin.practice.calls.hunting import Hunt
from checkin.practice.calls.script import Script
from checkin.practice.state import Listening, Over, Room, RoomMember, Target
from checkin.practice.texts.sending import E164
from checkin.practice.twiml.document import Verb
from checkin.practice.twiml.grammar import VOICE, WAITING

MOST_NUMBERS = 10


@dataclass(frozen=True)
class Outcome:
    """What the action is told. sid and seconds are of the leg that was dialed."""

    status: str
    sid: str = ""
    seconds: int | None = None
    bridged: bool | None = None

    def params(self) -> dict[str, str]:
        told = {"DialCallStatus": self.status}
        if self.sid:
            told["DialCallSid"] = self.sid
        if self.seconds is not None:
            told["DialCallDuration"] = str(self.seconds)
        if self.bridged is not None:
            told["DialBridged"] = "true" if self.bridged else "false"
        return told


def dial(script: Script, verb: Verb) -> Target | None:
    """Join, then go to the action if there is one. A caller who hangs up meanwhile: the action is told, nothing plays.

    That it is told even then is assumed; the line must not count on it, and must not mind.
    """
    script.waits()
    try:
        outcome = _join(script, verb)
    except Over:
        if verb.get("action"):
            script.tell(script.follow(verb.get("action"), verb.get("method", "POST"), {"DialCallStatus": "completed"}))
        raise
    if verb.get("action"):
        return script.follow(verb.get("action"), verb.get("method", "POST"), outcome.params())
    return None


def _join(script: Script, verb: Verb) -> Outcome:
    rooms = [noun for noun in verb.children if noun.name == "Conference"]
    if rooms:
        began = script.exchange.clock.passed()
        status = conference(script, verb, rooms[0])
        return Outcome(status, seconds=round(script.exchange.clock.passed() - began))
    nouns = [noun for noun in verb.children if noun.name == "Number"]
    if verb.text:
        nouns.insert(0, Verb("Number", {}, verb.text, verb.text, ()))
    return _numbers(script, verb, nouns)


def _numbers(script: Script, verb: Verb, nouns: list[Verb]) -> Outcome:
    call, exchange = script.call, script.exchange
    caller_id = verb.get("callerId") or call.from_
    if not (caller_id in exchange.numbers or caller_id in (call.from_, call.to)):
        exchange.refusals.add(13214, f"callerId {caller_id} is neither yours nor of this call", call.sid, "<Dial>")
        return Outcome("failed")
    if len(nouns) > MOST_NUMBERS:
        exchange.refusals.add(13227, f"<Dial> names {len(nouns)} numbers; at most {MOST_NUMBERS}", call.sid, "<Dial>")
        nouns = nouns[:MOST_NUMBERS]
    wrong = [noun.text for noun in nouns if not E164.fullmatch(noun.text)]
    if wrong or not nouns:
        exchange.refusals.add(13223, f"<Dial> names no valid number: {wrong}", call.sid, "<Dial>")
        return Outcome("failed")
    hunt = Hunt(script, verb, caller_id)
    groups = [[noun] for noun in nouns] if verb.yes("sequential", False) else [nouns]
    status = "no-answer"
    for group in groups:
        status = hunt.run(group)
        if hunt.winner is not None:
            won = hunt.winner
            return Outcome(status, won.sid, won.seconds, hunt.bridged)
    return Outcome(status)


MUSIC_ROUND = 30.0


def conference(script: Script, dial: Verb, noun: Verb) -> str:
    """The DialCallStatus: answered, or failed where the room is full (assumed; the documentation does not say)."""
    call, exchange = script.call, script.exchange
    most = int(noun.number("maxParticipants", 250))
    room = rooms.open_room(
        exchange, noun.text, "conference", script.callback(noun, "statusCallback", "start end"), most
    )
    if not rooms.enter(exchange, room, _member(script, noun)):
        exchange.refusals.add(16020, "the room is full", call.sid, "<Conference>")
        return "failed"
    asking = Listening("room", finish="*" if dial.yes("hangupOnStar", False) else "")
    call.ask(asking)
    why = "participant_updated_via_api"
    try:
        if not room.started:
            _wait_for_start(script, noun, room, asking)
        limit = None if call.patient else dial.number("timeLimit", 14_400)
        call.wait(limit, lambda: _done(script, room, asking))
        why = "moderator_ended_conference" if room.over else why
    except Over:
        why = "participant_hung_up"
        raise
    finally:
        call.ask(None)
        rooms.leave(exchange, room, call, why)
    return "answered"


def _member(script: Script, noun: Verb) -> RoomMember:
    return RoomMember(
        script.call,
        script.exchange.clock.now(),
        starts=noun.yes("startConferenceOnEnter", True),
        ends=noun.yes("endConferenceOnExit", False),
        muted=noun.yes("muted", False),
        label=noun.get("participantLabel"),
        beeps=noun.get("beep", "true"),
    )


def _done(script: Script, room: Room, asking: Listening) -> bool:
    member = room.members.get(script.call.sid)
    return room.over or asking.done or member is None or member.out


def _wait_for_start(script: Script, noun: Verb, room: Room, asking: Listening) -> None:
    """Twilio's music, silence, or what waitUrl answers, round and round until the room starts."""
    call = script.call

    def over() -> bool:
        return room.started or _done(script, room, asking)

    if "waitUrl" in noun.attributes and not noun.get("waitUrl"):
        call.wait(None, over)
        return
    verbs = _waiting_verbs(script, noun) if noun.get("waitUrl") else []
    if not verbs:
        script.hear("music", MUSIC_ROUND, text="")
        call.wait(None, over)
        return
    while not over():
        for verb in verbs:
            if verb.name in hearing.PROMPTS:
                hearing.PROMPTS[verb.name](script, verb, over)
        call.wait(1, over)


def _waiting_verbs(script: Script, noun: Verb) -> list[Verb]:
    """Raises Broken when waitUrl fails: then the room is not established, and the call ends with an apology."""
    url = urljoin(script.base, noun.get("waitUrl"))
    told = life.params(script.exchange, script.call)
    answer = script.exchange.webhooks.ask("wait", script.call.sid, url, told, noun.get("waitMethod", "POST"))
    play = answers.understand(script.exchange, answer, script.call.sid, VOICE, WAITING)
    if play.audio is not None:
        return [Verb("Play", {}, url, url, ())]
    return list(play.document.children) if play.document else []
