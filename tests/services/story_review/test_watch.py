"""Stories that wait too long are told to the leads, in the daytime, until somebody has looked."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select

from checkin.stories import service as stories
from checkin.stories.review import reviewing
from checkin.stories.service import NewStory
from checkin.volunteers.models import Alert
from tests.cast import VAL, VEE
from tests.make import volunteer
from tests.services.story_rotation import reviewed
from tests.the_line import TheLine


@pytest.fixture
def vee(line: TheLine) -> str:
    """A lead, and a volunteer who is none."""
    line.runtime.do(lambda uow: volunteer(uow, VEE, "Vee", lead=True) and volunteer(uow, VAL, "Val"))
    return VEE


def waits(line: TheLine, title: str) -> str:
    new = NewStory(title, ["sober"], "en", "Words.")
    story = line.runtime.do(lambda uow: stories.add(uow, "default", new, who="Oda"))
    line.carries_out()
    return story


def later(line: TheLine, **length: float) -> list[str]:
    """So much later; what Vee was told by then."""
    line.clock.forward(**length)
    line.carries_out()
    return line.sent_to(VEE)


def alerts(line: TheLine) -> list[tuple[str, datetime | None]]:
    with line.runtime.readers() as session:
        return [(row.rule, row.closed_at) for row in session.scalars(select(Alert))]


def test_vee_hears_of_stories_that_wait_and_hears_of_them_again(line: TheLine, vee: str) -> None:
    first = waits(line, "one")
    assert later(line, days=2) == []
    second = waits(line, "two")
    assert later(line, days=1, minutes=1) == [
        "Harbor Line: one story waits for review, the longest for 3 days. See Stories in the console."
    ]
    assert [rule for rule, _ in alerts(line)] == ["1 wait, the longest 3 days"]
    assert later(line, days=3)[-1].startswith("Harbor Line: 2 stories wait for review, the longest for 6 days.")
    assert len(alerts(line)) == 1, "one alert, however often they are told"
    line.runtime.do(lambda uow: reviewed(uow, first))
    line.runtime.do(lambda uow: reviewing.decline(uow, second, "Oda"))
    assert len(later(line, days=3)) == 2
    ((_, closed),) = alerts(line)
    assert closed is not None
    assert line.sent_to(VAL) == []


def test_nobody_is_told_at_night(line: TheLine, vee: str) -> None:
    line.clock.forward(hours=12)
    waits(line, "one")
    assert later(line, days=3, minutes=1) == []
    assert len(later(line, hours=12)) == 1


def test_a_queue_that_is_seen_to_in_time_troubles_nobody(line: TheLine, vee: str) -> None:
    story = waits(line, "one")
    line.runtime.do(lambda uow: reviewed(uow, story))
    assert later(line, days=4) == []
    young = waits(line, "two")
    assert later(line, days=2) == []
    line.runtime.do(lambda uow: reviewed(uow, young))
    assert later(line, days=9) == []
    assert alerts(line) == []
