"""Where 0 and PERSON lead, * and MENU, and WITHDRAW without a code: out of any flow, at any prompt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from flows.engine import effects
from flows.engine.run import Run


def to_person(run: Run) -> str | None:
    """To the line's way to a person, a peer step of this flow or of the line's own, else the team is told."""
    if run.line.person:
        return run.jump(run.line.person)
    for name in (run.flow.name if run.flow else "", *_flows_of_line(run)):
        flow = run.library.flows.get(name)
        step = next((step for step in flow.steps if step.person == "peer"), None) if flow else None
        if step is not None:
            return run.jump(f"{name}.{step.id}") if step.named else run.jump(name)
    run.say("with_a_person")
    run.emit(effects.OpenCase("handover", "coordinators", "soon", "asked for a person"))
    run.await_("case")
    run.scratch["case_then"] = "end"
    return None


def to_menu(run: Run) -> str | None:
    """To the line's menu, else to the flow that answers on this channel."""
    return run.jump(run.line.menu or (run.line.texts if run.channel == "sms" else run.line.calls))


def to_take_back(run: Run) -> str | None:
    """To where a teller takes their stories back without a code; to the menu where the line has no such place."""
    return run.jump(run.line.take_back) if run.line.take_back else to_menu(run)


Way = Literal["person", "menu", "take_back"]

WAYS: Mapping[Way, Callable[[Run], str | None]] = {
    "person": to_person,
    "menu": to_menu,
    "take_back": to_take_back,
}
"""Where a word leads that leaves what was being talked about."""


def is_person(run: Run, entry: str) -> bool:
    """Whether a keyword leads to a person: then it is obeyed wherever a person would be."""
    if run.line.person:
        return entry.partition(".")[0] == run.line.person.partition(".")[0]
    flow = run.library.flows.get(entry.partition(".")[0])
    return flow is not None and any(step.person == "peer" for step in flow.steps[:3])


def _flows_of_line(run: Run) -> list[str]:
    targets = [target for _, target in run.line.targets()]
    return [target.partition(".")[0] for target in targets]
