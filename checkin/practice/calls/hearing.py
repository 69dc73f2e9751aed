"""<Say>, <Play>, <Pause>: what the phone hears, until it ends or something cuts it short."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urljoin

from checkin.practice import sounds
from checkin.practice.calls.script import Script
from checkin.practice.twiml.document import Verb

Cut = Callable[[], bool]

ENDLESS = 1000  # how often loop="0" comes round


def never() -> bool:
    """Nothing cuts it short."""
    return False


def say(script: Script, verb: Verb, cut: Cut = never) -> None:
    """Words, in a voice."""
    seconds = sounds.speaking_time(verb.spoken)
    for _ in range(_rounds(verb)):
        script.hear("say", seconds, text=verb.spoken, language=verb.get("language"), voice=verb.get("voice"))
        if script.call.wait(seconds, cut):
            return


def play(script: Script, verb: Verb, cut: Cut = never) -> None:
    """A sound from the line's own storage: fetched each time, and measured. What is no audio is noted and skipped."""
    if verb.get("digits"):
        script.hear("tones", len(verb.get("digits")) * 0.5, text=verb.get("digits"))
        return
    where = urljoin(script.base, verb.text)
    seconds = _length(script, where)
    if seconds is None:
        return
    for _ in range(_rounds(verb)):
        script.hear("play", seconds, url=where)
        if script.call.wait(seconds, cut):
            return


def pause(script: Script, verb: Verb, cut: Cut = never) -> None:
    """Nothing, for a while."""
    script.waits()
    script.call.wait(verb.number("length", 1), cut)


PROMPTS = {"Say": say, "Play": play, "Pause": pause}


def _length(script: Script, where: str) -> float | None:
    answer = script.exchange.webhooks.ask("media", script.call.sid, where, {}, "GET")
    seconds = sounds.length(answer.body) if answer.ok else None
    if not answer.ok:
        script.exchange.refusals.add(answer.code, f"<Play> could not be fetched: {answer.why}", script.call.sid, where)
    elif seconds is None:
        what = f"<Play> is no audio: {answer.content_type or 'no Content-Type'}, {len(answer.body)} bytes"
        script.exchange.refusals.add(12300, what, script.call.sid, where)
    elif not answer.content_type.startswith("audio/"):
        what = f"<Play> comes as {answer.content_type or 'nothing'}, not as audio/..."
        script.exchange.refusals.add(12300, what, script.call.sid, where)
    return seconds


def _rounds(verb: Verb) -> int:
    return int(verb.number("loop", 1)) or ENDLESS
