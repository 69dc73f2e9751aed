"""The `record` step: a voice after the tone, or texts until DONE."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flows.engine import effects
from flows.engine.asking import sms_wait
from flows.engine.inputs import Recorded
from flows.engine.run import Run
from flows.engine.variables import drop_recording, set_variable
from flows.steps import Record
from flows.words.folding import clean

LONGEST_VOICE = timedelta(minutes=3)
LONGEST_TEXT = 3000
SHORTEST = 2
"""Seconds, or letters: less is nothing."""


def record(run: Run, step: Record) -> str | None:
    """Ask for the message and begin to take it."""
    run.new_question()
    run.scratch["last_ask"] = run.speak(step.record)[:600]
    wait_for_recording(run, step)
    return None


def wait_for_recording(run: Run, step: Record) -> None:
    """Stop until it is there."""
    if run.channel == "voice":
        run.emit(effects.Record(run.language, step.max.voice or LONGEST_VOICE))
    run.await_("recording", sms_wait(run))


def recorded(run: Run, step: Record, what: Recorded) -> str | None:
    """A recording came in. Shorter than two seconds is none, and is destroyed."""
    if what.hung_up:
        run.muted = True
        run.scratch["hung_up"] = True
    if step.save:
        drop_recording(run, step.save)
    if what.seconds < SHORTEST:
        run.emit(effects.ForgetRecording(what.recording))
        return nothing(run, step)
    if step.save:
        set_variable(run, step.save, what.recording)
        run.recordings[step.save] = {"id": what.recording, "seconds": what.seconds}
    if step.inbox:
        _put_before_team(run, step, recording=what.recording, words=None)
        return None
    return run.outcome(step, *_outcomes(run))


def noted(run: Run, step: Record, recording: str, body: str) -> str | None:
    """A voice note came by text: it is the message, with the words that came before it and with it."""
    words = "\n".join([*(run.scratch.pop("texts", None) or []), *([clean(body)] if clean(body) else [])])
    if step.save:
        drop_recording(run, step.save)
        set_variable(run, step.save, recording)
        run.recordings[step.save] = {"id": recording, "seconds": 0, "words": words}
    if step.inbox:
        _put_before_team(run, step, recording=recording, words=words or None)
        return None
    return run.outcome(step, "recorded")


def collect(run: Run, step: Record, body: str) -> str | None:
    """One of several texts; DONE, or a full measure, ends them."""
    if run.library.ears.done(body):
        return texts_done(run, step)
    words = clean(body)
    texts: list[str] = run.scratch.setdefault("texts", [])
    most = step.max.sms or LONGEST_TEXT
    room = most - sum(map(len, texts))
    if words:
        texts.append(words[:room])
    if len(words) >= room:
        run.say("collected_all")
        return texts_done(run, step)
    run.say("collecting")
    wait_for_recording(run, step)
    return None


def texts_done(run: Run, step: Record, then: str | None = None) -> str | None:
    """All texts are in: what they lead to. `then`: where the contact asked to go instead (`person`, `menu`)."""
    words = "\n".join(run.scratch.pop("texts", None) or [])
    if len(words) < SHORTEST:
        return nothing(run, step)
    if step.save:
        set_variable(run, step.save, None)
        run.variables[step.save] = words
    if step.inbox:
        _put_before_team(run, step, recording=None, words=words, then=then)
        return None
    return run.outcome(step, "recorded")


def nothing(run: Run, step: Record) -> str | None:
    """Nothing was recorded."""
    return run.outcome(step, *(("hung_up", "empty") if run.muted else ("empty",)))


def case_opened(run: Run, step: Record) -> str | None:
    """The message is before the team: on in the flow."""
    return run.outcome(step, *_outcomes(run))


def _outcomes(run: Run) -> tuple[str, ...]:
    return ("hung_up", "recorded") if run.muted else ("recorded",)


def _put_before_team(run: Run, step: Record, then: str | None = None, **message: Any) -> None:
    run.scratch["case_then"] = then
    inbox = step.inbox or "coordinators"
    run.emit(effects.OpenCase("message", inbox, "normal", "a message was left", **message))
    run.await_("case")
