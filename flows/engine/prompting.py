"""Back to whatever was waited for, after something came between."""

from __future__ import annotations

from datetime import timedelta

from flows.engine import asking, languages, recording, stories
from flows.engine.run import Run
from flows.steps import Ask, Language, Record

CONFIRM = timedelta(hours=1)
"""How long the question after FORGET stays open."""


def prompt_again(run: Run, *, quietly: bool = False) -> None:
    """Wait on for the same. `quietly`: without saying it again, where the channel needs no words (texts)."""
    step = run.now_step if run.awaiting in ("answer", "recording") else None
    match run.awaiting:
        case "answer" if isinstance(step, Ask) and quietly:
            asking.wait_for_answer(run, step)
        case "answer" if isinstance(step, Ask):
            asking.again(run, step, why="same")
        case "answer" if isinstance(step, Language) and not quietly:
            languages.choose(run, step)
        case "answer":
            run.await_("answer", asking.sms_wait(run))
        case "recording" if isinstance(step, Record):
            recording.wait_for_recording(run, step)
        case "story_keys":
            stories.listen(run, keys=not quietly)
        case "confirm_forget":
            run.await_("confirm_forget", CONFIRM)
        case _:
            pass
