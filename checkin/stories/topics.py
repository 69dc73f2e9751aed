"""The topics that the menus of this line offer."""

from __future__ import annotations

import re

from flows.library import Library
from flows.steps.ask import AskStep
from flows.steps.story import StoryStep as StoryStep


def menu_topics(library: Library) -> tuple[str, ...]:
    """The topics by which stories can be asked for: what the flows that tell them offer, without `any`."""
    found: dict[str, None] = {}
    for flow in library.flows.values():
        played = [
            step.story.topic or "" for step in flow.body.steps if isinstance(step, StoryStep) and not step.story.submit
        ]
        for step in flow.body.steps:
            if (
                isinstance(step, AskStep)
                and step.save
                and any(re.search(rf"\b{step.save}\b", topic) for topic in played)
            ):
                found |= dict.fromkeys(topic for topic in step.choices or () if topic != "any")
    return tuple(found)
