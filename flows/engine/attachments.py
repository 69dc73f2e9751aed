"""What comes with a text beside its words: a voice note where a message is taken, or something that we cannot read."""

from __future__ import annotations

from flows.engine import effects, recording
from flows.engine.inputs import Texted
from flows.engine.prompting import prompt_again
from flows.engine.run import Run
from flows.engine.walking import walk
from flows.steps import Record


def heard(run: Run, what: Texted) -> bool:
    """Take a voice note in where a message is asked for; anything else is not read, and they are told so.

    True: that was all there was to the text. False: its words are still to be heard.
    """
    step = run.now_step if run.awaiting == "recording" else None
    if what.voice_note is not None and isinstance(step, Record) and run.channel == "sms":
        if (goes := recording.noted(run, step, what.voice_note, what.body)) is not None:
            walk(run, goes)
        return True
    if what.voice_note is not None:
        run.emit(effects.ForgetRecording(what.voice_note))
    if run.awaiting == "peer":
        return False
    run.say("media_not_read")
    if what.body.strip() or run.ended is not None or run.fresh:
        return False
    prompt_again(run)
    return True
