"""Whether somebody who waits at a step of one version of a flow can go on in another version of it."""

from __future__ import annotations

from flows.model.flow import Flow
from flows.steps import Ask, Language, Record, StepShape


def why_not(old: Flow, new: Flow, step_id: str) -> str | None:
    """What keeps whoever waits at this step with the old version, in words; None if they can go on in the new one.

    They were told what they may answer: the kind of answer, the choices with their keys, and the range of a number must
    be the same.
    """
    if step_id not in old.places:
        return "the step where they wait is not known"
    before = old.step(step_id)
    if not before.named:
        return "the step has no id"
    if step_id not in new.places:
        return "the step is gone"
    after = new.step(step_id)
    if before.verb != after.verb:
        return f"the step was a `{before.verb}` and is a `{after.verb}`"
    if set(old.channels) - set(new.channels):
        return "the flow is for fewer channels"
    return _other_question(before, after)


def _other_question(before: StepShape, after: StepShape) -> str | None:
    match before, after:
        case Ask(), Ask():
            if before.kind != after.kind:
                return f"it asked for {before.kind} and asks for {after.kind}"
            if _choices(before) != _choices(after):
                return "its choices or their keys are others"
            if before.number != after.number:
                return "its range is another"
        case Language(), Language() if before.language.choose != after.language.choose:
            return "its languages are others"
        case Record(), Record() if (before.save, before.inbox is None) != (after.save, after.inbox is None):
            return "what is recorded goes elsewhere"
        case _:
            return None
    return None


def _choices(step: Ask) -> dict[str, tuple[str, tuple[str, ...]]]:
    return {name: (choice.key, choice.channels) for name, choice in (step.choices or {}).items()}
