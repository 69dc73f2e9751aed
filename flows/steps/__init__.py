"""The fifteen steps of the flow language, as an author writes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Discriminator, Tag

from flows.model.step import StepShape
from flows.steps.moving import Branch, End, Goto, Hours, Language, Set, SubFlow, TagStep
from flows.steps.people import FollowUp, Handover, Peer, Record, Story
from flows.steps.talking import Ask, Say

SHAPES: tuple[type[StepShape], ...] = (
    Say, Ask, Branch, Set, Story, Peer, Record, FollowUp, TagStep, Goto, SubFlow, Hours, Language, Handover, End,
)  # fmt: skip
VERBS: tuple[str, ...] = tuple(shape.verb for shape in SHAPES)


def verb_of(value: Any) -> str | None:
    """The one verb of a step, written or already read; None if it has none or several."""
    if isinstance(value, StepShape):
        return value.verb
    found = [verb for verb in VERBS if isinstance(value, Mapping) and verb in value]
    return found[0] if len(found) == 1 else None


Step = Annotated[
    Annotated[Say, Tag("say")]
    | Annotated[Ask, Tag("ask")]
    | Annotated[Branch, Tag("branch")]
    | Annotated[Set, Tag("set")]
    | Annotated[Story, Tag("story")]
    | Annotated[Peer, Tag("peer")]
    | Annotated[Record, Tag("record")]
    | Annotated[FollowUp, Tag("follow_up")]
    | Annotated[TagStep, Tag("tag")]
    | Annotated[Goto, Tag("goto")]
    | Annotated[SubFlow, Tag("flow")]
    | Annotated[Hours, Tag("hours")]
    | Annotated[Language, Tag("language")]
    | Annotated[Handover, Tag("handover")]
    | Annotated[End, Tag("end")],
    Discriminator(verb_of),
]

__all__ = [
    "SHAPES", "VERBS", "Ask", "Branch", "End", "FollowUp", "Goto", "Handover", "Hours", "Language", "Peer", "Record",
    "Say", "Set", "Step", "StepShape", "Story", "SubFlow", "TagStep", "verb_of",
]  # fmt: skip
