"""Steps that say, decide and remember: say, branch, set, tag, goto, flow, hours, end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from flows.engine import effects
from flows.engine.faults import Fault
from flows.engine.position import ONWARD, Frame
from flows.engine.run import DEEPEST, Run
from flows.engine.variables import keep, set_variable
from flows.steps import Branch, End, Goto, Hours, Say, Set, SubFlow, TagStep

STOPPED = frozenset({"stopped", "error", "hung_up", "opted_out"})
"""Ends of a sub-flow that are its `stopped`; every other one is its `finished`."""


TOLD: Mapping[str, Literal["name", "time_zone", "hours"]] = {"name": "name", "time_zone": "time_zone", "hours": "hours"}
"""What a flow may set of the contact."""


def say(run: Run, step: Say) -> str | None:
    """Say it, unless it was said before and is said but once."""
    name = f"{run.now_flow.name}.{step.id}"
    if step.once == "session":
        said: list[str] = run.scratch.setdefault("said", [])
        if name in said:
            return run.after(step)
        said.append(name)
    if step.once == "contact":
        if run.variables.get(f"said.{name}", run.facts.kept.get(f"said.{name}")):
            return run.after(step)
        keep(run, f"said.{name}", True, history=False)
    if step.via == "sms" and run.channel == "voice":
        text_instead(run, step)
    else:
        run.speak(step.say)
    return run.after(step)


def text_instead(run: Run, step: Say) -> None:
    """Send the words as a text during a call, to a number that takes texts."""
    picked = step.say.pick("sms", run.chain())
    if picked and run.facts.can_text and (words := run.fill(picked.text).strip()):
        run.emit(effects.SendText(words, picked.language))


def branch(run: Run, step: Branch) -> str | None:
    """To the first arm that holds."""
    for arm in step.branch:
        if arm.condition is None or run.holds(arm.condition):
            run.went(step.id, arm.to)
            return arm.to
    return run.after(step)


def assign(run: Run, step: Set) -> str | None:
    """Set variables, consents and what we know about the contact."""
    for name, value in step.set.items():
        filled = run.fill(value) if isinstance(value, str) else value
        kind, _, field = name.partition(".")
        if kind == "consent" and field:
            run.consents[field] = bool(filled)
            run.emit(effects.SaveConsent(field, bool(filled), str(run.scratch.get("last_ask", ""))))
        elif kind == "contact" and field in TOLD:
            run.told[field] = str(filled or "")[:60]
            run.emit(effects.SaveContact(TOLD[field], run.told[field]))
        else:
            set_variable(run, name, filled)
    return run.after(step)


def tag(run: Run, step: TagStep) -> str | None:
    """Tag the contact."""
    run.emit(effects.Tag(step.tag.add, step.tag.remove))
    return run.after(step)


def goto(run: Run, step: Goto) -> str | None:
    """Go on elsewhere."""
    run.went(step.id, ONWARD)
    return step.goto


def sub_flow(run: Run, step: SubFlow) -> str | None:
    """Into another flow; with `back` its end comes back here. Raises Fault when too deep or going round."""
    flow = run.library.flows.get(step.flow) or run.library.resting.get(step.flow)
    if flow is None or run.channel not in flow.channels:
        raise Fault("no_flow", "the sub-flow is not there, or not for this channel")
    run.went(step.id, ONWARD)
    for name, value in step.give.items():
        run.variables[name] = run.fill(value) if isinstance(value, str) else value
    if step.back:
        here = run.now_flow
        if len(run.stack) >= DEEPEST or flow.name in {here.name, *(frame.flow for frame in run.stack)}:
            raise Fault("depth", "sub-flows go too deep, or round")
        run.stack.append(Frame(here.name, here.hash, step.id))
    run.flow = flow
    return flow.steps[0].id


def hours(run: Run, step: Hours) -> str | None:
    """Open or closed now. Raises Fault for a schedule that is not there."""
    schedule = run.library.schedules.get(step.hours)
    if schedule is None:
        raise Fault("no_schedule", "the schedule is not there")
    return run.outcome(step, "open" if schedule.is_open(run.facts.now, run.line.time_zone) else "closed")


def end(run: Run, step: End) -> str | None:
    """The end of the conversation, or of a sub-flow, which goes on where it was called."""
    run.went(step.id, ONWARD)
    if step.opt_out:
        said = [part.text for part in run.effects if isinstance(part, effects.Say)]
        run.emit(effects.OptOut(" ".join(said)))
    if not run.stack or step.opt_out:
        run.end(step.end)
        return None
    frame = run.stack.pop()
    run.flow = run.library.version(frame.flow_hash, frame.flow)
    run.step = frame.step
    return run.outcome(run.now_step, "stopped" if step.end in STOPPED else "finished")
