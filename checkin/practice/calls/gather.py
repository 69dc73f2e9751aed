"""<Gather>: keys and words (twilio.com/docs/voice/twiml/gather)."""

from __future__ import annotations

from checkin.practice.calls import hearing
from checkin.practice.calls.script import Script
from checkin.practice.state import Listening, Target
from checkin.practice.twiml.document import Verb


def gather(script: Script, verb: Verb) -> Target | None:
    """Ask, wait, and go to the action; on silence the document goes on, unless actionOnEmptyResult."""
    taken = verb.get("input", "dtmf").split()
    asking = Listening(
        "gather",
        keys="dtmf" in taken,
        words="speech" in taken,
        wanted=int(verb.number("numDigits", 0)) or None,
        finish=verb.get("finishOnKey", "#"),
    )
    script.waits()
    script.call.ask(asking)
    try:
        for prompt in verb.children:
            if asking.touches:
                break
            if prompt.name in hearing.PROMPTS:
                hearing.PROMPTS[prompt.name](script, prompt, lambda: asking.touches > 0)
        if not asking.touches:
            script.exchange.log.add(
                "asked",
                script.call.phone.id,
                script.call.sid,
                keys=asking.keys,
                words=asking.words,
                digits=asking.wanted,
                finish=asking.finish,
            )
        listen(script, asking, verb.number("timeout", 5))
    finally:
        script.call.ask(None)
    return _result(script, verb, asking)


def listen(script: Script, asking: Listening, timeout: float) -> None:
    """Until the asking is done, or nothing has come for `timeout` simulated seconds. The patient are not timed."""
    call = script.call
    while not asking.done:
        patient, touches = call.patient, asking.touches
        came = call.wait(
            None if patient else timeout,
            lambda seen=touches, was=patient: asking.touches != seen or call.patient != was,  # type: ignore[misc]
        )
        if not came:
            return


def _result(script: Script, verb: Verb, asking: Listening) -> Target | None:
    """A lone finishing key is taken as silence; the documentation does not say (assumed)."""
    params = {"msg": "Gather End"}
    if asking.said:
        params |= {"SpeechResult": asking.said, "Confidence": "0.9"}
    elif asking.digits:
        params |= {"Digits": asking.digits, "FinishedOnKey": asking.ended_by}
    elif verb.yes("actionOnEmptyResult", False):
        params |= {"Digits": ""}
    else:
        return None
    return script.follow(verb.get("action") or script.base, verb.get("method", "POST"), params)
