"""One story before its reviewers: hear it, read it, correct and trim it, answer the checklist, decide."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Response

from checkin.core import audit, lines
from checkin.core.audit import AuditAction
from checkin.core.errors import UserError
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.gettext import _, raw
from checkin.stories import files, jobs
from checkin.stories import service as stories
from checkin.stories.files import LONGEST_TEXT
from checkin.stories.models import Story
from checkin.stories.review import reviewing
from checkin.stories.review.reviewing import reviewer
from checkin.stories.service import Review
from checkin.telephony import waveform
from checkin.web.console.stories import words as said_as
from checkin.web.console.stories.hear_views import may_hear
from checkin.web.console.stories.typed import TypedStory, menu_topics, seconds, typed
from checkin.web.console.stories.words import understood
from checkin.web.context import RequestContext
from checkin.web.reads import stories as read
from checkin.web.registry import Pages, Said
from flows.model.review import Question, told

Answer = TypeVar("Answer")

pages = Pages("reviewing", "/console/stories/review")

MOST_BYTES = 480_000
"""A form with twenty thousand letters of any alphabet."""


@pages.page("/<story_id>", right="stories.review")
def story(ctx: RequestContext, story_id: str) -> Said:
    """The story on its desk. That its words were read is written down."""
    found = ctx.look(lambda uow: read.on_review(uow, ctx.line, story_id))
    if found is None or found.story.state == "private":
        ctx.not_there()
    if found.story.state != "waiting_review":
        said = _("It's no longer waiting for review: %(state)s.", state=raw(said_as.STATES[found.story.state]))
        if found.story.state in read.STATES:
            return ctx.to("library.story", said, story_id=story_id)
        return ctx.to("stories.queue", said)
    if ctx.request.method == "GET":
        ctx.do(lambda uow: audit.write(uow, ctx.who.by, AuditAction.READ_STORY_BEFORE_REVIEW, story_id))

    def reading(uow: UnitOfWork) -> dict[str, object]:
        me, ready = reviewer(uow, found.story, ctx.who), reviewing.ready_texts(uow, ctx.line, found.story.language)
        return {
            "opened": stories.read(uow, story_id),
            "questions": reviewing.checklist(uow).questions,
            "ready": ready,
            "ready_choices": [(name, raw(said_as.TEXTS.get(name, name))) for name in ready],
            "mine": any(me.said(yes) for yes in found.yes),
            "language_choices": [(language, language) for language in lines.get(uow, ctx.line).languages],
            "wanted": lines.get(uow, ctx.line).stories.reviewers,
        }

    heard = ctx.signed(ctx.url("hearing.sound", story_id=story_id)) if may_hear(ctx, found.story) else None
    return ctx.page(
        "console/stories/review.html",
        found=found,
        sound=heard,
        seen=reviewing.as_it_is(found.desk) if found.desk else "",
        menu=menu_topics(ctx.runtime.library),
        told=lambda words: told(words, [ctx.language, "en"]),
        as_said=said_as,
        longest=LONGEST_TEXT,
        noisy=waveform.NOISY,
        **ctx.look(reading),
    )


@pages.write("/<story_id>/keep", right="stories.review", shows=story, most_bytes=MOST_BYTES)
def keep(ctx: RequestContext, story_id: str) -> Said:
    """Keep the words and what is known about it; the rest of what was typed stays on the page."""
    _act(ctx, story_id, typed(ctx), lambda uow: None)
    return _again(ctx, story_id, _("Saved. Not published yet."))


@pages.write("/<story_id>/trim", right="stories.review", shows=story, most_bytes=MOST_BYTES)
def trim(ctx: RequestContext, story_id: str) -> Said:
    """Cut off its head and tail; the rest of what was typed stays on the page."""
    head, tail = seconds(ctx, "head"), seconds(ctx, "tail")

    def see(uow: UnitOfWork) -> None:
        ctx.own(uow.session.get(Story, story_id))
        reviewing.still_as_read(uow, story_id, ctx.field("seen"))

    runtime = ctx.runtime
    with understood():
        ctx.do(see)
        left = files.trim(runtime, story_id, head, tail, ctx.who.by)
        jobs.draw(runtime, story_id)
    return _again(ctx, story_id, _("Trimmed: %(length)s left. Listen to it again.", length=_length(left)))


@pages.write("/<story_id>/publish", right="stories.review", shows=story, most_bytes=MOST_BYTES)
def publish(ctx: RequestContext, story_id: str) -> Response:
    """Their yes, with every question answered."""
    form = typed(ctx)
    questions = ctx.look(reviewing.checklist).questions
    if missing := [question for name, question in questions.items() if name not in form.answers]:
        first = told(missing[0].ask, [ctx.language, "en"])
        raise UserError(_("Every question on the checklist needs an answer. Still missing: %(which)s", which=first))
    if not form.title:
        raise UserError(_("It needs a title so you can find it in lists."))
    about = Review(form.title, form.topics, form.note, anyway=bool(ctx.field("anyway")))
    verdict = _act(ctx, story_id, form, lambda uow: reviewing.say_yes(uow, story_id, ctx.who, form.answers, about))
    if verdict.outcome == "held":
        raise UserError(_held(ctx, [questions[name] for name in verdict.held_by]))
    if verdict.outcome == "one_more":
        return ctx.to("stories.queue", _("Approved. Someone else has to review it, too."))
    return ctx.to("library.story", _("Published."), story_id=story_id)


@pages.write("/<story_id>/return", right="stories.review", shows=story, most_bytes=MOST_BYTES)
def give_back(ctx: RequestContext, story_id: str) -> Response:
    """Back to its teller, with a kind text."""
    form = typed(ctx)
    if not form.text:
        raise UserError(_("A story is returned with a kind text: choose a ready-made one, or write your own."))
    _act(ctx, story_id, form, lambda uow: reviewing.give_back(uow, story_id, ctx.who, form.text, form.answers))
    return ctx.to("stories.queue", _("Returned. You can reopen it for 30 days."))


@pages.write("/<story_id>/decline", right="stories.review", shows=story, most_bytes=MOST_BYTES)
def decline(ctx: RequestContext, story_id: str) -> Response:
    """It is not shared."""
    form = typed(ctx)
    _act(ctx, story_id, form, lambda uow: reviewing.decline(uow, story_id, ctx.who, form.text, form.answers))
    return ctx.to("stories.queue", _("Declined. It'll be deleted in 30 days."))


@pages.write("/<story_id>/again", right="stories.review")
def again(ctx: RequestContext, story_id: str) -> Response:
    """Take up one that was returned or declined."""

    def take_up(uow: UnitOfWork) -> None:
        ctx.own(uow.session.get(Story, story_id))
        reviewing.take_up_again(uow, story_id, ctx.who)

    ctx.do(take_up)
    return ctx.to("reviewing.story", _("It's waiting for review again."), story_id=story_id)


def _act(ctx: RequestContext, story_id: str, form: TypedStory, act: Callable[[UnitOfWork], Answer]) -> Answer:
    """Keep what was typed about the story, then do this to it: both, or neither."""

    def both(uow: UnitOfWork) -> Answer:
        found = ctx.own(uow.session.get(Story, story_id))
        reviewing.still_as_read(uow, story_id, ctx.field("seen"))
        about = Review(form.title, form.topics, form.note)
        there = stories.words_of(uow, found)
        words = there if form.words == there.replace("\r\n", "\n") else form.words
        reviewing.change(uow, story_id, ctx.who, words=words, language=form.language or None, about=about)
        return act(uow)

    with understood():
        return ctx.do(both)


def _again(ctx: RequestContext, story_id: str, said: str) -> Said:
    """The page once more, with everything still in its fields. Sending it twice changes nothing more."""
    ctx.said, ctx.typing = said, True
    return story(ctx, story_id)


def _held(ctx: RequestContext, questions: list[Question]) -> str:
    advice = " ".join(told(question.do, [ctx.language, "en"]) for question in questions)
    return _("Not published because of your answers, which are saved. %(advice)s", advice=advice)


def _length(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02}"
