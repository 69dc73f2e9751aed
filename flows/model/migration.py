"""Whether somebody who waits at a step of one version of a flow can go on in another version of it."""

from __future__ import annotations

from flows.model.flow import Flow


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
    return before.asks_otherwise(after)
