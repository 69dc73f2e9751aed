"""<Dial>: into a room, or to other phones (twilio.com/docs/voice/twiml/dial)."""

from __future__ import annotations

from dataclasses import dataclass

from checkin.practice.calls.conference import conference
from checkin.practice.calls.hunting import Hunt
from checkin.practice.calls.script import Script
from checkin.practice.state import Over, Target
from checkin.practice.texts.sending import E164
from checkin.practice.twiml.document import Verb

MOST_NUMBERS = 10


@dataclass(frozen=True)
class Outcome:
    """What the action is told. sid and seconds are of the leg that was dialed."""

    status: str
    sid: str = ""
    seconds: int | None = None
    bridged: bool | None = None

    def params(self) -> dict[str, str]:
        """As Twilio names them."""
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
    if not (exchange.owns(caller_id) or caller_id in (call.from_, call.to)):
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
