"""Phones in the browser, as HTTP shows them: the page, its files, what was heard, and the way to the next promise."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import requests
from flask import Response, jsonify

from checkin.practice import sounds
from checkin.practice.control import browser
from checkin.practice.server import Running
from tests.phones import CantDo, Network, Phone
from tests.practice.a_line import ALine

PAGE = browser.FILES / "phones.html"
SCRIPTS = sorted(browser.FILES.glob("*.js"))


def test_a_browser_gets_the_page_and_a_program_the_facts(running: Running) -> None:
    browsers = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    page = requests.get(f"{running.url}/practice", headers={"Accept": browsers}, timeout=5)
    assert page.headers["Content-Type"].startswith("text/html")
    assert "Practice phones" in page.text
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert requests.get(f"{running.url}/practice", timeout=5).json()["numbers"]


def test_every_file_that_the_page_asks_for_is_there(running: Running) -> None:
    asked = re.findall(r'(?:href|src)="(/practice/[^"]+)"', PAGE.read_text())
    for script in SCRIPTS:
        asked += [f"/practice/browser/{name}" for name in re.findall(r'from "\./([^"]+)"', script.read_text())]
    assert len(asked) > len(SCRIPTS)
    for address in asked:
        assert requests.get(f"{running.url}{address}", timeout=5).status_code == 200, address


@pytest.mark.parametrize("name", ["../control/app.py", "%2e%2e/control/app.py", "VENDORED.md", "nothing.js"])
def test_nothing_else_is_handed_out(name: str, running: Running) -> None:
    assert requests.get(f"{running.url}/practice/browser/{name}", timeout=5).status_code == 404


def test_every_word_is_there_in_both_languages() -> None:
    english, spanish = re.findall(
        r"const (?:EN|ES) = \{(.*?)\n\};", (browser.FILES / "words.js").read_text(), re.DOTALL
    )
    names = [re.findall(r"(\w+): \"", words) for words in (english, spanish)]
    assert names[0] == names[1]
    everything = PAGE.read_text() + "".join(script.read_text() for script in SCRIPTS)
    for name in set(re.findall(r'say\("(\w+)"', everything)) | set(re.findall(r'data-words="(\w+)"', PAGE.read_text())):
        assert name in names[0]


def test_a_recording_that_was_heard_can_be_heard_in_the_browser(
    line: ALine, running: Running, network: Network, ben: Phone
) -> None:
    story = sounds.tone(1)
    line.answers["/story.wav"] = lambda _form: Response(story, content_type="audio/wav")
    line.answers["/voice"] = f"<Play>{line.url}/story.wav</Play>"
    ben.calls()
    n = ben.hears_sound()["n"]
    heard = requests.get(f"{running.url}/practice/heard/{n}", timeout=5)
    assert heard.content == story
    assert requests.get(f"{running.url}/practice/heard/{n + 1000}", timeout=5).status_code == 404


@pytest.mark.parametrize(("due", "moved"), [(3600, 3602.0), (-5, 2.0), (None, None)])
def test_the_clock_moves_on_to_what_the_line_promised(
    due: float | None, moved: float | None, line: ALine, network: Network
) -> None:
    line.answers["/readyz"] = lambda _form: jsonify(next_follow_up_seconds=due)
    before = network.get("")["offset"]
    assert network.post("/clock/next")["moved"] == moved
    assert network.get("")["offset"] - before == pytest.approx(moved or 0.0)


def test_a_line_that_does_not_say_what_it_promised_is_told_of(network: Network) -> None:
    with pytest.raises(CantDo, match="the line did not say"):
        network.post("/clock/next")


def test_no_file_of_the_page_is_long() -> None:
    assert all(len(Path(script).read_text().splitlines()) <= 300 for script in SCRIPTS)
