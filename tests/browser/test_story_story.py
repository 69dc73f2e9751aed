"""Ben tells a story on the phone; Oda hears it in her browser, answers the checklist and publishes it; Cal hears it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import Desk
from tests.browser.waiting import until
from tests.media.sounds import wav

pytestmark = pytest.mark.processes

SECONDS = 23
"""So long is no other story."""
GRIEF = "3"


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """What Ben says, as a file."""
    file = tmp_path / "story.wav"
    file.write_bytes(wav(SECONDS))
    return file


def test_a_story_is_told_reviewed_and_heard(desk: Desk, oda: Callable[..., Page], sound: Path) -> None:
    ben, _number = desk.another("Ben-Lee")
    ben.does("Call the line")
    ben.hears("Harbor Line")
    ben.presses("5", "may be just what someone needs")
    ben.presses("1", "What's it about?")
    ben.presses(GRIEF, "Speak after the tone")
    ben.stands("being recorded")
    ben.at.get_by_text("Speak or record").click()
    ben.at.locator("input[type=file]").set_input_files(sound)
    ben.hears("It's saved")
    ben.presses("1", "How should we name you?")
    ben.presses("1", "May we share your story")
    ben.presses("1", "Thank you for trusting us")
    ben.reads("WITHDRAW")

    page = oda("/console/stories/")
    the_story = page.get_by_role("listitem").filter(has_text=re.compile("audio 0:2[23]"))
    until(page, lambda: the_story.count() == 1, within=30, again=True)
    the_story.get_by_role("link").click()
    until(page, "document.getElementById('audio').readyState > 0")
    assert page.evaluate("document.getElementById('audio').duration") == pytest.approx(SECONDS, abs=1)
    page.get_by_label("Text", exact=True).fill("After the second winter I called my sister.")
    page.get_by_label("Title", exact=True).fill("Two winters")
    for question in page.locator("fieldset.question").all():
        question.get_by_label("No", exact=True).check()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("status").first).to_be_visible()
    page.get_by_role("link", name="Library").click()
    expect(page.get_by_role("link", name="Two winters")).to_be_visible()

    cal, _number = desk.another("Cal")
    cal.does("Call the line")
    cal.hears("Harbor Line")
    cal.does("2")
    cal.hears("loss, press 3")
    cal.does(GRIEF)
    played = cal.hears("a recording of")
    if not re.search("2[234]", played):
        cal.does("1")
        cal.hears(re.compile("a recording of 2[234]"))
    cal.does("Hang up")
