"""A story comes before its reviewers: heard, corrected, trimmed, answered for, and heard by others, or not."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import Engine, select

from checkin.stories.models import StoryReview
from checkin.stories.review import reviewing
from checkin.volunteers.models import Alert
from tests.console.browser import Browser
from tests.console.reviewing import Visits, desk, form, page, row, words, written
from tests.console.stories import PORCH, is_told, waits
from tests.the_line import TheLine


@pytest.fixture
def database(sqlite_engine: Engine) -> Engine:
    """What the services do is tested on both databases, beside them."""
    return sqlite_engine


def test_a_story_is_heard_read_answered_for_and_published(line: TheLine, oda: Browser) -> None:
    story = is_told(line, PORCH)
    shown = oda.opens(page(story))
    assert PORCH in shown.words
    assert "Does it say how somebody hurt" in shown.words
    shown = oda.sends(page(story, "/publish"), **form(line, shown, note="Of loss.", topics="Grief, alone"))
    assert "Published." in shown.words
    assert "The porch" in shown.words
    found = row(line, story)
    assert (found.state, found.title, found.note) == ("published", "The porch", "Of loss.")
    assert sorted(found.topics) == ["alone", "grief"]
    said = line.runtime.read(
        lambda session: session.scalars(select(StoryReview).where(StoryReview.story_id == story)).one()
    )
    assert (said.by, said.outcome, said.answers["method"]) == ("Oda", "yes", "no")
    assert any("others can hear it now" in body for body in written(line))


def test_every_question_needs_an_answer_and_what_was_typed_stays(line: TheLine, oda: Browser) -> None:
    story = waits(line)
    typed = form(line, oda.opens(page(story)), title="A winter", words="Other words.", answer_dose="cut")
    del typed["answer.hope"]
    shown = oda.sends(page(story, "/publish"), **typed)
    assert shown.status == 422
    assert "Still missing: Does it leave the listener without hope" in shown.words
    assert 'value="A winter"' in shown.html
    assert "Other words." in shown.html
    assert re.search(r'name="answer.dose" value="cut" required checked', shown.html)
    assert row(line, story).state == "waiting_review"
    typed |= {"answer.hope": "no", "title": " "}
    assert "It needs a title" in oda.sends(page(story, "/publish"), **typed).words


def test_a_yes_in_the_checklist_holds_it_back_and_says_what_to_do(line: TheLine, oda: Browser) -> None:
    story = is_told(line, PORCH)
    shown = oda.sends(page(story, "/publish"), **form(line, oda.opens(page(story)), answer_crisis="yes"))
    assert shown.status == 422
    assert "Not published because of your answers, which are saved. Not published now. A lead is told" in shown.words
    assert row(line, story).state == "waiting_review"
    alerts = line.runtime.read(lambda session: session.scalars(select(Alert.kind)).all())
    assert alerts == [reviewing.CARE]
    assert "Oda held it back" in shown.words


def test_a_heavy_story_needs_a_note(line: TheLine, oda: Browser) -> None:
    story = waits(line)
    typed = form(line, oda.opens(page(story)), answer_heavy="yes")
    assert "Write a content note" in oda.sends(page(story, "/publish"), **typed).words
    assert "Published." in oda.sends(page(story, "/publish"), **typed, note="It speaks of a death.").words


def test_a_telephone_number_is_seen_and_may_be_known_on_purpose(line: TheLine, oda: Browser) -> None:
    story = waits(line)
    typed = form(line, oda.opens(page(story)), words="Call me on 555 555 0177.")
    shown = oda.sends(page(story, "/publish"), **typed)
    assert "There's a phone number in its words" in shown.words
    assert "Published." in oda.sends(page(story, "/publish"), **typed, anyway="1").words


def test_words_are_kept_for_later_with_the_rest_of_the_form_as_it_was(line: TheLine, oda: Browser) -> None:
    story = is_told(line, PORCH)
    typed = form(line, oda.opens(page(story)), words="I sat\r\non a porch.", title="Porch", language="es", note="Loss.")
    shown = oda.sends(page(story, "/keep"), **typed, text="Dear teller,")
    assert (shown.status, "Saved. Not published yet." in shown.words) == (200, True)
    assert "Dear teller," in shown.html
    assert 'id="a-hope-no" name="answer.hope" value="no" required checked' in shown.html
    assert words(line, story) == "I sat\non a porch."
    found = row(line, story)
    assert (found.title, found.language, found.note, found.state) == ("Porch", "es", "Loss.", "waiting_review")


def test_nobody_publishes_what_somebody_else_changed_meanwhile(line: TheLine, oda: Browser, visits: Visits) -> None:
    story = waits(line)
    before = form(line, oda.opens(page(story)))
    other = visits("reviewer")
    line.clock.forward(seconds=5)
    other.sends(page(story, "/keep"), **form(line, other.opens(page(story)), words="Better words."))
    shown = oda.sends(page(story, "/publish"), **before)
    assert "Someone has changed its words or audio since you opened it." in shown.words
    assert (words(line, story), row(line, story).state) == ("Better words.", "waiting_review")
    assert "Published." in oda.sends(page(story, "/publish"), **{**before, "seen": shown.form_field("seen")}).words


def test_head_and_tail_are_trimmed_and_brought_back(line: TheLine, oda: Browser) -> None:
    story = waits(line)
    typed = form(line, oda.opens(page(story)))
    line.clock.forward(seconds=5)
    shown = oda.sends(page(story, "/trim"), **typed, head="0,5", tail="1")
    assert "Trimmed: 0:03 left." in shown.words
    assert 'id="a-hope-no" name="answer.hope" value="no" required checked' in shown.html, "the answers stay"
    assert (desk(line, story).head, desk(line, story).tail, row(line, story).seconds) == (0.5, 1.0, 3)
    assert max(desk(line, story).peaks or []) == 100, "it is drawn anew"
    after = {"seen": shown.form_field("seen")}
    refused = oda.sends(page(story, "/trim"), **after, head="3", tail="0")
    assert "This audio can't be used" in refused.words
    assert "the seconds to cut" in oda.sends(page(story, "/trim"), **after, head="half").words
    assert "0:04 left" in oda.sends(page(story, "/trim"), **after, head="", tail="0").words


def test_it_goes_back_with_a_kind_text_and_can_be_taken_up_again(line: TheLine, oda: Browser) -> None:
    story = is_told(line, PORCH)
    typed = form(line, oda.opens(page(story)), title="")
    assert "is returned with a kind text" in oda.sends(page(story, "/return"), **typed).words
    shown = oda.sends(page(story, "/return"), **typed, ready="names")
    assert "Returned." in shown.words
    assert "returned" in shown.words
    assert any("could show who you" in body for body in written(line))
    shown = oda.sends(page(story, "/again"))
    assert "It's waiting for review again." in shown.words
    assert "Oda returned it" in shown.words


def test_it_is_not_shared_and_its_teller_need_not_be_told(line: TheLine, oda: Browser) -> None:
    story = is_told(line, PORCH)
    before = written(line)
    shown = oda.sends(page(story, "/decline"), **form(line, oda.opens(page(story))))
    assert "be deleted in 30 days" in shown.words
    assert row(line, story).state == "declined"
    assert written(line) == before
