"""Oda looks at what the line says, writes better words, tries them, publishes them, and goes back."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from checkin.models.conversations import Conversation
from checkin.models.outbox import Audit
from checkin.queries import definitions, drafts
from checkin.rules.access import Role
from tests.cast import ANA, BEN
from tests.console.browser import Browser, Shown
from tests.console.conftest import MOST
from tests.services.test_publishing import CHECK_IN, OFFER, OTHER, publishes, version
from tests.the_line import TheLine

FLOW = "/console/flows/check_in"
TOLD = CHECK_IN.replace(OFFER, OTHER)
BROKEN = CHECK_IN.replace("on_error: ", "on_eror: ", 1)


@pytest.fixture(autouse=True)
def _the_line_runs(line: TheLine) -> None:
    line.runtime.start()


def live(line: TheLine) -> str:
    return line.runtime.read(definitions.live)["check_in"].hash


def kept(line: TheLine) -> str | None:
    draft = line.runtime.read(lambda session: drafts.of(session, "check_in"))
    return draft.source if draft else None


def writes(browser: Browser, text: str, revision: int = 0) -> Shown:
    return browser.sends(f"{FLOW}/edit", source=text, revision=revision)


def goes_live(browser: Browser, **more: object) -> Shown:
    page = browser.opens(f"{FLOW}/publish")
    seen, revision = page.form_field("seen"), page.form_field("revision")
    return browser.sends(f"{FLOW}/publish", seen=seen, revision=revision, **more)


def area(shown: Shown) -> str:
    """What stands in the editor."""
    found = re.search(r'<textarea id="source"[^>]*>\n?(.*?)</textarea>', shown.html, re.S)
    assert found
    return unescape(found[1]).replace("\r\n", "\n")


def test_the_list_says_how_many_wait_in_each_flow_and_who_writes(line: TheLine, oda: Browser) -> None:
    line.answers(ANA, "CHECKIN")
    line.answers(BEN, "CHECKIN")
    writes(oda, BROKEN)
    shown = oda.opens("/console/flows/").words
    assert re.search(r"Check-in live a draft with errors check_in .* 2 wait " + live(line)[:8], shown)
    assert "A tip live tip" in shown
    line.answers(ANA, "STOP")
    assert " 1 waits " in oda.asks("/console/flows/live").words


def test_the_picture_has_its_counts_in_the_drawing_and_in_the_table(line: TheLine, oda: Browser) -> None:
    line.answers(ANA, "CHECKIN")
    shown = oda.opens(FLOW)
    assert "1 waits in it" in shown.words
    assert re.search(r"mood .{0,120} 1 \w", shown.words)
    image = oda.asks(f"{FLOW}/drawing.svg")
    assert image.response.mimetype == "image/svg+xml"
    assert image.response.headers["Content-Security-Policy"] == "default-src 'none'"
    assert "1 waiting here" in image.html
    assert "<style" not in image.html
    assert "<script" not in image.html


def test_the_editor_shows_the_file_with_its_comments(oda: Browser) -> None:
    assert area(oda.opens(f"{FLOW}/edit")) == CHECK_IN


def test_what_is_broken_is_kept_and_told_at_its_line(line: TheLine, oda: Browser) -> None:
    shown = writes(oda, BROKEN)
    assert "cannot be published yet" in shown.words
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
    oda, val = visits("lead"), visits("organiser")
    mine = CHECK_IN.replace(OFFER, "Is it time to talk?")
    writes(val, TOLD)
    shown = writes(oda, mine)
    assert shown.status == 422
    assert "Two of you write on this flow" in shown.words
    assert area(shown) == mine
    assert OTHER in shown.words
    assert kept(line) == TOLD
    writes(oda, mine, revision=int(shown.form_field("revision")))
    assert kept(line) == mine
    assert writes(val, TOLD + "# more\n", revision=1).status == 422


def test_a_file_is_shown_before_it_is_kept_and_what_was_typed_stands_beside_it(line: TheLine, oda: Browser) -> None:
    def sends(sound: bytes) -> Shown:
        from io import BytesIO

        return oda.sends(f"{FLOW}/upload", source="# what I typed\n", revision=0, file=(BytesIO(sound), "x.yaml"))

    shown = sends(TOLD.encode())
    assert area(shown) == TOLD
    assert "# what I typed" in shown.html
    assert kept(line) is None
    refused = sends(b"\xff\xfe\x00PNG")
    assert refused.status == 422
    assert "This file is no text" in refused.words
    assert area(refused) == "# what I typed\n"


def test_better_words_go_live_with_a_note_of_what_changed(line: TheLine, oda: Browser) -> None:
    line.answers(ANA, "CHECKIN")
    before = live(line)
    writes(oda, TOLD)
    shown = oda.opens(f"{FLOW}/publish").words
    assert OTHER in shown
    assert "1 person is in the middle of another version" in shown
    asked = goes_live(oda)
    assert asked.status == 422
    assert "otherwise than" in asked.words
    assert live(line) == before
    assert "It is live" in goes_live(oda, anyway="1").words
    assert live(line) == version().hash
    assert OFFER in line.answers(ANA, "1"), "she goes on with the words that she began with"
    assert kept(line) == TOLD, "with its comments"
    assert "Everything that is written here is live already" in oda.opens(f"{FLOW}/publish").words
    assert OTHER in oda.opens(f"{FLOW}/history").words


def test_those_who_wait_are_moved_on_if_that_is_wanted(line: TheLine, oda: Browser) -> None:
    line.answers(ANA, "CHECKIN")
    writes(oda, TOLD)
    assert "Moved on to it: 1" in goes_live(oda, anyway="1", move="1").words
    row = line.runtime.read(lambda session: session.scalars(select(Conversation)).one())
    assert row.flow_hash == version().hash
    assert OTHER in line.answers(ANA, "1")


def test_what_somebody_else_published_meanwhile_is_not_published_over(line: TheLine, oda: Browser) -> None:
    writes(oda, TOLD)
    page = oda.opens(f"{FLOW}/publish")
    publishes(line, version("Something else?"), "Val")
    there = live(line)
    shown = oda.sends(
        f"{FLOW}/publish", anyway="1", seen=page.form_field("seen"), revision=page.form_field("revision")
    )  # fmt: skip
    assert shown.status == 422
    assert "somebody else has just published" in shown.words.lower()
    assert live(line) == there
    assert "Another version was published since" in oda.opens(f"{FLOW}/edit").words


def test_what_somebody_else_wrote_meanwhile_is_not_published_unseen(line: TheLine, oda: Browser) -> None:
    writes(oda, TOLD)
    page = oda.opens(f"{FLOW}/publish")
    writes(oda, TOLD.replace(OTHER, "Unseen words?"), revision=1)
    shown = oda.sends(
        f"{FLOW}/publish", anyway="1", seen=page.form_field("seen"), revision=page.form_field("revision")
    )  # fmt: skip
    assert "somebody else has changed the draft" in shown.words.lower()
    assert live(line) != version("Unseen words?").hash


def test_an_older_version_comes_back(line: TheLine, oda: Browser) -> None:
    before = live(line)
    writes(oda, TOLD)
    goes_live(oda, anyway="1")
    page = oda.opens(f"{FLOW}/history/{before}")
    assert OFFER in page.words
    said = oda.sends(f"{FLOW}/history/{before}/back", seen=page.form_field("seen")).words
    assert "is live again" in said
    assert live(line) == before
    assert area(oda.opens(f"{FLOW}/edit")) == CHECK_IN, "the draft had nothing of its own"
    assert oda.sends(f"{FLOW}/history/{before}/back", seen=before).status == 422
    assert oda.asks(f"{FLOW}/history/nothing").status == 404


def test_without_a_file_the_live_version_is_written_out(line: TheLine, oda: Browser) -> None:
    publishes(line, version())
    shown = oda.opens(f"{FLOW}/edit")
    assert "Comments are not kept with versions" in area(shown)
    assert "No errors." in shown.words
    assert "Everything that is written here is live already" in oda.opens(f"{FLOW}/publish").words


def test_a_new_flow_from_a_few_lines(line: TheLine, oda: Browser) -> None:
    for name in ("check_in", "new", "live", "A flow", ""):
        assert oda.sends("/console/flows/new", name=name).status == 422
    shown = oda.sends("/console/flows/new", name="after_the_storm")
    assert "No errors." in shown.words
    assert "not live yet" in oda.opens("/console/flows/").words
    assert oda.opens("/console/flows/after_the_storm").status == 200
    page = oda.opens("/console/flows/after_the_storm/publish")
    assert "It is a new flow." in page.words
    fields = {"seen": page.form_field("seen"), "revision": page.form_field("revision")}
    assert "no transcript plays" in oda.sends("/console/flows/after_the_storm/publish", **fields).words
    oda.sends("/console/flows/after_the_storm/publish", anyway="1", **fields)
    assert "after_the_storm" in line.runtime.read(definitions.live)


def test_a_flow_that_something_leads_to_cannot_be_retired(line: TheLine, oda: Browser) -> None:
    shown = oda.sends(f"{FLOW}/retire", seen=live(line))
    assert shown.status == 422
    assert "there is no flow 'check_in'" in shown.words


def test_the_draft_can_be_put_away(line: TheLine, oda: Browser) -> None:
    writes(oda, TOLD)
    assert oda.sends(f"{FLOW}/drop", revision=7).status == 422
    assert "put away" in oda.sends(f"{FLOW}/drop", revision=1).words
    assert kept(line) is None


def test_every_change_is_written_down(line: TheLine, oda: Browser) -> None:
    writes(oda, TOLD)
    goes_live(oda, anyway="1")
    assert oda.who

    def find(session: Session) -> list[str]:
        rows = session.scalars(select(Audit).where(Audit.about == "check_in").order_by(Audit.id))
        return [row.what for row in rows if oda.who and row.who == f"organiser {oda.who.id}"]

    assert line.runtime.read(find) == ["changed a draft", "published a flow"]


def test_who_only_looks_sees_the_text_and_no_button(visits: Callable[[Role], Browser]) -> None:
    looks = visits("read_only")
    shown = looks.opens(f"{FLOW}/edit")
    assert "readonly" in shown.html
    assert "Keep the draft" not in shown.words
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
    assert "Imagen" in oda.opens(FLOW).words


def test_a_flow_that_is_nowhere(oda: Browser) -> None:
    for page in ("", "/edit", "/try", "/tests", "/publish", "/history", "/drawing.svg", "/flow.yaml"):
        assert oda.asks(f"/console/flows/nothing{page}").status == 404
