"""A story counts as heard once it has begun, not while its content note is read."""

from __future__ import annotations

from datetime import timedelta

from tests.core.talk import story
from tests.core.test_stories import ana, ben, notes


def test_of_whom_the_note_was_enough_nothing_was_heard() -> None:
    noted = story(note="This story mentions loss.")
    assert notes(ben(noted, story(2)).presses("1")) == ["story1 skipped", "story2 started"]
    assert notes(ben(noted).hangs_up()) == ["story1 stopped"]
    assert notes(ana(noted, story(2)).texts("ANOTHER")) == ["story1 skipped", "story2 started"]
    assert notes(ana(noted).texts("enough")) == ["story1 stopped"]


def test_after_its_note_a_story_begins_when_it_is_told_or_read() -> None:
    noted = story(note="This story mentions loss.")
    assert notes(ana(noted)) == []
    assert notes(ana(noted).texts("NEXT")) == ["story1 started"]
    talk = ben(noted)
    talk.now += timedelta(seconds=20)
    assert notes(talk.presses("3")) == ["story1 started", "story1 thanked"]


def test_without_a_note_it_has_begun_at_once() -> None:
    assert notes(ben(story())) == ["story1 started"]
    assert notes(ana(story())) == ["story1 started"]
