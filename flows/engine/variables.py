"""Puts values into variables, as their type wants them, and keeps those that outlive the conversation."""

from __future__ import annotations

from typing import Any

from flows.engine import effects
from flows.engine.run import Run, as_type
from flows.model.text import Value


def set_variable(run: Run, name: str, value: Any) -> None:
    """Set `name`; a recording that is overwritten or dropped is destroyed unless it was handed in."""
    shape = run.now_flow.vars.get(name)
    if shape is not None and shape.type == "recording":
        drop_recording(run, name)
    typed = as_type(value, shape.type if shape else "text")
    run.variables[name] = typed
    if shape is not None and shape.keep == "contact":
        run.emit(effects.SaveAnswer(name, typed, shape.history, shape.sensitive))


def keep(run: Run, name: str, value: Value, *, history: bool) -> None:
    """Keep a value of ours with the contact."""
    run.variables[name] = value
    run.emit(effects.SaveAnswer(name, value, history))


def drop_recording(run: Run, name: str) -> None:
    """Forget the recording in this variable, and have it destroyed unless it was handed in."""
    taken = run.recordings.pop(name, None)
    if taken and taken["id"] not in run.scratch.get("handed_in", []):
        run.emit(effects.ForgetRecording(taken["id"]))
