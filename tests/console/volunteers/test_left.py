"""Messages that were left: claimed, read, heard, answered; and nothing of those that others have."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from checkin.cases.models import Case
from checkin.messages.models import Recording
from tests.cast import ANA, BEN, VEE
from tests.console.browser import Browser
from tests.media.sounds import wav
from tests.the_line import TheLine

PAGE = "/volunteer/messages/"


def leaves(line: TheLine, words: str = "When does the group meet?") -> None:
    for body in ("hello", "4", words, "DONE"):
        line.answers(ANA, body)


def case(line: TheLine) -> Case:
    return line.runtime.read(lambda session: session.scalars(select(Case)).one())


@pytest.fixture
def kim(comes: Callable[..., Browser]) -> Browser:
    """Kim volunteers, too."""
    return comes("Kim", "+15555550141")


def test_nothing_waits(vee: Browser) -> None:
    assert "Nothing to review" in vee.opens(PAGE).words


def test_it_is_read_by_whoever_takes_it_up(line: TheLine, vee: Browser, kim: Browser) -> None:
    leaves(line)
    assert "1 message waiting" in vee.opens("/volunteer/").words
    assert "group meet" not in vee.opens(PAGE).words, "not before somebody has it"
    shown = vee.sends(f"{PAGE}1/claim")
    assert "When does the group meet?" in shown.words
    assert case(line).state == "claimed"
    refused = kim.sends(f"{PAGE}1/claim")
    assert refused.status == 422
    assert "Vee already has case 1" in refused.words
    assert "group meet" not in refused.html


def test_numbers_in_it_are_left_out(line: TheLine, vee: Browser) -> None:
    leaves(line, "call 555 555 0198")
    assert "0198" not in vee.sends(f"{PAGE}1/claim").html


@pytest.mark.parametrize("act", ["call", "text", "done", "back"])
def test_what_somebody_else_has_is_not_there(line: TheLine, vee: Browser, kim: Browser, act: str) -> None:
    leaves(line)
    vee.sends(f"{PAGE}1/claim")
    assert kim.sends(f"{PAGE}1/{act}").status == 404
    assert kim.sends(f"{PAGE}9/{act}").status == 404
    assert case(line).state == "claimed"


def test_it_is_answered_by_text_as_a_talk(line: TheLine, vee: Browser) -> None:
    leaves(line)
    vee.sends(f"{PAGE}1/claim")
    shown = vee.sends(f"{PAGE}1/text")
    assert line.contact(ANA).alias in shown.words
    vee.sends("/volunteer/talks/1/say", words="On Tuesday.", form="f")
    line.carries_out()
    assert line.sent_to(ANA)[-1] == "Peer: On Tuesday."
    assert "/volunteer/talks/1" in (vee.sends(f"{PAGE}1/text", follow=False).response.location or ""), "twice: the same"


def test_call_rings_their_own_phone_once(line: TheLine, vee: Browser) -> None:
    call = line.rings(BEN)
    call.presses("4")
    call.records(12)
    vee.sends(f"{PAGE}1/claim")
    for _ in range(2):
        shown = vee.sends(f"{PAGE}1/call", form="f1")
    assert "phone" in shown.words
    line.carries_out()
    assert [call.to for call in line.network.calls] == [VEE]


def test_a_voicemail_is_heard_by_whoever_has_it_and_nobody_else(line: TheLine, vee: Browser, kim: Browser) -> None:
    call = line.rings(BEN)
    call.presses("4")
    call.records(12)
    sids = line.runtime.read(lambda session: session.scalars(select(Recording.sid)).all())
    line.network.recordings |= {sid: wav(12) for sid in sids if sid}
    line.clock.forward(minutes=1)
    line.carries_out()
    shown = vee.sends(f"{PAGE}1/claim")
    [path] = re.findall(r'<audio[^>]* src="([^"]+)"', shown.html)
    path = path.replace("&amp;", "&")
    heard = vee.asks(path)
    assert heard.status == 200
    assert heard.response.headers["Cache-Control"] == "private, no-store"
    assert kim.asks(path).status == 404
    assert vee.asks(path.partition("?")[0]).status == 404
    vee.sends(f"{PAGE}1/done")
    assert vee.asks(path).status == 404, "closed: it is theirs no more"


def test_it_is_given_back_or_closed(line: TheLine, vee: Browser) -> None:
    leaves(line)
    vee.sends(f"{PAGE}1/claim")
    assert "open to the others" in vee.sends(f"{PAGE}1/back").words
    assert case(line).state == "open"
    vee.sends(f"{PAGE}1/claim")
    assert "Closed. Thank you." in vee.sends(f"{PAGE}1/done").words
    assert case(line).state == "closed"
    assert "Nothing to review" in vee.opens(PAGE).words


def test_only_languages_that_they_speak_are_offered(line: TheLine, vee: Browser, comes: Callable[..., Browser]) -> None:
    leaves(line)
    line.answers(ANA, "ESPANOL")
    assert "Nothing to review" in vee.opens(PAGE).words
    sol = comes("Sol", "+15555550142", languages=["es", "en"])
    assert "Tomar" in sol.opens(PAGE).words
