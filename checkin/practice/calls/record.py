"""<Record>: a tone, then whatever the phone gives (twilio.com/docs/voice/twiml/record)."""

from __future__ import annotations

from email.utils import format_datetime

from checkin.practice import sounds
from checkin.practice.callbacks import Callback
from checkin.practice.calls.gather import listen
from checkin.practice.calls.script import Script
from checkin.practice.ids import new_sid
from checkin.practice.state import Listening, Moved, Over, PracticeRecording, Target
from checkin.practice.twiml.document import Verb

READY_AFTER = 1.0  # simulated seconds until the receipt


def record(script: Script, verb: Verb) -> Target | None:
    """Record until a finishing key, silence, the longest time or a hang-up. Nothing recorded: the document goes on."""
    exchange, call = script.exchange, script.call
    longest = verb.number("maxLength", 3600)
    asking = Listening("record", words=True, finish=verb.get("finishOnKey", "1234567890*#"), longest=longest)
    script.waits()
    call.ask(asking)
    if verb.yes("playBeep", True):
        exchange.log.add("beep", call.phone.id, call.sid, why="record")
    exchange.log.add("recording", call.phone.id, call.sid, longest=longest, finish=asking.finish)
    try:
        listen(script, asking, verb.number("timeout", 5))
    except (Over, Moved) as interrupted:
        kept = _keep(script, verb, asking, longest)
        if kept is not None and isinstance(interrupted, Over):
            script.tell(_action(script, verb, kept, "hangup"))
        raise
    finally:
        call.ask(None)
    kept = _keep(script, verb, asking, longest)
    return None if kept is None else _action(script, verb, kept, asking.ended_by)


def _keep(script: Script, verb: Verb, asking: Listening, longest: float) -> PracticeRecording | None:
    exchange, call = script.exchange, script.call
    audio = sounds.joined(asking.sounds, longest)
    kept = PracticeRecording(new_sid("RE"), call.sid, audio, sounds.length(audio) or 0.0, exchange.clock.now())
    if not asking.sounds:
        kept.status = "absent"
    else:
        with exchange.lock:
            exchange.recordings[kept.sid] = kept
    callback = script.callback(verb, "recordingStatusCallback", "completed")
    if callback is not None:
        exchange.later.after(READY_AFTER, lambda: _receipt(script, kept, callback))
    return kept if asking.sounds else None


def _receipt(script: Script, kept: PracticeRecording, callback: Callback) -> None:
    params = {
        "AccountSid": script.exchange.settings.account,
        "CallSid": kept.call_sid,
        "RecordingSid": kept.sid,
        "RecordingUrl": url(script, kept),
        "RecordingStatus": kept.status,
        "RecordingChannels": "1",
        "RecordingDuration": str(round(kept.seconds)),
        "RecordingSource": "RecordVerb",
        "RecordingStartTime": format_datetime(kept.made_at),
        "ErrorCode": "0",
    }
    script.exchange.callbacks.send("recording", kept.sid, kept.status, callback, params)


def _action(script: Script, verb: Verb, kept: PracticeRecording, ended_by: str) -> Target:
    params = {
        "RecordingUrl": url(script, kept),
        "RecordingSid": kept.sid,
        "RecordingDuration": str(round(kept.seconds)),
    }
    if ended_by:
        params["Digits"] = ended_by
    return script.follow(verb.get("action") or script.base, verb.get("method", "POST"), params)


def url(script: Script, kept: PracticeRecording) -> str:
    """Where Twilio says that it is. A line that follows this address, and not its own, goes to the real Twilio."""
    return f"https://api.twilio.com/2010-04-01/Accounts/{script.exchange.settings.account}/Recordings/{kept.sid}"
