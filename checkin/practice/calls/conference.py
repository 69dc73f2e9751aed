"""<Dial><Conference>: into a room, and out of it again (twilio.com/docs/voice/twiml/conference)."""

from __future__ import annotations

from urllib.parse import urljoin

from checkin.practice import answers
from checkin.practice.callbacks import Callback
from checkin.practice.calls import hearing, life, rooms
from checkin.practice.calls.script import Script
from checkin.practice.state import Listening, Over, Room, RoomMember
from checkin.practice.twiml.document import Verb
from checkin.practice.twiml.grammar import VOICE, WAITING

MUSIC_ROUND = 30.0
WAITS = {"Say": hearing.say, "Play": hearing.play, "Pause": hearing.pause}


def conference(script: Script, dial: Verb, noun: Verb) -> str:
    """The DialCallStatus: answered, or failed where the room is full (assumed; the documentation does not say)."""
    call, exchange = script.call, script.exchange
    most = int(noun.number("maxParticipants", 250))
    room = rooms.open_room(exchange, noun.text, "conference", _callback(script, noun), most)
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


def _callback(script: Script, noun: Verb) -> Callback | None:
    receipts = noun.get("statusCallback")
    if not receipts:
        return None
    events = frozenset(noun.get("statusCallbackEvent", "start end").split())
    return Callback(urljoin(script.base, receipts), noun.get("statusCallbackMethod", "POST"), events)


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
            if verb.name in WAITS:
                WAITS[verb.name](script, verb, over)
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
