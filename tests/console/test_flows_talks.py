"""Oda changes how a flow must go together with the flow: written, played while she types, live with it, and back."""

from __future__ import annotations

from html import unescape
from io import BytesIO
from pathlib import Path

import pytest

from checkin.publishing import definitions, draft_queries
from tests.console.browser import Browser
from tests.console.flow_pages import (
    ASKED,
    BROKEN,
    FLOW,
    MADE_OF,
    TOLD,
    area,
    goes_live,
    has_few_conversations,
    live,
    looked_at,
    mends,
    says,
    writes,
)
from tests.services.test_publishing import CHECK_IN, version
from tests.the_line import TheLine

EDITOR = f"{FLOW}/tests/edit"
WRONG = says("check_in", "Would you like a cup of tea?")


@pytest.fixture(autouse=True)
def _the_line_runs(line: TheLine, tmp_path: Path) -> None:
    has_few_conversations(line, tmp_path / "flows")
    line.runtime.start()


def keeps(browser: Browser, text: str, revision: int = 0) -> str:
    return browser.sends(EDITOR, source=text, revision=revision).words


def published(line: TheLine) -> dict[str, str]:
    return line.runtime.read(definitions.talks)


def test_she_sees_at_its_line_what_goes_otherwise_while_she_types(oda: Browser) -> None:
    assert "All test conversations passed." in oda.opens(EDITOR).words
    shown = oda.sends(f"{FLOW}/tests/check", source=WRONG)
    assert "failed" in shown.words
    line_of_it = next(number for number, item in enumerate(WRONG.splitlines(), 1) if "cup of tea" in item)
    assert f'data-line="{line_of_it}"' in shown.html
    writes(oda, BROKEN)
    assert "The flow has errors" in oda.sends(f"{FLOW}/tests/check", source=WRONG).words
    assert "'nam' isn't known" in oda.sends(f"{FLOW}/tests/check", source="tests:\n  - nam: x\n").words.lower()


def test_it_is_played_with_the_flow_as_it_is_being_written(oda: Browser) -> None:
    writes(oda, TOLD)
    assert "failed" in oda.opens(EDITOR).words
    assert "All test conversations passed." in oda.sends(f"{FLOW}/tests/check", source=says("check_in")).words


def test_a_draft_meets_nobody_until_it_is_published(line: TheLine, oda: Browser) -> None:
    assert "Saved" in keeps(oda, WRONG)
    assert area(oda.opens(EDITOR)) == WRONG
    assert "test conversations changed" in oda.opens("/console/flows/").words
    assert published(line) == {}
    assert oda.opens(f"{FLOW}/tests?run=1").words.count("cup of tea") >= 1
    oda.sends(f"{FLOW}/tests/drop", revision=1)
    assert area(oda.opens(EDITOR)) == says("check_in", MADE_OF)


def test_what_goes_otherwise_is_published_by_nobody(line: TheLine, oda: Browser) -> None:
    before = live(line)
    keeps(oda, WRONG)
    shown = oda.sends(f"{FLOW}/publish", **looked_at(oda.opens(f"{FLOW}/publish"), anyway="1"))
    assert shown.status == 422
    assert "Not published" in shown.words
    assert "/tests/edit#line-" in shown.html
    assert (live(line), published(line)) == (before, {})


def test_conversations_go_live_with_the_flow_and_come_back_with_it(line: TheLine, oda: Browser) -> None:
    before = live(line)
    writes(oda, TOLD)
    mends(oda)
    goes_live(oda)
    assert published(line) == {"check_in": says("check_in")}
    assert line.runtime.read(draft_queries.all_talks) == {}
    assert area(oda.opens(EDITOR)) == says("check_in")
    oda.sends(f"{FLOW}/history/{before}/back", seen=live(line))
    assert published(line) == {}, "what its file says"
    oda.sends(f"{FLOW}/history/{version().hash}/back", seen=before)
    assert published(line) == {"check_in": says("check_in")}


def test_conversations_of_another_flow_that_pass_through_it_go_live_with_it(line: TheLine, oda: Browser) -> None:
    """Neither could go before the other: the menu's conversation hears what the check-in asks."""
    asked = "How do you feel today"
    writes(oda, CHECK_IN.replace(ASKED, asked))
    mends(oda, says("check_in", MADE_OF, asked))
    refused = goes_live(oda)
    assert refused.status == 422
    assert "conversations of main_menu, line" in refused.words
    assert "failed" in oda.opens("/console/flows/main_menu/tests/edit").words
    mends(oda, says("main_menu", MADE_OF, asked), "main_menu")
    assert "All test conversations passed." in oda.opens("/console/flows/main_menu/tests/edit").words
    mends(oda, "tests: [", "hear_story")
    said = goes_live(oda).words
    assert "Published with the test conversations of main_menu." in said
    assert set(published(line)) == {"check_in", "main_menu"}
    assert set(line.runtime.read(draft_queries.all_talks)) == {"hear_story"}, "has nothing to do with it"
    assert "its conversations, with check_in" in oda.opens("/console/flows/main_menu/history").words


def test_going_back_brings_back_the_conversations_of_other_flows_that_went_with_it(line: TheLine, oda: Browser) -> None:
    """And what is changed next is published: nothing of the new words was left behind."""
    before, asked = live(line), "How do you feel today"
    writes(oda, CHECK_IN.replace(ASKED, asked))
    oda.sends(f"{FLOW}/publish/words", words=goes_live(oda).form_field("words"))
    assert "Published with the test conversations of main_menu." in goes_live(oda).words
    newer = live(line)
    assert asked in published(line)["main_menu"]
    assert "main_menu come back with it" in oda.opens(f"{FLOW}/history/{before}").words
    said = oda.sends(f"{FLOW}/history/{before}/back", seen=newer).words
    assert "The test conversations of main_menu came back with it." in said
    assert published(line) == {}, "what their files say"
    writes(oda, TOLD)
    mends(oda)
    assert "It's live" in goes_live(oda).words
    oda.sends(f"{FLOW}/history/{newer}/back", seen=live(line))
    assert asked in published(line)["main_menu"], "and forward again"


def test_conversations_that_were_published_by_themselves_since_stay(line: TheLine, oda: Browser) -> None:
    before, asked = live(line), "How do you feel today"
    writes(oda, CHECK_IN.replace(ASKED, asked))
    oda.sends(f"{FLOW}/publish/words", words=goes_live(oda).form_field("words"))
    goes_live(oda)
    mends(oda, says("main_menu", MADE_OF, asked) + "# mine\n", "main_menu")
    page = oda.opens("/console/flows/main_menu/publish")
    assert "It's live" in oda.sends("/console/flows/main_menu/publish", **looked_at(page)).words
    oda.sends(f"{FLOW}/history/{before}/back", seen=live(line))
    assert published(line)["main_menu"].endswith("# mine\n")


def test_conversations_alone_can_be_published(line: TheLine, oda: Browser) -> None:
    before = live(line)
    more = says("check_in", MADE_OF).replace("a low mood by text, and a peer", "on a hard day")
    keeps(oda, more)
    page = oda.opens(f"{FLOW}/publish")
    assert "Only its test conversations." in page.words
    assert "+ - name: on a hard day" in " ".join(page.words.split())
    assert "It's live" in oda.sends(f"{FLOW}/publish", **looked_at(page)).words
    assert live(line) == before
    assert published(line) == {"check_in": more}
    assert "its conversations" in oda.opens(f"{FLOW}/history").words


def test_two_who_write_on_the_same_are_told(oda: Browser) -> None:
    keeps(oda, WRONG)
    shown = oda.sends(EDITOR, source=says("check_in"), revision=0)
    assert shown.status == 422
    assert "Two of you are editing" in shown.words
    assert area(shown) == says("check_in")
    page = looked_at(oda.opens(f"{FLOW}/publish"))
    keeps(oda, says("check_in"), revision=1)
    assert "someone else has changed the test conversations" in oda.sends(f"{FLOW}/publish", **page).words.lower()
    assert oda.sends(f"{FLOW}/tests/drop", revision=1).status == 422


def test_a_file_is_shown_before_it_is_kept(line: TheLine, oda: Browser) -> None:
    shown = oda.sends(
        f"{FLOW}/tests/upload", file=(BytesIO(WRONG.encode()), "check_in.test.yaml"), revision=0, source=""
    )
    assert "cup of tea" in area(shown)
    assert line.runtime.read(draft_queries.all_talks) == {}
    taken = oda.opens(f"{FLOW}/tests/tests.yaml")
    assert "check_in.test.yaml" in taken.response.headers["Content-Disposition"]
    assert taken.html.startswith("tests:")


def test_a_talk_that_was_tried_is_added_at_the_end(oda: Browser) -> None:
    tried = oda.sends(f"{FLOW}/try", channel="sms", words="4", moves="[]")
    shown = oda.sends(f"{FLOW}/tests/add", talk=unescape(tried.form_field("talk")))
    assert "All test conversations passed." in shown.words
    assert "not saved yet" in shown.words
    assert area(shown).startswith(says("check_in", MADE_OF).rstrip())
    assert 'them: "4"' in area(shown)
