"""Oda sees what was promised and why it goes or does not, skips one, tries again, and takes up what was set aside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from checkin.accounts.rules import Role
from checkin.core.audit_models import Audit
from checkin.core.unit_of_work import UnitOfWork
from checkin.followups import send_policy
from checkin.messages.models import FollowUp, Message
from checkin.outbox import dead_letters, outbox
from checkin.outbox.models import Outbox
from checkin.telephony.port import Refused
from checkin.volunteers.models import Alert
from checkin.web.console.outbox.said import GATES
from tests.cast import ANA
from tests.console.browser import Browser
from tests.console.conftest import MOST
from tests.services.conftest import shown as listed
from tests.the_line import TheLine

PAGE = "/console/outbox/"


@pytest.fixture(autouse=True)
def _ana_is_promised_a_check_in(line: TheLine) -> None:
    for body in ("CHECKIN", "5", "yes"):
        line.answers(ANA, body)


def newest(line: TheLine) -> FollowUp:
    found = select(FollowUp).order_by(FollowUp.number.desc(), FollowUp.id.desc())
    return line.runtime.read(lambda session: session.scalars(found).first())  # type: ignore[return-value]


def first(line: TheLine) -> FollowUp:
    return line.runtime.read(lambda session: session.scalars(select(FollowUp).order_by(FollowUp.id)).first())  # type: ignore[return-value]


def page_of(row: FollowUp) -> str:
    return f"{PAGE}follow-ups/{row.id}"


def it_fails(line: TheLine, code: int) -> FollowUp:
    """Its time comes, and the network refuses it."""
    line.clock.now = first(line).due_at + timedelta(seconds=1)
    line.network.fail = [Refused("the network refused the text", code)]
    line.carries_out()
    row = first(line)
    assert row.state == "failed"
    return row


def written(line: TheLine, what: str) -> list[str | None]:
    return line.runtime.read(lambda session: list(session.scalars(select(Audit.after).where(Audit.what == what))))


def test_what_is_planned_is_shown_with_the_word_of_every_gate(line: TheLine, oda: Browser) -> None:
    alias = line.contact(ANA).alias
    shown = oda.opens(PAGE).words
    assert "1 planned" in shown
    assert alias in shown
    word = oda.opens(page_of(first(line))).words
    assert "If it were due now" in word
    assert "Did they agree to it? OK" in word
    assert "Are they talking with us right now? they're talking with us not now" in word
    assert ANA not in shown + word


def test_every_gate_has_its_words(oda: Browser) -> None:
    assert {"flow", *send_policy.GATES} <= set(GATES)


def test_one_is_skipped_with_a_reason_and_the_next_is_promised(line: TheLine, oda: Browser) -> None:
    row = first(line)
    assert "Give a reason" in oda.sends(f"{page_of(row)}/skip", reason=" ").words
    shown = oda.sends(f"{page_of(row)}/skip", reason="we spoke today").words
    assert "Follow-up skipped." in shown
    assert "skipped by the team: we spoke today" in shown
    assert newest(line).state == "planned"
    assert newest(line).number == row.number + 1
    assert written(line, "skipped a follow-up") == ["we spoke today"]
    assert "already" in oda.sends(f"{page_of(row)}/skip", reason="again").words
    assert "1 skipped" in oda.opens(PAGE).words
    assert "we spoke today" in oda.opens(f"{PAGE}?show=skipped").words


def test_what_failed_says_why_and_is_tried_again(line: TheLine, oda: Browser) -> None:
    row = it_fails(line, 30007)
    oda.sign_in_as("lead")
    shown = oda.opens(f"{PAGE}?show=failed").words
    assert "1 failed" in shown
    assert "a carrier treated our text as spam" in shown
    before = len(line.network.texts)
    assert "Planned again." in oda.sends(f"{page_of(row)}/again").words
    assert first(line).state == "planned"
    line.carries_out()
    assert first(line).state == "sent"
    assert len(line.network.texts) == before + 1
    assert written(line, "retried a follow-up") == ["planned"]


def test_what_may_have_left_is_never_sent_again(line: TheLine, oda: Browser) -> None:
    row = first(line)
    line.runtime.do(lambda uow: setattr(uow.session.get_one(FollowUp, row.id), "state", "unknown"))
    shown = oda.opens(page_of(row)).words
    assert "silence is better" in shown
    assert "Retry" not in shown
    assert "won't be sent again" in oda.sends(f"{page_of(row)}/again").words
    assert first(line).state == "unknown"


def test_what_is_tried_again_by_itself_is_not_tried_twice(line: TheLine, oda: Browser) -> None:
    row = it_fails(line, 30003)
    oda.sign_in_as("lead")
    assert "automatically" in oda.sends(f"{page_of(row)}/again").words
    assert first(line).state == "failed"


def given_up(line: TheLine, about: str = "nothing") -> str:
    """A thing to do that failed too often; its id."""

    def give_up(uow: UnitOfWork) -> str:
        row = outbox.later(uow, "redact_message", about, uow.now)
        uow.session.flush()
        dead_letters.bury(uow, row.id, row.kind, 8, "failed: KeyError")
        return row.id

    return line.runtime.do(give_up)


def alerts(line: TheLine) -> list[str]:
    query = select(Alert.kind).where(Alert.kind == "set_aside", Alert.closed_at.is_(None))
    return line.runtime.read(lambda session: list(session.scalars(query)))


def test_what_was_set_aside_is_taken_up_again(line: TheLine, oda: Browser) -> None:
    row = given_up(line)
    shown = oda.opens(f"{PAGE}work").words
    assert "erase a text at the network" in shown
    assert "gave up after 8 tries: failed: KeyError" in shown
    assert "Due again." in oda.sends(f"{PAGE}work/{row}/again").words
    found = line.runtime.read(lambda session: session.get_one(Outbox, row))
    assert (found.done_at, found.attempts) == (None, 0)
    assert alerts(line) == []
    assert oda.sends(f"{PAGE}work/{row}/again").status == 404
    assert len(written(line, "retried a failed job")) == 1


def test_what_was_set_aside_is_let_be_with_a_reason(line: TheLine, oda: Browser) -> None:
    row, other = given_up(line), given_up(line, "something")
    assert "Give a reason" in oda.sends(f"{PAGE}work/{row}/let-be", reason="").words
    assert "Discarded." in oda.sends(f"{PAGE}work/{row}/let-be", reason="it is gone at Twilio").words
    assert alerts(line) == ["set_aside"], "another of its kind still waits"
    oda.sends(f"{PAGE}work/{other}/let-be", reason="this one, too")
    assert alerts(line) == []
    assert "No failed jobs." in oda.opens(f"{PAGE}work").words
    assert written(line, "discarded a failed job") == ["it is gone at Twilio", "this one, too"]


def test_texts_that_did_not_arrive_say_why(line: TheLine, oda: Browser) -> None:
    def fails(uow: UnitOfWork) -> None:
        uow.session.flush()
        message = uow.session.scalars(select(Message).where(Message.inbound.is_(False))).first()
        assert message is not None
        message.status, message.error_code = "undelivered", 30003

    line.runtime.do(fails)
    assert "the phone is off or out of reach (30003)" in oda.opens(f"{PAGE}work").words


def test_another_line_s_follow_up_is_not_there(line: TheLine, oda: Browser) -> None:
    row = first(line)
    line.runtime.do(lambda uow: setattr(uow.session.get_one(FollowUp, row.id), "line", "elsewhere"))
    assert oda.asks(page_of(row)).status == 404
    assert oda.sends(f"{page_of(row)}/skip", reason="because").status == 404
    assert oda.asks(page_of(row)[:-4]).status == 404


def test_who_only_looks_changes_nothing(line: TheLine, visits: Callable[[Role], Browser]) -> None:
    given_up(line)
    looks = visits("read_only")
    for path in (page_of(first(line)), f"{PAGE}work"):
        html = looks.opens(path).html
        assert 'action="/console/outbox' not in html


def test_each_page_asks_little(line: TheLine, oda: Browser, statements: list[str]) -> None:
    given_up(line)
    for path in (PAGE, f"{PAGE}?show=failed", page_of(first(line)), f"{PAGE}work"):
        statements.clear()
        assert oda.opens(path).status == 200
        assert len(statements) <= MOST, f"{path}\n{listed(statements)}"
