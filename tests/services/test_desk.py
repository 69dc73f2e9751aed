"""Oda answers a case by text from her desk: only those who may and want to be texted."""

from __future__ import annotations

import pytest

from checkin.accounts.page_sessions import CurrentUser
from checkin.cases import service
from checkin.cases.models import Case
from checkin.core.errors import UserError
from tests.cast import ANA, BEN
from tests.services.living import agrees, cases, prefers
from tests.the_line import TheLine

ODA = CurrentUser("a session", "oda", "lead", "default", "Oda", None)


def leaves_a_message(line: TheLine, number: str) -> Case:
    """By call."""
    call = line.rings(number)
    call.presses("4")
    call.records(12)
    call.hangs_up()
    [case] = cases(line, "message")
    return case


def answers(line: TheLine, case: Case) -> None:
    line.runtime.do(lambda uow: service.answer(uow, uow.session.get_one(Case, case.id), "We're here.", ODA))
    line.carries_out()


def test_ben_who_called_is_texted_back(line: TheLine) -> None:
    agrees(line, BEN)
    answers(line, leaves_a_message(line, BEN))
    assert line.sent_to(BEN) == ["We're here."]


def test_ben_who_would_rather_get_no_texts_is_not(line: TheLine) -> None:
    agrees(line, BEN, "calls")
    prefers(line, BEN)
    case = leaves_a_message(line, BEN)
    with pytest.raises(UserError, match="'d rather not get texts"):
        answers(line, case)
    assert line.sent_to(BEN) == []


def test_ana_who_wrote_is_answered_in_writing_whatever_she_said_of_texts_that_we_begin(line: TheLine) -> None:
    agrees(line, ANA, "calls")
    prefers(line, ANA)
    for body in ("MENU", "4", "when does the group meet", "DONE"):
        line.answers(ANA, body)
    [case] = cases(line, "message")
    answers(line, case)
    assert line.sent_to(ANA) == ["We're here."]


def test_nobody_is_texted_where_the_line_does_not_text(line: TheLine) -> None:
    abroad = "+447911123456"
    case = leaves_a_message(line, abroad)
    with pytest.raises(UserError, match="a country the line doesn't text"):
        answers(line, case)
    assert line.sent_to(abroad) == []
