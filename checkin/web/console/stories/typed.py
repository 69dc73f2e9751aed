"""What a reviewer typed and chose, as the services want it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from checkin.core.errors import UserError
from checkin.i18n.gettext import _
from checkin.web.context import RequestContext
from flows.library import Library
from flows.steps.ask import AskStep
from flows.steps.story import StoryStep

ANSWER = "answer."
"""What the fields of the checklist begin with; the name of the question follows."""


@dataclass(frozen=True)
class TypedStory:
    """The form of a story in review. text: to its teller, or the name of a ready one."""

    title: str
    topics: tuple[str, ...]
    note: str
    language: str
    words: str = field(repr=False)
    text: str = field(repr=False)
    answers: Mapping[str, str]


def typed(ctx: RequestContext) -> TypedStory:
    """What was sent. Line ends are those that were there before a browser made them its own."""
    form = ctx.request.form
    answers = {name.removeprefix(ANSWER): value for name, value in form.items() if name.startswith(ANSWER)}
    return TypedStory(
        title=" ".join(ctx.field("title").split()),
        topics=topics(ctx),
        note=" ".join(ctx.field("note").split()),
        language=ctx.field("language"),
        words=ctx.field("words").replace("\r\n", "\n"),
        text=ctx.field("text").replace("\r\n", "\n") or ctx.field("ready"),
        answers=answers,
    )


def topics(ctx: RequestContext) -> tuple[str, ...]:
    """Those that were typed, with commas between."""
    return tuple(part.strip() for part in ctx.field("topics").split(",") if part.strip())


def seconds(ctx: RequestContext, name: str) -> float:
    """A length in seconds, with a point or a comma; empty is none. Raises UserError."""
    written = ctx.field(name).replace(",", ".") or "0"
    try:
        found = float(written)
    except ValueError:
        found = -1.0
    if not 0 <= found <= 3600:
        raise UserError(_("Enter the seconds to cut, such as 1.5; or 0."))
    return found


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
