"""The library: what can be heard, how it is heard, and how a story comes in or is taken back."""

from __future__ import annotations

from pathlib import PurePath

from flask import Response

from checkin.core import lines
from checkin.core.errors import UserError
from checkin.core.translatable import N_
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.gettext import _, raw
from checkin.stories import files
from checkin.stories import service as stories
from checkin.stories.models import Story
from checkin.stories.service import NewStory, Review
from checkin.telephony import audio
from checkin.web.console.stories import words as said_as
from checkin.web.console.stories.hear_views import may_hear
from checkin.web.console.stories.typed import menu_topics, topics
from checkin.web.console.stories.words import understood
from checkin.web.context import RequestContext
from checkin.web.reads import stories as read
from checkin.web.registry import Pages
from checkin.web.templates import chosen

pages = Pages("library", "/console/stories/library")

ORDERS = {"new": N_("newest"), "plays": N_("most played"), "thanks": N_("most thanked")}
MOST_BYTES = audio.LARGEST + 512 * 1024
"""The largest sound that is taken in, and a form with its words."""


@pages.page("/", right="stories.see")
def library(ctx: RequestContext) -> str:
    """What there is to hear, by topic, language and kind."""
    asked = ctx.request.args
    wanted = read.StoryFilter(
        topic=asked.get("topic", "")[: stories.LONGEST_TOPIC],
        language=asked.get("language", "")[:10],
        kind=chosen(asked.get("kind"), ("", *said_as.KINDS)),
        state=chosen(asked.get("state"), read.STATES),
        order=chosen(asked.get("order"), read.ORDERS),
    )
    page = ctx.number()
    found = ctx.look(lambda uow: read.library(uow, ctx.line, wanted, page))
    return ctx.page(
        "console/stories/library.html",
        found=found,
        wanted=wanted,
        number=page,
        size=read.PAGE,
        orders=ORDERS,
        as_said=said_as,
        topic_choices=[(topic, topic) for topic in found.topics],
        language_choices=_languages(ctx),
        state_choices=[(state, raw(said_as.STATES[state])) for state in read.STATES],
    )


@pages.page("/<story_id>", right="stories.see")
def story(ctx: RequestContext, story_id: str) -> str:
    """One of them: its words and sound as everybody gets them, and how they are heard."""
    found = ctx.look(lambda uow: read.on_review(uow, ctx.line, story_id))
    if found is None or found.story.state not in read.STATES:
        ctx.not_there()
    told = found.story
    open_to = told.state == "published" or ctx.may("stories.review")
    sound = ctx.signed(ctx.url("hearing.sound", story_id=story_id)) if may_hear(ctx, told) else None
    return ctx.page(
        "console/stories/story.html",
        found=found,
        heard=ctx.look(lambda uow: read.heard(uow.session, [story_id])).get(story_id, read.StoryHearings()),
        words=ctx.look(lambda uow: stories.read(uow, story_id)).words if open_to else "",
        sound=sound,
        menu=menu_topics(ctx.runtime.library),
        as_said=said_as,
    )


@pages.write("/<story_id>/change", right="stories.review", shows=story)
def change(ctx: RequestContext, story_id: str) -> Response:
    """Its title, topics and note, while it is heard."""
    title, note = " ".join(ctx.field("title").split()), " ".join(ctx.field("note").split())
    about = Review(title, topics(ctx), note, anyway=bool(ctx.field("anyway")))

    def act(uow: UnitOfWork) -> None:
        found = ctx.own(uow.session.get(Story, story_id))
        if found.state != "published":
            raise UserError(_("You can only change a published story here."))
        stories.publish(uow, story_id, who=ctx.who.by, review=about)

    if not title:
        raise UserError(_("It needs a title so you can find it in lists."))
    with understood():
        ctx.do(act)
    return ctx.to("library.story", _("Saved."), story_id=story_id)


@pages.write("/<story_id>/withdraw", right="stories.review", shows=story)
def withdraw(ctx: RequestContext, story_id: str) -> Response:
    """Take it back for good, with a reason."""
    ctx.own(ctx.look(lambda uow: uow.session.get(Story, story_id)))
    why = ctx.field("why")
    if why not in said_as.REASONS:
        raise UserError(_("Choose why it's being withdrawn."))
    with understood():
        files.take_back(ctx.runtime, story_id, who=ctx.who.by, why=why)
    return ctx.to("library.story", _("Withdrawn: nobody can hear it from now on."), story_id=story_id)


@pages.page("/add", right="stories.review")
def adding(ctx: RequestContext) -> str:
    """A form for a story or a tip that the team has."""
    return ctx.page(
        "console/stories/add.html",
        menu=menu_topics(ctx.runtime.library),
        language_choices=_languages(ctx),
        as_said=said_as,
        longest=files.LONGEST_TEXT,
        largest=audio.LARGEST // 1024**2,
        minutes=int(audio.LONGEST.total_seconds() // 60),
    )


@pages.write("/add", right="stories.review", shows=adding, most_bytes=MOST_BYTES)
def add(ctx: RequestContext) -> Response:
    """Take it in: it waits for review, as every other."""
    words, recorded = _handed_in(ctx)
    new = NewStory(
        title=" ".join(ctx.field("title").split()),
        topics=topics(ctx),
        language=ctx.field("language"),
        words=words,
        note=" ".join(ctx.field("note").split()),
        kind="tip" if ctx.field("kind") == "tip" else "story",
    )
    _check(ctx, new, recorded)
    with understood():
        story_id = files.take_in(ctx.runtime, ctx.line, new, recorded, who=ctx.who.by, publish=False)
    return ctx.to("reviewing.story", _("Story added. It's waiting for review."), story_id=story_id)


def _languages(ctx: RequestContext) -> list[tuple[str, str]]:
    return [(language, language) for language in ctx.look(lambda uow: lines.get(uow, ctx.line).languages)]


def _handed_in(ctx: RequestContext) -> tuple[str, bytes | None]:
    """The words and the sound, from fields and a file. A text file stands for its words."""
    words = ctx.field("words").replace("\r\n", "\n")
    file = ctx.request.files.get("file")
    content = file.read() if file is not None and file.filename else None
    if content is None or file is None:
        return words, None
    if PurePath(file.filename or "").suffix.lower() not in files.TEXT_FILES:
        return words, content
    if words:
        raise UserError(
            _("There are words in both the field and the file: use only one of them, and choose the file again.")
        )
    return files.words_in(content).replace("\r\n", "\n"), None


def _check(ctx: RequestContext, new: NewStory, recorded: bytes | None) -> None:
    """What is missing, in the words of the page."""
    if not ctx.field("agreed"):
        raise UserError(_("Check the box to say the storyteller has agreed. If there's a file, choose it again."))
    if not new.title:
        raise UserError(_("It needs a title so you can find it in lists."))
    if not new.topics:
        raise UserError(_("Add at least one topic so people can find it."))
    if new.kind == "tip" and (recorded is not None or not 0 < len(new.words) <= stories.LONGEST_TIP):
        raise UserError(_("A tip is a text of at most %(most)s characters, without audio.", most=stories.LONGEST_TIP))
    if not new.words and recorded is None:
        raise UserError(_("It needs words or audio: write it, or choose a file."))
    if len(new.words) > files.LONGEST_TEXT:
        raise UserError(_("The text is longer than %(most)s characters.", most=f"{files.LONGEST_TEXT:,}"))
