"""Ana's message is claimed, answered as the line, noted, handed over and closed; crisis comes first."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from checkin.accounts.rules import Role
from checkin.cases.models import Case
from checkin.contacts.models import CheckIn
from checkin.core.audit_models import Audit
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import Recording
from checkin.web.reads import inbox as read
from tests import make
from tests.cast import ANA, BEN, LINE, VAL, VEE
from tests.console.browser import Browser
from tests.media.sounds import wav
from tests.services.left_messages import ana_leaves_a_message
from tests.services.phones import phone_of, volunteer, volunteers
from tests.the_line import TheLine

MESSAGE = "Could someone tell me\nwhen the group meets?"


def leaves(line: TheLine, from_: str = ANA, words: str = MESSAGE) -> None:
    for body in ("hello", "4", words, "DONE"):
        line.answers(from_, body)


def case(line: TheLine, number: int = 1) -> Case:
    return line.runtime.read(lambda session: session.scalars(select(Case).where(Case.number == number)).one())


@pytest.fixture
def _left(line: TheLine) -> None:
    leaves(line)


@pytest.mark.usefixtures("_left")
def test_a_message_is_claimed_and_answered_as_the_line(line: TheLine, oda: Browser) -> None:
    assert "when the group meets?" in oda.opens("/console/inbox/").words
    shown = oda.sends("/console/inbox/1/claim")
    assert "Case 1 is yours." in shown.words
    shown = oda.sends("/console/inbox/1/answer", body="On Tuesday, at seven.")
    assert "Your answer is on its way." in shown.words
    line.carries_out()
    assert line.sent_to(ANA)[-1] == "On Tuesday, at seven."
    text = line.network.texts[-1]
    assert text.from_ == line.runtime.library.lines["default"].number, "she sees the line's number"
    shown = oda.opens("/console/inbox/1")
    assert "On Tuesday, at seven. Oda" in shown.words
    assert "answered by text" in shown.words


@pytest.mark.usefixtures("_left")
def test_whoever_answers_first_has_it(line: TheLine, oda: Browser, visits: Callable[[Role], Browser]) -> None:
    oda.sends("/console/inbox/1/answer", body="I'm here.")
    assert case(line).claimed_by == (oda.who and oda.who.id)
    other = visits("organizer")
    refused = other.sends("/console/inbox/1/claim")
    assert refused.status == 422
    assert "Oda already has case" in refused.words


def test_what_was_done_by_text_stands_on_the_page(line: TheLine, oda: Browser) -> None:
    volunteers(line, VEE, VAL)
    number = ana_leaves_a_message(line)
    line.carries_out()
    line.answers(VEE, f"CLAIM {number}")
    for _ in range(8):
        line.clock.forward(hours=4)
        line.carries_out()
    line.answers(VAL, f"CLAIM {number}")
    line.answers(VAL, f"DONE {number}")
    oda.sign_in_as("lead")
    done = oda.opens(f"/console/inbox/{number}").words
    places = [
        done.index(words) for words in ("Vee claimed it", "the line released it", "Val claimed it", "Val closed it")
    ]
    assert places == sorted(places)


def test_somebody_is_called_by_the_phone_of_a_volunteer(line: TheLine, oda: Browser) -> None:
    volunteers(line, VEE)
    line.runtime.do(lambda uow: make.volunteer(uow, VAL, "Val", lead=True))
    number = ana_leaves_a_message(line)
    shown = oda.opens(f"/console/inbox/{number}")
    assert re.findall(r"<option[^>]*>(Val \(lead\)|Vee)</option>", shown.html)[:2] == ["Val (lead)", "Vee"]
    val = volunteer(line, VAL)
    shown = oda.sends(f"/console/inbox/{number}/call", phone=val.id)
    assert "Val's phone will ring in a moment; when they press 1, we connect the call." in shown.words
    assert case(line, number).claimed_by == val.id
    line.carries_out()
    assert line.network.calls[-1].to == VAL
    phone_of(line, VAL).takes_it()
    line.carries_out()
    assert (line.network.calls[-1].from_, line.network.calls[-1].to) == (LINE, ANA)
    assert ANA[2:] not in shown.html


def test_whoever_did_not_agree_is_not_called_and_the_page_says_what_to_do(line: TheLine, oda: Browser) -> None:
    volunteers(line, VEE)
    number = ana_leaves_a_message(line, "text")
    shown = oda.opens(f"/console/inbox/{number}")
    assert "The line can't call them: they haven't agreed to calls from the line" in shown.words
    assert "In danger: view their number and call from your own phone." in shown.words
    refused = oda.sends(f"/console/inbox/{number}/call", phone=volunteer(line, VEE).id)
    assert refused.status == 422
    assert line.network.calls == []
    assert case(line, number).claimed_by is None, "nothing was changed"


def test_only_a_volunteers_phone_rings_and_only_in_their_hours(line: TheLine, oda: Browser) -> None:
    volunteers(line, VEE)
    number = ana_leaves_a_message(line)
    assert oda.sends(f"/console/inbox/{number}/call", phone="0" * 32).status == 422
    line.clock.forward(hours=10)
    oda.sign_in_as("lead")
    refused = oda.sends(f"/console/inbox/{number}/call", phone=volunteer(line, VEE).id)
    assert refused.status == 422
    assert case(line, number).claimed_by is None
    line.answers(VEE, "STOP")
    assert "There's no volunteer whose phone could ring." in oda.opens(f"/console/inbox/{number}").words


@pytest.mark.usefixtures("_left")
def test_whoever_answers_with_a_telephone_number_is_asked_first(line: TheLine, oda: Browser) -> None:
    written = "You can reach me at 555\u2011010\u20114477."
    assert "may have the phone number" not in oda.opens("/console/inbox/1").words
    shown = oda.sends("/console/inbox/1/answer", body=written)
    assert shown.status == 422
    assert "There's a phone number in your answer" in shown.words
    assert "They may have the phone number in it" in shown.words
    assert written in shown.html, "what was typed is not lost"
    line.carries_out()
    assert not any("4477" in text for text in line.sent_to(ANA))
    assert "on its way" in oda.sends("/console/inbox/1/answer", body=written, anyway="1").words
    line.carries_out()
    assert "4477" in line.sent_to(ANA)[-1]


@pytest.mark.usefixtures("_left")
def test_the_numbers_of_help_need_no_second_look(line: TheLine, oda: Browser) -> None:
    own = line.runtime.library.lines["default"].number
    assert "on its way" in oda.sends("/console/inbox/1/answer", body=f"Call 988 or 911, or us: {own}").words


@pytest.mark.usefixtures("_left")
def test_an_answer_that_cannot_leave_is_still_in_the_field(oda: Browser) -> None:
    shown = oda.sends("/console/inbox/1/answer", body="x" * 1601)
    assert shown.status == 422
    assert "1 to 1600 characters" in shown.words
    assert "x" * 1601 in shown.html, "what was typed is not lost"


@pytest.mark.usefixtures("_left")
def test_whoever_texted_stop_is_marked_and_gets_nothing(line: TheLine, oda: Browser) -> None:
    line.answers(ANA, "STOP")
    assert "STOP: no texts" in oda.opens("/console/inbox/").words
    assert "You can't answer them by text: they texted STOP" in oda.opens("/console/inbox/1").words
    assert oda.sends("/console/inbox/1/answer", body="Hello?").status == 422
    line.carries_out()
    assert "Hello?" not in line.sent_to(ANA)


@pytest.mark.usefixtures("_left")
def test_at_night_an_answer_waits_for_the_morning(line: TheLine, oda: Browser) -> None:
    line.clock.forward(hours=13)
    oda.sign_in_as("lead")
    assert "It's night where they are" in oda.opens("/console/inbox/1").words
    assert "when it's daytime" in oda.sends("/console/inbox/1/answer", body="Good morning.").words
    line.carries_out()
    assert "Good morning." not in line.sent_to(ANA)
    line.clock.forward(hours=12)
    line.carries_out()
    assert "Good morning." in line.sent_to(ANA)


@pytest.mark.usefixtures("_left")
def test_answers_that_are_written_already_are_in_their_language(line: TheLine, oda: Browser) -> None:
    assert "I&#39;ve read it, and I&#39;m here." in oda.opens("/console/inbox/1").html
    line.answers(ANA, "ESPANOL")
    assert "Lo he leído y aquí estoy." in oda.opens("/console/inbox/1").html


@pytest.mark.usefixtures("_left")
def test_it_is_noted_tagged_handed_over_given_back_and_closed(line: TheLine, oda: Browser) -> None:
    vee = line.runtime.do(lambda uow: make.volunteer(uow, VEE, "Vee"))
    assert "Note saved" in oda.sends("/console/inbox/1/note", note="Sounds tired.").words
    oda.sends("/console/inbox/1/tags", tags="group, Tuesday")
    assert case(line).tags == ["group", "tuesday"]
    assert "Vee has it now" in oda.sends("/console/inbox/1/hand-over", to=vee.id).words
    assert case(line).claimed_by == vee.id
    oda.sends("/console/inbox/1/back")
    assert case(line).state == "open"
    assert "choose why" in oda.sends("/console/inbox/1/close", why="because").words.lower()
    assert "Case 1 closed." in oda.sends("/console/inbox/1/close", why="answered").words
    assert (case(line).state, case(line).closed_why) == ("closed", "answered")
    shown = oda.opens("/console/inbox/1")
    for done in ("added a note : Sounds tired.", "handed it over : Vee", "released it", "closed it: Answered by text"):
        assert done.replace(" :", ":") in shown.words.replace(" :", ":")
    assert "1 Sturdy" not in oda.opens("/console/inbox/").words
    assert "Someone" not in oda.opens("/console/inbox/?box=closed").words


@pytest.mark.usefixtures("_left")
def test_each_step_is_written_down_with_who_did_it(line: TheLine, oda: Browser) -> None:
    for step, fields in (("claim", {}), ("note", {"note": "hm"}), ("close", {"why": "mistake"})):
        oda.sends(f"/console/inbox/1/{step}", **fields)
    assert oda.who
    rows = line.runtime.read(
        lambda session: session.execute(select(Audit.who, Audit.what, Audit.after).order_by(Audit.id)).all()
    )
    mine = [(what, after) for who, what, after in rows if who == f"organizer {oda.who.id}"]
    assert ("claimed a case", "claimed") in mine
    assert ("closed a case", "closed") in mine
    assert ("read a case", None) in mine
    assert not any(after and "group" in after for _what, after in mine), "no words are in it"


def test_a_crisis_comes_before_what_is_older(line: TheLine, oda: Browser) -> None:
    leaves(line, BEN, "I have waited for a day")
    line.clock.forward(minutes=10)
    leaves(line, ANA, "a question")
    line.answers(ANA, "I want to die")
    shown = oda.opens("/console/inbox/").words
    assert shown.index("a question") < shown.index("I have waited for a day")
    assert "crisis" in shown


def test_a_voicemail_is_heard_in_this_browser_alone_and_not_for_long(
    line: TheLine, oda: Browser, visits: Callable[[Role], Browser]
) -> None:
    call = line.rings(BEN)
    call.presses("4")
    call.records(12)
    recording = line.runtime.do(lambda uow: uow.session.get_one(Case, case(line).id)).recording_id
    assert recording
    assert "on its way" in oda.opens("/console/inbox/1").words
    line.network.recordings |= {sid: wav(12) for sid in _sids(line)}
    line.clock.forward(minutes=1)
    line.carries_out()
    shown = oda.opens("/console/inbox/1")
    [path] = re.findall(r'<audio[^>]* src="([^"]+)"', shown.html)
    path = path.replace("&amp;", "&")
    heard = oda.asks(path)
    assert heard.status == 200
    assert heard.response.mimetype.startswith("audio/")
    assert heard.response.headers["Cache-Control"] == "private, no-store"
    assert visits("lead").asks(path).status == 404, "another browser"
    assert oda.asks(path.partition("?")[0]).status == 404, "without its signature"
    assert oda.asks(path.replace("/1/sound", "/2/sound")).status == 404, "another case"
    line.clock.forward(minutes=5)
    assert oda.asks(path).status == 404, "too late"


def _sids(line: TheLine) -> list[str]:
    found = line.runtime.read(lambda session: session.scalars(select(Recording.sid)).all())
    return [item for item in found if item]


def test_whoever_is_in_no_box_can_be_taken_up(line: TheLine, oda: Browser) -> None:
    for body in ("CHECKIN", "1", "no", "yes"):
        line.answers(ANA, body)
    assert "1 of 5" in oda.opens("/console/inbox/?box=low").words
    assert "by text, check_in" in oda.opens("/console/inbox/?box=talks").words
    shown = oda.sends(f"/console/inbox/people/{line.contact(ANA).id}/take")
    assert "Case 1 is open and yours" in shown.words
    assert oda.sends(f"/console/inbox/people/{line.contact(ANA).id}/take").words.count("Case 1 is open and yours") == 1
    assert case(line).state == "claimed"


def test_a_case_of_another_line_is_not_there(line: TheLine, oda: Browser) -> None:
    leaves(line)
    line.runtime.do(lambda uow: setattr(uow.session.get_one(Case, case(line).id), "line", "elsewhere"))
    assert oda.asks("/console/inbox/1").status == 404
    assert oda.sends("/console/inbox/1/claim").status == 404
    assert case(line).state == "open"


def test_what_went_through_a_relay_is_not_read_by_organizers(line: TheLine, oda: Browser) -> None:
    line.runtime.do(lambda uow: make.volunteer(uow, VEE, "Vee"))
    leaves(line)
    line.answers(ANA, "PEER")
    line.answers(ANA, "only for a peer to read")
    shown = oda.opens("/console/inbox/1")
    assert "only for a peer to read" not in shown.words
    assert "was part of a conversation with a volunteer" in shown.words


def test_low_answers_come_page_by_page_the_newest_first(line: TheLine, oda: Browser) -> None:
    line.answers(ANA, "hello")
    ana = line.contact(ANA).id

    def check_in(uow: UnitOfWork) -> None:
        for n in range(read.PAGE + 5):
            at = uow.now - timedelta(minutes=n)
            row = CheckIn(id=uow.new_id(), line="default", contact_id=ana, name="mood", at=at)
            uow.vault.encrypt(row, CheckIn.value_encrypted, "1" if n % 2 == 0 or n > 2 else "5")
            uow.session.add(row)

    line.runtime.do(check_in)
    first, second = (oda.opens(f"/console/inbox/?box=low&page={n}").words for n in (0, 1))
    assert (first.count("1 of 5"), second.count("1 of 5")) == (read.PAGE, 4), "who answered 5 is not among them"
    assert "More" in first
    assert "More" not in second
