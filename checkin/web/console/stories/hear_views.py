"""Hearing a story: its sound has an address that works for minutes, and in this browser alone."""

from __future__ import annotations

from flask import Response

from checkin.stories.models import Story
from checkin.web import audio_response
from checkin.web.context import Here
from checkin.web.registry import Pages

pages = Pages("hearing", "/console/stories/hear")


def may_hear(here: Here, story: Story) -> bool:
    """Whether it has sound that they may hear: before it is published, reviewers alone."""
    return story.media_key is not None and (story.state == "published" or here.may("stories.review"))


@pages.page("/<story_id>/sound", right="stories.see", signed=True)
def sound(here: Here, story_id: str) -> Response:
    """The sound, whole or the part that a player asks for."""
    return audio_response.answer(here, _key(here, story_id))


@pages.page("/<story_id>/address", right="stories.see")
def address(here: Here, story_id: str) -> Response:
    """Another address of the sound, for a player whose own has become too old."""
    _key(here, story_id)
    return Response(here.signed(here.url("hearing.sound", story_id=story_id)), mimetype="text/plain")


def _key(here: Here, story_id: str) -> str:
    story = here.own(here.look(lambda work: work.session.get(Story, story_id)))
    if story.media_key is None or not may_hear(here, story):
        here.not_there()
    return story.media_key
