"""What a reviewer does in front of the pages of stories, and what is kept of it."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from checkin.accounts.rules import Role
from checkin.messages import service as messages
from checkin.messages.models import Message
from checkin.stories import service as stories
from checkin.stories.models import Story, StoryInReview
from checkin.stories.review import reviewing
from tests.console.browser import Browser, Shown
from tests.console.stories import PORCH
from tests.the_line import TheLine

Visits = Callable[[Role], Browser]
QUEUE = "/console/stories/"


def page(story: str, act: str = "") -> str:
    return f"/console/stories/review/{story}{act}"


def row(line: TheLine, story: str) -> Story:
    return line.runtime.read(lambda session: session.get_one(Story, story))


def desk(line: TheLine, story: str) -> StoryInReview:
    return line.runtime.read(lambda session: session.get_one(StoryInReview, story))


def words(line: TheLine, story: str) -> str:
    return line.runtime.do(lambda uow: stories.read(uow, story)).words


def form(line: TheLine, shown: Shown, **others: str) -> dict[str, str]:
    """What stands in the form, every question answered with no, but for these (with _ for the point in a name)."""
    questions = line.runtime.do(reviewing.checklist).questions
    typed = {f"answer.{name}": "no" for name in questions}
    typed |= {
        "seen": shown.form_field("seen"),
        "title": "The porch",
        "topics": "alone",
        "words": PORCH,
        "language": "en",
    }
    return typed | {name.replace("answer_", "answer."): value for name, value in others.items()}


def two_are_wanted(line: TheLine) -> None:
    library = line.runtime.library
    found = library.lines["default"]
    strict = found.model_copy(update={"stories": found.stories.model_copy(update={"reviewers": 2})})
    line.runtime.flows.library = library._but(lines={**library.lines, "default": strict})


def written(line: TheLine) -> list[str]:
    """Everything that was written to anybody, left already or not."""
    return line.runtime.look(
        lambda uow: [words for item in uow.session.scalars(select(Message)) if (words := messages.body_of(uow, item))]
    )
