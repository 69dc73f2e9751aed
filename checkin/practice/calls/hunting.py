"""<Dial><Number>: ring one or several phones; the first to pick up is the one (twilio.com/docs/voice/twiml/number)."""

from __future__ import annotations

import threading
from urllib.parse import urljoin

from checkin.practice.calls import gather, hearing, life, ringing, rooms
from checkin.practice.calls.ringing import Outcome, ring
from checkin.practice.calls.script import Perform, Script, hangup, redirect
from checkin.practice.state import Call, Room, RoomMember, Target
from checkin.practice.twiml.document import Verb
from checkin.practice.twiml.grammar import WHISPER

WHISPERED: dict[str, Perform] = {
    **hearing.PROMPTS,
    "Gather": gather.gather,
    "Redirect": redirect,
    "Hangup": hangup,
}


class Hunt:
    """One <Dial>. winner: the leg that picked up; bridged: whether the two came to talk."""

    def __init__(self, parent: Script, dial: Verb, caller_id: str) -> None:
        self._parent = parent
        self._exchange = parent.exchange
        self._dial = dial
        self._caller_id = caller_id
        self._legs: list[Call] = []
        self._room: Room | None = None
        self.winner: Call | None = None
        self.bridged = False

    def run(self, nouns: list[Verb]) -> str:
        """Ring these at once until one has talked with the caller, or none can. The DialCallStatus. Raises Over."""
        caller = self._parent.call
        self._legs = [self._begin(noun) for noun in nouns]
        self._parent.hear("ringback", 0, text="")
        for leg, noun in zip(self._legs, nouns, strict=True):
            threading.Thread(target=self._live, args=(leg, noun), name=leg.sid, daemon=True).start()
        try:
            caller.wait(None, lambda: self._room is not None or all(leg.ended for leg in self._legs))
            if self._room is not None:
                self._talk(self._room)
        finally:
            for leg in self._legs:
                leg.end("canceled")
        return self._status()

    def _begin(self, noun: Verb) -> Call:
        caller = self._parent.call
        return life.begin(
            self._exchange,
            self._exchange.phone(noun.text),
            caller.line,
            "outbound-dial",
            from_=self._caller_id,
            to=noun.text,
            parent_sid=caller.sid,
            callback=self._parent.callback(noun, "statusCallback", "completed"),
        )

    def _live(self, leg: Call, noun: Verb) -> None:
        life.live(self._exchange, leg, lambda: self._ring(leg, noun), "the other side hung up")
        self._parent.call.wake()

    def _ring(self, leg: Call, noun: Verb) -> Outcome | str:
        life.progress(self._exchange, leg, "initiated")
        outcome = ring(self._exchange, leg, self._dial.number("timeout", 30))
        if outcome != "answered":
            return outcome
        with self._exchange.lock:
            if self.winner is not None:
                return "canceled"
            self.winner = leg
            for other in self._legs:
                if other is not leg:
                    other.end("canceled")
        life.answered(self._exchange, leg)
        if noun.get("machineDetection"):
            ringing.detect_machine(self._exchange, leg, noun.get("machineDetection"), None)
        if self._whisper(leg, noun):
            self._wait_in(leg)
        return "completed"

    def _whisper(self, leg: Call, noun: Verb) -> bool:
        """What only the called side hears first. False when it ends the call."""
        if not noun.get("url"):
            return True
        script = Script(self._exchange, leg, WHISPERED, only=WHISPER)
        url = urljoin(self._parent.base, noun.get("url"))
        return script.run(Target(url, noun.get("method", "POST")))

    def _wait_in(self, leg: Call) -> None:
        """Open the bridge, and stay until it is over."""
        room = rooms.open_room(self._exchange, "", "bridge")
        rooms.enter(self._exchange, room, RoomMember(leg, self._exchange.clock.now(), ends=True, beeps="false"))
        self._room = room
        self._parent.call.wake()
        try:
            leg.wait(None, lambda: room.over)
        finally:
            rooms.leave(self._exchange, room, leg, "participant_hung_up")

    def _talk(self, room: Room) -> None:
        caller = self._parent.call
        member = RoomMember(caller, self._exchange.clock.now(), ends=True, beeps="false")
        if not rooms.enter(self._exchange, room, member):
            return
        self.bridged = True
        limit = None if caller.patient else self._dial.number("timeLimit", 14_400)
        try:
            caller.wait(limit, lambda: room.over)
        finally:
            rooms.leave(self._exchange, room, caller, "participant_hung_up")

    def _status(self) -> str:
        if self.winner is not None:
            self._parent.call.wait(5, lambda: self.winner is not None and self.winner.ended)
            return "completed"
        outcomes = {leg.status for leg in self._legs}
        return next((status for status in ("no-answer", "busy", "failed") if status in outcomes), "no-answer")
