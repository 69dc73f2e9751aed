"""Goes from step to step until something must happen, or the conversation ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flows.engine import asking, languages, moving, people, recording, stories
from flows.engine.run import Run

Enter = Callable[[Run, Any], str | None]
"""Carries a step out; answers where it goes on, or None when it waits or has ended."""

ENTER: Mapping[str, Enter] = {
    "say": moving.say,
    "ask": asking.ask,
    "branch": moving.branch,
    "set": moving.assign,
    "story": stories.story,
    "peer": people.peer,
    "record": recording.record,
    "follow_up": people.follow_up,
    "tag": moving.tag,
    "goto": moving.goto,
    "flow": moving.sub_flow,
    "hours": moving.hours,
    "language": languages.language,
    "handover": people.handover,
    "end": moving.end,
}


def walk(run: Run, goes: str | None) -> None:
    """Carry out steps from `goes` on; None means that something is waited for already. Raises Fault, TemplateError."""
    if goes is None:
        return
    run.awaiting, run.wait, run.remind = None, None, None
    while goes is not None and run.ended is None:
        run.spend()
        run.step = goes
        step = run.now_step
        goes = ENTER[step.verb](run, step)
    if run.muted and run.awaiting not in (None, "case"):
        run.end("hung_up")
