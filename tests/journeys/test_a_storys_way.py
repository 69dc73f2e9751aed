"""A story's whole way through the real processes: told, reviewed, heard and thanked, taken back, and gone."""

from __future__ import annotations

import re
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from sqlalchemy import select

from checkin.stories.models import Story
from checkin.stories.review import reviewing
from checkin.stories.service import Review
from tests.journeys.house import House
from tests.phones import Phone

pytestmark = pytest.mark.processes

Take = Callable[..., Phone]
CHECKLIST = Path(__file__).parents[2] / "flows" / "definitions" / "review" / "checklist.yaml"
GRIEF = "3"
WAITING = select(Story.id).where(Story.state == "waiting_review", Story.media_key.is_not(None))


def asks_for_a_story_of_loss(phone: Phone) -> str:
    """A call as far as the first story; the address that is played."""
    phone.calls()
    phone.hears("Harbor Line")
    phone.presses("2")
    phone.hears("loss, press 3")
    phone.presses(GRIEF)
    return str(phone.hears_sound()["url"])


def waiting(house: House, within: float = 30) -> str:
    """The id of the one story that waits, once its sound was fetched."""
    ends = time.monotonic() + within
    while time.monotonic() < ends:
        if found := house.look(lambda uow: uow.session.scalars(WAITING).first()):
            return found
    raise AssertionError("no story came to be reviewed")


def test_told_by_ben_heard_and_thanked_by_ana_taken_back_and_gone_for_cal(house: House, phone: Take) -> None:
    ben, ana, cal = phone("Ben"), phone("Ana"), phone("Cal")
    ben.calls()
    ben.hears("Harbor Line")
    for key in ("5", "1", GRIEF):
        ben.presses(key)
    ben.records(25)
    for key in ("1", "1", "1"):
        ben.presses(key)
    ben.hears("Thank you for trusting us")
    code = re.search(r"WITHDRAW ([0-9A-Z]+)", ben.reads("WITHDRAW"))
    assert code is not None

    story = waiting(house)
    answers = dict.fromkeys(yaml.safe_load(CHECKLIST.read_text())["questions"], "no")
    house.do(lambda uow: reviewing.say_yes(uow, story, "Oda", answers, Review("Two winters")))

    heard = asks_for_a_story_of_loss(ana)
    if f"/{story}" not in heard:
        ana.presses("1")
        heard = str(ana.hears_sound()["url"])
    assert f"/media/stories/{story}" in heard
    ana.presses("3")
    ana.hears("pass that on to the person who told it")
    ana.hangs_up()
    assert _size(heard) > 10_000

    ben.texts(f"withdraw {code[1]}")
    ben.reads("taken back")
    assert _size(heard) < 10_000, "an address from before plays a moment of silence"
    assert f"/{story}" not in asks_for_a_story_of_loss(cal)
    cal.presses("1")
    cal.hears("all we have for now")
    cal.hangs_up()
    assert house.network.refusals() == []


def _size(url: str) -> int:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return len(answer.read())
