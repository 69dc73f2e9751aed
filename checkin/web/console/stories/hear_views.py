"""Hearing a story: its sound has an address that works for minutes, and in this browser alone."""

from __future__ import annotations

from flask import Response

from checkin.stories.models import Story
from checkin.web import audio_response
from checkin.web.context import RequestContext
from checkin.web.registry import Pages

pages = Pages("hearing", "/console/stories/hear")


def may_hear(ctx: RequestContext, story: Story) -> bool:
    """Whether it has sound that they may hear: before it is published, reviewers alone."""
    return story.media_key is not None and (story.state == "published" or ctx.may("stories.review"))


@pages.page("/<story_id>/sound", right="stories.see", signed=True)
def sound(ctx: RequestContext, story_id: str) -> Response:
    """The sound, whole or the part that a player asks for."""
    return audio_response.answer(ctx, _key(ctx, story_id))


@pages.page("/<story_id>/address", right="stories.see")
def address(ctx: RequestContext, story_id: str) -> Response:
    """Another address of the sound, for a player whose own has become too old."""
    _key(ctx, story_id)
    return Response(ctx.signed(ctx.url("hearing.sound", story_id=story_id)), mimetype="text/plain")


def _key(ctx: RequestContext, story_id: str) -> str:
    story = ctx.own(ctx.look(lambda uow: uow.session.get(Story, story_id)))
    if story.media_key is None or not may_hear(ctx, story):
        ctx.not_there()
    return story.media_key
