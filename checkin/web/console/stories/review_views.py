"""One story before its reviewers: hear it, read it, correct and trim it, answer the checklist, decide."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Response

from checkin.core import audit, lines
from checkin.core.audit import AuditAction
from checkin.core.errors import UserError
from checkin.core.unit_of_work import Work
from checkin.i18n.gettext import _, raw
from checkin.stories import jobs, trimming
from checkin.stories import service as stories
from checkin.stories.files import LONGEST_TEXT
from checkin.stories.models import Story
from checkin.stories.review import reviewing
from checkin.stories.review.reviewers import reviewer
from checkin.stories.service import Review
from checkin.stories.topics import menu_topics
from checkin.telephony import waveform
from checkin.web.console.stories import words as said_as
from checkin.web.console.stories.hear_views import may_hear
from checkin.web.console.stories.typed import Typed, seconds, typed
from checkin.web.console.stories.words import understood
from checkin.web.context import Here
from checkin.web.reads import stories as read
from checkin.web.registry import Pages, Said
from flows.model.review import Question, told

Answer = TypeVar("Answer")

pages = Pages("reviewing", "/console/stories/review")

MOST_BYTES = 480_000
"""A form with twenty thousand letters of any alphabet."""


@pages.page("/<story_id>", right="stories.review")
def story(here: Here, story_id: str) -> Said:
    """The story on its desk. That its words were read is written down."""
    found = here.look(lambda work: read.on_review(work, here.line, story_id))
    if found is None or found.story.state == "private":
        here.not_there()
    if found.story.state != "waiting_review":
        said = _("It does not wait for review any more: %(state)s.", state=raw(said_as.STATES[found.story.state]))
        if found.story.state in read.STATES:
            return here.to("library.story", said, story_id=story_id)
        return here.to("stories.queue", said)
    if here.request.method == "GET":
        here.do(lambda work: audit.write(work, here.who.by, AuditAction.READ_STORY_BEFORE_REVIEW, story_id))

    def reading(work: Work) -> dict[str, object]:
        me, ready = reviewer(work, found.story, here.who), reviewing.ready_texts(work, here.line, found.story.language)
        return {
            "opened": stories.read(work, story_id),
            "questions": reviewing.checklist(work).questions,
            "ready": ready,
            "ready_choices": [(name, raw(said_as.TEXTS.get(name, name))) for name in ready],
            "mine": any(me.said(one) for one in found.yes),
            "language_choices": [(one, one) for one in lines.get(work, here.line).languages],
            "wanted": lines.get(work, here.line).stories.reviewers,
        }

    heard = here.signed(here.url("hearing.sound", story_id=story_id)) if may_hear(here, found.story) else None
    return here.page(
        "console/stories/review.html",
        found=found,
        sound=heard,
        seen=reviewing.as_it_is(found.desk) if found.desk else "",
        menu=menu_topics(here.runtime.library),
        told=lambda words: told(words, [here.language, "en"]),
        as_said=said_as,
        longest=LONGEST_TEXT,
        noisy=waveform.NOISY,
        **here.look(reading),
    )


@pages.write("/<story_id>/keep", right="stories.review", shows=story, most_bytes=MOST_BYTES)
def keep(here: Here, story_id: str) -> Said:
    """Keep the words and what is known about it; the rest of what was typed stays on the page."""
    _act(here, story_id, typed(here), lambda work: None)
    return _again(here, story_id, _("Kept. Nobody hears it yet."))


@pages.write("/<story_id>/trim", right="stories.review", shows=story, most_bytes=MOST_BYTES)
def trim(here: Here, story_id: str) -> Said:
    """Cut off its head and tail; the rest of what was typed stays on the page."""
    head, tail = seconds(here, "head"), seconds(here, "tail")

    def see(work: Work) -> None:
        here.own(work.session.get(Story, story_id))
        reviewing.still_as_read(work, story_id, here.field("seen"))

    runtime = here.runtime
    with understood():
        here.do(see)
        left = trimming.trim(runtime, story_id, head, tail, here.who.by)
        jobs.draw(runtime, story_id)
    return _again(here, story_id, _("Trimmed: %(length)s are left. Listen to it again.", length=_length(left)))


@pages.write("/<story_id>/publish", right="stories.review", shows=story, most_bytes=MOST_BYTES)
def publish(here: Here, story_id: str) -> Response:
    """Their yes, with every question answered."""
    form = typed(here)
    questions = here.look(reviewing.checklist).questions
    if missing := [question for name, question in questions.items() if name not in form.answers]:
        first = told(missing[0].ask, [here.language, "en"])
        raise UserError(_("Every question of the checklist needs an answer. This one has none: %(which)s", which=first))
    if not form.title:
        raise UserError(_("It needs a title, by which it is found in lists."))
    about = Review(form.title, form.topics, form.note, anyway=bool(here.field("anyway")))
    verdict = _act(here, story_id, form, lambda work: reviewing.say_yes(work, story_id, here.who, form.answers, about))
    if verdict.outcome == "held":
        raise UserError(_held(here, [questions[name] for name in verdict.held_by]))
    if verdict.outcome == "one_more":
        return here.to("stories.queue", _("Your yes is kept. Another person is to review it, too."))
    return here.to("library.story", _("It can be heard now."), story_id=story_id)


@pages.write("/<story_id>/return", right="stories.review", shows=story, most_bytes=MOST_BYTES)
def give_back(here: Here, story_id: str) -> Response:
    """Back to its teller, with a kind text."""
    form = typed(here)
    if not form.text:
        raise UserError(_("A story goes back with a kind text: choose a ready one, or write your own."))
    _act(here, story_id, form, lambda work: reviewing.give_back(work, story_id, here.who, form.text, form.answers))
    return here.to("stories.queue", _("It went back. It can be taken up again for 30 days."))


@pages.write("/<story_id>/decline", right="stories.review", shows=story, most_bytes=MOST_BYTES)
def decline(here: Here, story_id: str) -> Response:
    """It is not shared."""
    form = typed(here)
    _act(here, story_id, form, lambda work: reviewing.decline(work, story_id, here.who, form.text, form.answers))
    return here.to("stories.queue", _("It is not shared, and is erased in 30 days."))


@pages.write("/<story_id>/again", right="stories.review")
def again(here: Here, story_id: str) -> Response:
    """Take up one that was returned or declined."""

    def take_up(work: Work) -> None:
        here.own(work.session.get(Story, story_id))
        reviewing.take_up_again(work, story_id, here.who)

    here.do(take_up)
    return here.to("reviewing.story", _("It waits for review again."), story_id=story_id)


def _act(here: Here, story_id: str, form: Typed, act: Callable[[Work], Answer]) -> Answer:
    """Keep what was typed about the story, then do this to it: both, or neither."""

    def both(work: Work) -> Answer:
        one = here.own(work.session.get(Story, story_id))
        reviewing.still_as_read(work, story_id, here.field("seen"))
        about = Review(form.title, form.topics, form.note)
        there = stories.words_of(work, one)
        words = there if form.words == there.replace("\r\n", "\n") else form.words
        reviewing.change(work, story_id, here.who, words=words, language=form.language or None, about=about)
        return act(work)

    with understood():
        return here.do(both)


def _again(here: Here, story_id: str, said: str) -> Said:
    """The page once more, with everything still in its fields. Sending it twice changes nothing more."""
    here.said, here.typing = said, True
    return story(here, story_id)


def _held(here: Here, questions: list[Question]) -> str:
    advice = " ".join(told(question.do, [here.language, "en"]) for question in questions)
    return _("Your answers hold it back; they are kept. %(advice)s", advice=advice)


def _length(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02}"
