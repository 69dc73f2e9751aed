"""Circles that Studio allows and no flow here may have: nobody is asked anything in them, or nothing leads out.

The way back is taken out, and the step that it began at is a stub: what should happen there is for a person to say.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from flows.importers.studio.draft import Step, StudioDraft

WAITS = ("ask", "record", "peer", "flow", "story")
BACK = "it led back to `%s`, round and round: where should it lead?"


def opened(draft: StudioDraft) -> None:
    """Lead out of every such circle among the steps of the flow."""
    steps = {step["id"]: step for step in draft.steps}
    place = {name: number for number, name in enumerate(steps)}
    hasty = [name for name, step in steps.items() if not any(verb in step for verb in WAITS)]
    for name in hasty:
        for target in dict.fromkeys(_targets(steps[name])):
            back = target in hasty and place[target] <= place[name]
            if back and name in _reached(steps, target, hasty):
                _lead_elsewhere(draft, steps[name], target)
    for name, step in steps.items():
        within = _reached(steps, name, steps)
        ways = [list(_targets(steps[item])) for item in within]
        if all(ways) and all(target in within for targets in ways for target in targets):
            _lead_elsewhere(draft, step, next(_targets(step)))


def _targets(step: Step) -> Iterator[str]:
    yield from (step[verb] for verb in ("to", "goto") if verb in step)
    yield from (target for arm in step.get("branch", ()) for target in (arm.get("to"), arm.get("else")) if target)
    yield from step.get("then", {}).values()


def _reached(steps: Mapping[str, Step], first: str, among: Collection[str]) -> set[str]:
    """Every step of these that can follow `first`, and itself."""
    ahead, found = [first], {first}
    while ahead:
        for target in _targets(steps[ahead.pop()]):
            if target in among and target not in found:
                found.add(target)
                ahead.append(target)
    return found


def _lead_elsewhere(draft: StudioDraft, step: Step, target: str) -> None:
    finish = draft.need("finish")
    for verb in ("to", "goto"):
        if step.get(verb) == target:
            step[verb] = finish
    for ways in (*step.get("branch", ()), step.get("then", {})):
        ways |= {way: finish for way in ways if way != "if" and ways[way] == target}
    draft.stub_again(step, BACK % target)
