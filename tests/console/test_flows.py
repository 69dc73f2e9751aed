"""Oda looks at what the line says and writes on it, with somebody else, and loses nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO

import pytest

from checkin.accounts.rules import Role
from tests.cast import ANA, BEN
from tests.console.browser import Browser, Shown
from tests.console.conftest import MOST
from tests.console.flow_pages import BROKEN, FLOW, TOLD, area, kept, live, writes
from tests.services.test_publishing import CHECK_IN, OFFER, OTHER, publishes, version
from tests.the_line import TheLine


@pytest.fixture(autouse=True)
def _the_line_runs(line: TheLine) -> None:
    line.runtime.start()


def test_the_list_says_how_many_wait_in_each_flow_and_who_writes(line: TheLine, oda: Browser) -> None:
    line.answers(ANA, "CHECKIN")
    line.answers(BEN, "CHECKIN")
    writes(oda, BROKEN)
    shown = oda.opens("/console/flows/").words
    assert re.search(r"Check-in live draft with errors check_in .* 2 in it now " + live(line)[:8], shown)
    assert "A tip live tip" in shown
    line.answers(ANA, "STOP")
    assert " 1 in it now " in oda.asks("/console/flows/live").words


def test_the_picture_has_its_counts_in_the_drawing_and_in_the_table(line: TheLine, oda: Browser) -> None:
    line.answers(ANA, "CHECKIN")
    shown = oda.opens(FLOW)
    assert "1 person in it now" in shown.words
    assert re.search(r"mood .{0,120} 1 \w", shown.words)
    image = oda.asks(f"{FLOW}/drawing.svg")
    assert image.response.mimetype == "image/svg+xml"
    assert image.response.headers["Content-Security-Policy"] == "default-src 'none'"
    assert "1 waiting here" in image.html
    assert "<style" not in image.html
    assert "<script" not in image.html


def test_a_step_without_a_name_goes_by_its_number(oda: Browser) -> None:
    """ "@3" is how the code calls it, and nobody wrote that."""
    shown = oda.opens(FLOW)
    assert "→ step " in shown.words
    assert "@" not in shown.words


def test_what_the_checker_finds_is_said_in_spanish_too(line: TheLine, oda: Browser) -> None:
    writes(oda, BROKEN)
    oda.sends("/look", language="es", back="/console/flows/")
    shown = oda.opens(f"{FLOW}/edit")
    assert any(meant in shown.words for meant in ("Un nombre que no lleva", "Una clave, un valor", "No dice qué pasa"))


def test_the_editor_shows_the_file_with_its_comments(oda: Browser) -> None:
    assert area(oda.opens(f"{FLOW}/edit")) == CHECK_IN


def test_what_is_broken_is_kept_and_told_at_its_line(line: TheLine, oda: Browser) -> None:
    shown = writes(oda, BROKEN)
    assert "can't be published yet" in shown.words
    assert area(shown) == BROKEN
    number = next(place for place, text in enumerate(BROKEN.splitlines(), 1) if text.startswith("on_eror"))
    assert f'data-line="{number}"' in shown.html
    assert "It has errors" in oda.opens(f"{FLOW}/publish").words
    assert "It has errors" in oda.opens(f"{FLOW}/try").words


@pytest.mark.parametrize(
    "text", ["", "\t- a", "flow: [", "- &a b", "🌱" * 1600, "<script>alert(1)</script>", "a: 1\na: 2"]
)
def test_any_nonsense_is_kept_word_for_word(line: TheLine, oda: Browser, text: str) -> None:
    shown = writes(oda, text)
    assert shown.status == 200
    assert "1 error" in shown.words or "errors" in shown.words
    assert area(shown) == text.rstrip() + "\n"
    assert "<script>alert" not in shown.html


def test_what_is_too_long_is_refused_and_still_there(oda: Browser) -> None:
    text = "# long\n" * 40_000
    shown = writes(oda, text)
    assert shown.status == 422
    assert "longer than 256 kB" in shown.words
    assert area(shown) == text


def test_while_one_types_the_checker_answers_and_nothing_is_kept(line: TheLine, oda: Browser) -> None:
    shown = oda.sends(f"{FLOW}/check", source=BROKEN)
    assert "on_error" in shown.words
    assert "<html" not in shown.html
    assert "No errors." in oda.sends(f"{FLOW}/check", source=CHECK_IN).words
    assert kept(line) is None


def test_two_who_write_on_the_same_flow_are_told_and_lose_nothing(
    line: TheLine, visits: Callable[[Role], Browser]
) -> None:
    oda, val = visits("lead"), visits("organizer")
    mine = CHECK_IN.replace(OFFER, "Is it time to talk?")
    writes(val, TOLD)
    shown = writes(oda, mine)
    assert shown.status == 422
    assert "Two of you are editing this flow" in shown.words
    assert area(shown) == mine
    assert OTHER in shown.words
    assert kept(line) == TOLD
    writes(oda, mine, revision=int(shown.form_field("revision")))
    assert kept(line) == mine
    assert writes(val, TOLD + "# more\n", revision=1).status == 422


def test_a_file_is_shown_before_it_is_kept_and_what_was_typed_stands_beside_it(line: TheLine, oda: Browser) -> None:
    def sends(sound: bytes) -> Shown:
        return oda.sends(f"{FLOW}/upload", source="# what I typed\n", revision=0, file=(BytesIO(sound), "x.yaml"))

    shown = sends(TOLD.encode())
    assert area(shown) == TOLD
    assert "# what I typed" in shown.html
    assert kept(line) is None
    refused = sends(b"\xff\xfe\x00PNG")
    assert refused.status == 422
    assert "This file isn't text" in refused.words
    assert area(refused) == "# what I typed\n"


def test_without_a_file_the_live_version_is_written_out(line: TheLine, oda: Browser) -> None:
    publishes(line, version())
    shown = oda.opens(f"{FLOW}/edit")
    assert "Comments aren't kept with versions" in area(shown)
    assert "No errors." in shown.words
    assert "Everything here is already live" in oda.opens(f"{FLOW}/publish").words


def test_the_draft_can_be_put_away(line: TheLine, oda: Browser) -> None:
    writes(oda, TOLD)
    assert oda.sends(f"{FLOW}/drop", revision=7).status == 422
    assert "discarded" in oda.sends(f"{FLOW}/drop", revision=1).words
    assert kept(line) is None


def test_who_meets_no_people_meets_no_flows(visits: Callable[[Role], Browser]) -> None:
    looks = visits("read_only")
    assert looks.asks(f"{FLOW}/edit").status == 403
    assert looks.sends(f"{FLOW}/edit", source=TOLD, revision=0).status == 403


@pytest.mark.parametrize("page", ["", "/edit", "/try", "/tests", "/publish", "/history", "/drawing.svg"])
def test_a_page_asks_little_also_with_a_draft_and_an_older_version(
    line: TheLine, oda: Browser, statements: list[str], page: str
) -> None:
    line.answers(ANA, "CHECKIN")
    publishes(line, version("Something else?"))
    line.clock.forward(seconds=10)
    writes(oda, TOLD)
    statements.clear()
    assert oda.asks(f"{FLOW}{page}").status == 200
    assert len(statements) <= MOST


def test_the_pages_speak_spanish(line: TheLine, oda: Browser) -> None:
    oda.client.set_cookie("language", "es", domain="line.example")
    assert "Flujos" in oda.opens("/console/flows/").words
    assert "Diagrama" in oda.opens(FLOW).words


def test_a_flow_that_is_nowhere(oda: Browser) -> None:
    for page in ("", "/edit", "/try", "/tests", "/publish", "/history", "/drawing.svg", "/flow.yaml"):
        assert oda.asks(f"/console/flows/nothing{page}").status == 404
