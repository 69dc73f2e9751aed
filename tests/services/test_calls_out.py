"""Those who want a call instead of a text are called: not while busy, not without end, not onto a machine unasked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from checkin.contacts import service as contacts
from checkin.conversations import inbound_call
from checkin.core.reply import NextTurn, Reply
from checkin.core.rules.phone import parse
from checkin.core.unit_of_work import UnitOfWork
from checkin.followups import calling, series
from checkin.messages.models import FollowUp
from checkin.telephony.port import Accepted, MaybeDone, OutgoingCall, Refused, TryLater
from checkin.telephony.rules.arrivals import CallStatus
from checkin.telephony.rules.network_log import LoggedCall
from flows.engine.effects import HangUp, Say
from flows.engine.inputs import Pressed
from tests import make
from tests.cast import BEN, LINE
from tests.services.living import agrees, cases, follow_ups, lives
from tests.the_line import TheLine

HOUR = timedelta(hours=1)


@dataclass
class Out:
    """A call to Ben that we placed."""

    line: TheLine
    placed: OutgoingCall
    row: FollowUp
    sid: str

    def picks_up(self) -> Reply:
        return self.line.runtime.do(lambda uow: calling.on_answered(uow, self.row.id, self.sid))

    def presses(self, keys: str, turn: int) -> Reply:
        return self.line.runtime.do(lambda uow: inbound_call.answer(uow, self.sid, turn, Pressed(keys)))

    def a_machine_is_heard(self) -> None:
        self.line.runtime.do(lambda uow: calling.on_machine_guess(uow, self.row.id, self.sid, "machine_end_beep"))
        self.line.carries_out()

    def ends_as(self, status: str) -> None:
        self.line.runtime.do(
            lambda uow: inbound_call.on_follow_up_call_ended(uow, self.row.id, CallStatus(self.sid, status))
        )
        self.line.carries_out()


@pytest.fixture
def wants_calls(line: TheLine) -> TheLine:
    """Ben agreed to check-ins, chose calls, and said that we may call."""
    contact = agrees(line, BEN, "check_ins", "calls", "texts")
    prefer(line, contact.id, check_in_by="call", preferences_asked=True)
    line.runtime.do(lambda uow: series.begin(uow, uow.session.merge(line.contact(BEN)), "weekly_check_in"))
    return line


def prefer(line: TheLine, _contact: str, **kept: str | bool) -> None:
    def write(uow: UnitOfWork) -> None:
        contact = uow.session.merge(line.contact(BEN))
        for name, value in kept.items():
            contacts.keep(uow, contact, name, value, history=False)

    line.runtime.do(write)


def the_day_comes(line: TheLine) -> Out:
    [waiting] = follow_ups(line, "planned")
    lives(line, waiting.due_at + timedelta(seconds=2))
    [ringing] = follow_ups(line, "calling")
    return Out(line, line.network.calls[-1], waiting, ringing.call_sid or "")


def words(reply: Reply) -> str:
    return "\n".join(part.text for part in reply.spoken if isinstance(part, Say))


def test_ben_is_called_from_the_lines_number_and_no_text_is_sent(wants_calls: TheLine) -> None:
    out = the_day_comes(wants_calls)
    assert (out.placed.to, len(wants_calls.network.calls)) == (BEN, 1)
    assert BEN not in out.placed.url + out.placed.status_url
    assert wants_calls.sent_to(BEN) == []
    [row] = follow_ups(wants_calls, "calling")
    assert (row.channel, row.tries) == ("voice", 1)


def test_the_flow_begins_when_he_picks_up_and_a_low_mood_reaches_a_person(wants_calls: TheLine) -> None:
    out = the_day_comes(wants_calls)
    first = out.picks_up()
    assert "How are you today" in words(first)
    assert isinstance(first.then, NextTurn)
    assert words(out.picks_up()) == words(first)  # a repeated request
    said = out.presses("1", first.then.turn)
    assert "That sounds hard" in words(said)
    out.ends_as("completed")
    assert [case.reason for case in cases(wants_calls)] == ["low mood in a check-in"]
    done, after = follow_ups(wants_calls, "sent", "planned")[:2]
    assert (done.state, after.state) == ("sent", "planned")
    assert wants_calls.contact(BEN).unanswered == 0


def test_a_busy_phone_is_tried_again_soon(wants_calls: TheLine) -> None:
    out = the_day_comes(wants_calls)
    out.ends_as("busy")
    [waiting] = follow_ups(wants_calls, "planned")
    assert (waiting.id, waiting.reason) == (out.row.id, "their phone was busy")
    assert timedelta() < waiting.due_at - wants_calls.clock.now <= 16 * timedelta(minutes=1) + HOUR
    lives(wants_calls, 2 * HOUR)
    assert len(wants_calls.network.calls) == 2


def test_a_busy_phone_that_is_told_of_before_we_know_of_the_call_is_tried_again_too(wants_calls: TheLine) -> None:
    [row], took = follow_ups(wants_calls, "planned"), wants_calls.network.place_call

    def place(call: OutgoingCall) -> Accepted:
        accepted = took(call)
        fared = CallStatus(accepted.sid, "busy")
        wants_calls.runtime.do(lambda uow: inbound_call.on_follow_up_call_ended(uow, row.id, fared))
        return accepted

    wants_calls.network.place_call = place  # type: ignore[method-assign]
    lives(wants_calls, row.due_at + timedelta(minutes=2))
    assert [up.reason for up in follow_ups(wants_calls, "planned")] == ["their phone was busy"]
    lives(wants_calls, row.due_at + timedelta(minutes=40))
    assert len(wants_calls.network.calls) == 2


def test_a_phone_that_nobody_picks_up_is_let_be_after_two_tries(wants_calls: TheLine) -> None:
    out = the_day_comes(wants_calls)
    out.ends_as("no-answer")
    [waiting] = follow_ups(wants_calls, "planned")
    assert waiting.due_at - wants_calls.clock.now >= 2 * HOUR - timedelta(minutes=1)
    second = the_day_comes(wants_calls)
    second.ends_as("no-answer")
    assert [row.reason for row in follow_ups(wants_calls, "unanswered")] == ["nobody picked up, 2 times"]
    assert wants_calls.contact(BEN).unanswered == 1
    assert len(follow_ups(wants_calls, "planned")) == 1  # next week's
    assert len(wants_calls.network.calls) == 2


def test_a_machine_hears_nothing_unless_he_said_so(wants_calls: TheLine) -> None:
    out = the_day_comes(wants_calls)
    out.picks_up()
    out.a_machine_is_heard()
    assert wants_calls.network.ended == [out.sid]
    assert wants_calls.network.moved == []
    assert follow_ups(wants_calls)[0].reason == "voicemail answered: no message was left"


def test_a_machine_hears_a_word_when_he_said_so(wants_calls: TheLine) -> None:
    line = wants_calls

    def allow(uow: UnitOfWork) -> None:
        contact = uow.session.merge(line.contact(BEN))
        contact.consents = [*contact.consents, "messages", "name"]

    line.runtime.do(allow)
    out = the_day_comes(line)
    assert out.placed.after_beep
    out.picks_up()
    out.a_machine_is_heard()
    [(sid, url)] = line.network.moved
    assert (sid, url.endswith(f"/webhooks/out/{out.row.id}/message")) == (out.sid, True)
    left = line.runtime.do(lambda uow: calling.onto_machine(uow, out.row.id, out.sid))
    assert "this is Harbor Line" in words(left)
    assert "How are you" not in words(left)
    assert isinstance(left.spoken[-1], HangUp)


def test_whoever_has_pressed_a_key_is_no_machine(wants_calls: TheLine) -> None:
    out = the_day_comes(wants_calls)
    first = out.picks_up()
    assert isinstance(first.then, NextTurn)
    out.presses("5", first.then.turn)
    out.a_machine_is_heard()
    assert wants_calls.network.ended == []


def test_a_call_that_was_not_taken_is_placed_a_little_later(wants_calls: TheLine) -> None:
    wants_calls.network.fail = [TryLater("too many at once", 20429)]
    [waiting] = follow_ups(wants_calls, "planned")
    lives(wants_calls, waiting.due_at + timedelta(minutes=2))
    assert len(wants_calls.network.calls) == 1
    assert follow_ups(wants_calls, "calling")[0].tries == 1


def test_a_call_that_may_have_been_placed_is_never_placed_again(wants_calls: TheLine) -> None:
    wants_calls.network.fail = [MaybeDone("no answer came in time")]
    [waiting] = follow_ups(wants_calls, "planned")
    lives(wants_calls, waiting.due_at + 2 * HOUR)
    assert wants_calls.network.calls == []
    assert [row.reason for row in follow_ups(wants_calls, "unknown")] == ["nothing was heard of the call"]


def logged(line: TheLine, sid: str, status: str) -> LoggedCall:
    return LoggedCall(sid, False, parse(LINE), parse(BEN), status, None, line.clock.now - timedelta(seconds=1))


def test_a_call_of_which_nothing_was_heard_is_looked_for_in_the_networks_log(wants_calls: TheLine) -> None:
    out = the_day_comes(wants_calls)
    wants_calls.network.call_log += [
        logged(wants_calls, make.sid("CA"), "busy"),
        logged(wants_calls, out.sid, "no-answer"),
    ]
    lives(wants_calls, timedelta(minutes=11))
    [again] = follow_ups(wants_calls, "planned")
    assert (again.reason, again.tries) == ("nobody picked up", 1)


def test_one_whose_id_was_lost_is_found_by_whom_we_called(wants_calls: TheLine) -> None:
    wants_calls.network.fail = [MaybeDone("no answer came in time")]
    [waiting] = follow_ups(wants_calls, "planned")
    lives(wants_calls, waiting.due_at + timedelta(minutes=1))
    wants_calls.network.call_log.append(logged(wants_calls, make.sid("CA"), "busy"))
    lives(wants_calls, timedelta(minutes=11))
    assert [row.reason for row in follow_ups(wants_calls, "planned")] == ["their phone was busy"]
    assert wants_calls.network.calls == [], "and it is not placed before its time"


def test_while_it_goes_on_or_the_log_cannot_be_read_it_is_looked_for_again(wants_calls: TheLine) -> None:
    out = the_day_comes(wants_calls)
    wants_calls.network.fail = [MaybeDone("no answer came in time")]
    wants_calls.network.call_log = [logged(wants_calls, out.sid, "ringing")]
    lives(wants_calls, timedelta(minutes=31))
    assert [row.state for row in follow_ups(wants_calls, "calling")] == ["calling"]
    wants_calls.network.call_log = [replace(wants_calls.network.call_log[0], status="failed")]
    lives(wants_calls, timedelta(minutes=11))
    assert [row.reason for row in follow_ups(wants_calls, "failed")] == ["the call ended as failed"]


def test_a_call_that_is_refused_ends_with_its_reason(wants_calls: TheLine) -> None:
    wants_calls.network.fail = [Refused("could not place a call: the number can't be dialed", 13224)]
    [waiting] = follow_ups(wants_calls, "planned")
    lives(wants_calls, waiting.due_at + HOUR)
    [failed] = follow_ups(wants_calls, "failed")
    assert "can't be dialed" in (failed.reason or "")
    assert len(follow_ups(wants_calls, "planned")) == 1


def test_without_a_yes_to_calls_a_text_is_sent(line: TheLine) -> None:
    agrees(line, BEN, "check_ins")
    prefer(line, "", check_in_by="call")
    line.runtime.do(lambda uow: series.begin(uow, uow.session.merge(line.contact(BEN)), "weekly_check_in"))
    [waiting] = follow_ups(line, "planned")
    lives(line, waiting.due_at + timedelta(seconds=2))
    assert line.network.calls == []
    assert len(line.sent_to(BEN)) == 1


def test_stop_while_it_rings_ends_the_call(wants_calls: TheLine) -> None:
    out = the_day_comes(wants_calls)
    wants_calls.answers(BEN, "STOP")
    assert isinstance(out.picks_up().spoken[0], HangUp)


@pytest.mark.parametrize("row", ["0" * 32, "nobody"])
def test_a_stranger_who_knows_no_call_of_ours_hears_nothing(line: TheLine, row: str) -> None:
    reply = line.runtime.do(lambda uow: calling.on_answered(uow, row, make.sid("CA")))
    assert reply.spoken == (HangUp(),)
