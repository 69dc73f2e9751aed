"""Which steps there are. A new one is a module beside this one and a line in `SHAPES`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Union

from pydantic import Discriminator, Field, Tag, create_model

from flows.engine.step import Step
from flows.model.flow import MOST_STEPS, FlowFile
from flows.model.step import StepShape
from flows.steps.ask import AskStep
from flows.steps.branch import Branch
from flows.steps.end import EndStep
from flows.steps.follow_up import FollowUpStep
from flows.steps.goto import Goto
from flows.steps.handover import Handover
from flows.steps.hours import HoursStep
from flows.steps.language import Language
from flows.steps.peer import Peer
from flows.steps.record import RecordStep
from flows.steps.say import SayStep
from flows.steps.set import Set
from flows.steps.story import StoryStep
from flows.steps.sub_flow import SubFlow
from flows.steps.tag import TagStep

SHAPES: tuple[type[Step], ...] = (
    SayStep,
    AskStep,
    Branch,
    Set,
    StoryStep,
    Peer,
    RecordStep,
    FollowUpStep,
    TagStep,
    Goto,
    SubFlow,
    HoursStep,
    Language,
    Handover,
    EndStep,
)
VERBS: tuple[str, ...] = tuple(shape.verb for shape in SHAPES)
KEYS: Mapping[str, list[str]] = {
    shape.verb: sorted(field.alias or name for name, field in shape.model_fields.items()) for shape in SHAPES
}
"""What may stand in each step, for somebody who mistyped it."""


def flow_file(shapes: tuple[type[Step], ...] = SHAPES) -> type[FlowFile]:
    """What a flow of these steps looks like."""
    verbs = tuple(shape.verb for shape in shapes)

    def verb_of(value: Any) -> str | None:
        """The one verb of a step, written or already read; None if it has none or several."""
        if isinstance(value, StepShape):
            return value.verb
        found = [verb for verb in verbs if isinstance(value, Mapping) and verb in value]
        return found[0] if len(found) == 1 else None

    step: Any = Annotated[Union[tuple(Annotated[shape, Tag(shape.verb)] for shape in shapes)], Discriminator(verb_of)]  # noqa: UP007
    many: Any = tuple.__class_getitem__((step, ...))
    return create_model(
        "FlowOfSteps", __base__=FlowFile, steps=(Annotated[many, Field(min_length=1, max_length=MOST_STEPS)], ...)
    )


FLOW = flow_file()
FLOW.__qualname__ = "FLOW"  # it can be found again by whoever keeps a flow
