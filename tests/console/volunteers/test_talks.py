"""A text relay as a chat: taken, talked, help asked for, handed on, ended; sent twice is said once."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from checkin.i18n.gettext import speaking
from checkin.relays import queries as relay_rows
from tests.cast import ANA, BEN, VAL, VEE
from tests.console.browser import Browser
from tests.console.people import HOSTILE
from tests.console.volunteers.conftest import row
from tests.the_line import TheLine

TALK = "/volunteer/talks/1"


def ana_waits(line: TheLine, *words: str) -> None:
    line.answers(ANA, "PEER")
    for said in words:
        line.answers(ANA, said)
    line.carries_out()


def taken(line: TheLine, vee: Browser, *words: str) -> None:
    ana_waits(line, *words)
    vee.sends("/volunteer/offers/1/take")


def test_whoever_waits_is_shown_and_taken(line: TheLine, vee: Browser) -> None:
    assert "Nobody needs you right now" in vee.opens("/volunteer/").words
    ana_waits(line, "I had a bad night")
    shown = vee.opens("/volunteer/live").words
    assert "Someone would like to text with a peer" in shown
    assert "bad night" not in shown, "nobody reads what they wrote before they are with them"
    shown = vee.sends("/volunteer/offers/1/take")
    assert line.contact(ANA).alias in shown.words
    assert "I had a bad night" in shown.words
    line.carries_out()
    assert "You're with" in vee.opens("/volunteer/").words


def test_words_go_both_ways(line: TheLine, vee: Browser) -> None:
    taken(line, vee)
    shown = vee.sends(f"{TALK}/say", words="Hello, I am here.", form="f1")
    assert "Hello, I am here." in shown.words
    line.carries_out()
    assert line.sent_to(ANA)[-1] == "Peer: Hello, I am here."
    assert line.answers(ANA, "thank you") == ""
    shown = vee.opens(f"{TALK}/live")
    assert "thank you" in shown.words
    assert "Peer:" not in shown.words
    assert "<html" not in shown.html


def test_what_is_sent_again_because_no_answer_came_is_said_once(line: TheLine, vee: Browser) -> None:
    taken(line, vee)
    for _ in range(3):
        vee.sends(f"{TALK}/say", words="Are you there?", form="f1")
    vee.sends(f"{TALK}/say", words="Are you still there?", form="f1")
    vee.sends(f"{TALK}/say", words="Are you there?", form="f2")
    line.carries_out()
    said = [text for text in line.sent_to(ANA) if "you" in text and text.startswith("Peer: Are")]
    assert said == ["Peer: Are you there?", "Peer: Are you still there?", "Peer: Are you there?"]


def test_the_page_says_which_words_have_left(line: TheLine, vee: Browser) -> None:
    taken(line, vee)
    form = vee.opens(TALK).form_field("form")
    shown = vee.sends(f"{TALK}/say", words="hm", form=form)
    assert f'data-sent="{form}"' in shown.html, "the phone forgets the draft of this very form"
    assert shown.form_field("form") != form


def test_numbers_never_cross_in_either_direction(line: TheLine, vee: Browser) -> None:
    taken(line, vee, "call me at 555 555 0198")
    line.answers(ANA, "or five five five, 555 0197 please")
    for path in (TALK, f"{TALK}/live"):
        html = vee.opens(path).html
        assert "0198" not in html
        assert "0197" not in html
        assert "number left out" in html
    shown = vee.sends(f"{TALK}/say", words="mine is 555-555-0111", form="f1")
    assert "A phone number was removed" in shown.words
    line.carries_out()
    assert not any("0111" in text for text in line.sent_to(ANA))
    assert "0111" not in shown.html


def test_the_page_says_that_there_was_danger(line: TheLine, vee: Browser) -> None:
    line.answers(ANA, "i want to die")
    taken(line, vee)
    assert "They showed signs of danger within the last day." in vee.opens(TALK).words


def test_a_number_that_comes_in_pieces_crosses_in_neither_direction(line: TheLine, vee: Browser) -> None:
    taken(line, vee)
    for words in ("call me at 555", "010 then", "and 4477"):
        line.answers(ANA, words)
        line.clock.forward(seconds=9)
    for path in (TALK, f"{TALK}/live"):
        assert "4477" not in vee.opens(path).html
    for place, words in enumerate(("mine is 555 010", "and 4478")):
        shown = vee.sends(f"{TALK}/say", words=words, form=f"f{place}")
    assert "A phone number was removed" in shown.words
    assert "4478" not in shown.html
    line.carries_out()
    assert not any("4478" in text for text in line.sent_to(ANA))


def test_nothing_and_too_much_are_refused_and_stay_in_the_field(line: TheLine, vee: Browser) -> None:
    taken(line, vee)
    assert vee.sends(f"{TALK}/say", words="  ", form="f1").status == 422
    shown = vee.sends(f"{TALK}/say", words="x" * 1601, form="f1")
    assert shown.status == 422
    assert "x" * 1601 in shown.html
    assert shown.form_field("form") == "f1"


def test_help_asks_the_leads_once_and_one_joins(line: TheLine, vee: Browser, val: Browser) -> None:
    taken(line, vee)
    for _ in range(2):
        shown = vee.sends(f"{TALK}/lead", form="f1")
        assert "lead has been asked to join" in shown.words
    line.carries_out()
    assert len([text for text in line.sent_to(VAL) if "asks for a lead" in text]) == 1
    assert "A volunteer asks for a lead" in val.opens("/volunteer/").words
    assert val.asks(TALK).status == 404, "not before they join"
    val.sends(f"{TALK}/join")
    val.sends(f"{TALK}/say", words="I am with you both.", form="g1")
    line.carries_out()
    assert line.sent_to(ANA)[-1] == "Peer: I am with you both."
    assert "I am with you both." in vee.opens(TALK).words
    assert "End conversation" in val.opens(TALK).words
    val.sends(f"{TALK}/done")
    assert val.asks(TALK).status == 404
    assert "Hello again" in vee.sends(f"{TALK}/say", words="Hello again", form="f3").words


def test_without_a_lead_it_says_where_help_is(line: TheLine, vee: Browser) -> None:
    taken(line, vee)
    assert "988" in vee.sends(f"{TALK}/lead", form="f1").words


def test_only_leads_join(line: TheLine, vee: Browser, comes: Callable[..., Browser]) -> None:
    taken(line, vee)
    ben = comes("Kim", "+15555550141")
    assert ben.sends(f"{TALK}/join").status == 404


def test_done_tells_them_and_asks_how_it_was(line: TheLine, vee: Browser) -> None:
    taken(line, vee)
    shown = vee.sends(f"{TALK}/done")
    assert "They've been told" in shown.words
    assert "How are you doing after that?" in shown.words
    shown = vee.sends("/volunteer/care", how="tough")
    assert "Take the time you need" in shown.words
    assert "How are you doing after that?" not in shown.words
    assert vee.sends(f"{TALK}/done").status == 200, "said twice is no error"
    assert vee.sends("/volunteer/care", how="joyful").status == 422


def test_call_me_reaches_the_leads_and_takes_them_off(line: TheLine, vee: Browser, val: Browser) -> None:
    taken(line, vee)
    vee.sends(f"{TALK}/done")
    shown = vee.sends("/volunteer/care", how="call")
    assert "You're on a break" in shown.words
    line.carries_out()
    assert "Vee had a hard one" in line.sent_to(VAL)[-1]
    assert vee.sends("/volunteer/duty", on="1").status == 422


def test_passed_on_it_is_theirs_no_more(line: TheLine, vee: Browser) -> None:
    taken(line, vee, "only for you")
    assert "Handed over" in vee.sends(f"{TALK}/pass").words
    assert vee.asks(TALK).status == 404
    assert vee.sends(f"{TALK}/say", words="hm", form="f").status == 404


def test_blocked_they_are_handed_on_and_volunteer_blocks(line: TheLine, vee: Browser) -> None:
    taken(line, vee)
    assert "You won't be asked" in vee.sends(f"{TALK}/block").words
    assert "Someone would like to text" not in vee.opens("/volunteer/live").words


def test_when_they_leave_the_page_says_so_and_keeps_what_was_not_sent(line: TheLine, vee: Browser) -> None:
    taken(line, vee, "a secret of mine")
    line.answers(ANA, "STOP")
    live = vee.asks(f"{TALK}/live", HX_Request="true")
    assert live.response.headers["HX-Redirect"].endswith(TALK)
    shown = vee.opens(TALK)
    assert "This conversation has ended" in shown.words
    assert "a secret of mine" not in shown.html, "its words are not for reading on"
    late = vee.sends(f"{TALK}/say", words="Are you all right?", form="f9")
    assert late.status == 422
    assert "wasn't sent" in late.words
    assert "Are you all right?" in late.html
    line.carries_out()
    assert not any("all right" in text for text in line.sent_to(ANA))


@pytest.mark.parametrize("act", ["say", "lead", "done", "pass", "block"])
def test_somebody_elses_talk_is_not_there(line: TheLine, vee: Browser, comes: Callable[..., Browser], act: str) -> None:
    taken(line, vee, "between the two of us")
    kim = comes("Kim", "+15555550141")
    for path in (TALK, f"{TALK}/live", "/volunteer/talks/99"):
        assert kim.asks(path).status == 404
    assert kim.sends(f"{TALK}/{act}", words="hm", form="f").status == 404
    relay = line.runtime.read(lambda session: relay_rows.by_number(session, "default", 1))
    assert relay is not None
    assert relay.state == "joined"


def test_whoever_is_too_late_learns_it(line: TheLine, vee: Browser, comes: Callable[..., Browser]) -> None:
    kim = comes("Kim", "+15555550141")
    taken(line, vee)
    shown = kim.sends("/volunteer/offers/1/take")
    assert shown.status == 422
    assert "Someone is with 1 already" in shown.words


def test_two_talks_do_not_mix(line: TheLine, vee: Browser) -> None:
    taken(line, vee, "this is Ana")
    line.answers(BEN, "PEER")
    line.answers(BEN, "this is Ben")
    line.carries_out()
    vee.sends("/volunteer/offers/2/take")
    assert "this is Ben" not in vee.opens(TALK).words
    vee.sends("/volunteer/talks/2/say", words="2 is a number", form="f")
    vee.sends("/volunteer/talks/2/say", words="done", form="g")
    line.carries_out()
    assert line.sent_to(BEN)[-2:] == ["Peer: 2 is a number", "Peer: done"], "on a page words are just words"


@pytest.mark.parametrize("words", HOSTILE[:3])
def test_hostile_words_are_shown_as_they_are(line: TheLine, vee: Browser, words: str) -> None:
    taken(line, vee, words)
    html = vee.opens(TALK).html
    assert "<script>alert" not in html
    assert "<img" not in html
    assert '<bdi class="words"' in html


def test_on_and_off_and_for_two_hours(line: TheLine, vee: Browser) -> None:
    shown = vee.sends("/volunteer/duty", off="2h")
    assert re.search(r"You're off duty until 7:00\sPM", shown.words)
    assert row(line, VEE).on_duty is False
    assert "You're on duty" in vee.sends("/volunteer/duty", on="1").words
    vee.sends("/volunteer/duty", off="")
    assert row(line, VEE).duty_until is None
    assert vee.sends("/volunteer/duty", off="9y").status == 422


def test_it_is_all_there_in_spanish(line: TheLine, vee: Browser) -> None:
    taken(line, vee)
    vee.sends("/look", language="es", back=TALK)
    with speaking("es"):
        assert "Ayuda: pedir que entre alguien responsable" in vee.opens(TALK).words
