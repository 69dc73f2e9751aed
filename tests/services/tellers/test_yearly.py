"""A year later Ana is asked whether her story may stay."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from checkin.core.audit_models import Audit
from checkin.stories.models import StoryInReview
from tests.cast import ANA, BEN, MONDAY_NOON
from tests.services.tellers.ana import AnaTells, ana_tells
from tests.services.tellers.test_taking_back import gone
from tests.the_line import TheLine

__all__ = ["ana_tells"]

YEAR = timedelta(days=365)


def later(line: TheLine, **length: float) -> None:
    """So much later, at noon, with everything carried out that came due, and what that made due."""
    line.clock.forward(**length)
    line.carries_out()


def asked(line: TheLine) -> list[str]:
    return [body for body in line.sent_to(ANA) if "May we keep it?" in body]


@pytest.fixture
def story(line: TheLine, ana_tells: AnaTells) -> str:
    """Ana's story, published, a year ago all but a day."""
    told = ana_tells.published()
    later(line, days=364)
    assert asked(line) == []
    later(line, days=1)
    assert len(asked(line)) == 1
    return told


def test_her_yes_keeps_it_for_another_year(line: TheLine, ana_tells: AnaTells, story: str) -> None:
    assert "We'll keep it" in line.answers(ANA, "yes")
    assert ana_tells.story(story).state == "published"
    for _ in range(6):
        later(line, days=60)
    assert len(asked(line)) == 1
    assert ana_tells.story(story).state == "published"
    later(line, days=6)
    assert len(asked(line)) == 2


def test_her_no_takes_it_back(line: TheLine, ana_tells: AnaTells, story: str) -> None:
    assert "taken back and erased" in line.answers(ANA, "no")
    gone(line, ana_tells, story)


def test_silence_lets_it_rest_and_a_late_yes_brings_it_back(line: TheLine, ana_tells: AnaTells, story: str) -> None:
    later(line, days=14)
    assert len(asked(line)) == 2, "reminded once"
    assert ana_tells.story(story).state == "published"
    later(line, days=16)
    assert ana_tells.story(story).state == "resting"
    assert "We don't have a story" not in line.answers(BEN, "story")
    with line.runtime.readers() as session:
        assert "put a story on hold" in session.scalars(select(Audit.what).where(Audit.about == story)).all()
    line.answers(ANA, "keep")
    assert "We'll keep it" in line.answers(ANA, "yes")
    assert ana_tells.story(story).state == "published"
    with line.runtime.readers() as session:
        assert session.get_one(StoryInReview, story).asked_at is None


def test_after_three_more_months_without_a_word_it_is_erased(line: TheLine, ana_tells: AnaTells, story: str) -> None:
    later(line, days=14)
    later(line, days=16)
    later(line, days=80)
    assert ana_tells.story(story).state == "resting"
    later(line, days=11)
    gone(line, ana_tells, story)
    assert len(asked(line)) == 2, "asked and reminded, and then left in peace"
    assert line.clock.now > MONDAY_NOON + YEAR


def test_whoever_stopped_texts_is_not_asked_and_their_story_rests(line: TheLine, ana_tells: AnaTells) -> None:
    story = ana_tells.published()
    line.answers(ANA, "stop")
    later(line, days=365)
    assert asked(line) == []
    later(line, days=14)
    later(line, days=17)
    assert ana_tells.story(story).state == "resting"
