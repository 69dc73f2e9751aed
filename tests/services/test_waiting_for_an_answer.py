"""Ana takes her time: she is reminded once, half way, and her time begins when the question really left."""

from __future__ import annotations

import pytest

from checkin.delivery import receipts
from checkin.telephony.rules.arrivals import MessageStatus
from flows.library import Library
from flows.loading import build
from tests import make
from tests.cast import ANA, LINE
from tests.make import FLOWS
from tests.the_line import TheLine

HER_TEXT = make.sid("SM")

PATIENT = """\
flow: patient
dsl: 1
title: Patient
channels: [sms]
languages: [en, es]
on_error: sorry
steps:
  - id: ask
    ask: {en: "Shall a person write to you?", es: "¿Le escribe una persona?"}
    yes_no: true
    wait: 4h
    remind: 1
    then: {yes: call, no: done, timeout: quiet, invalid: call}
  - id: call
    handover: {to: coordinators, reason: "wants a person"}
  - id: done
    end: done
  - id: quiet
    say: {en: "We are here all the same.", es: "Seguimos aquí."}
  - end: quiet
  - id: sorry
    handover: {to: coordinators, reason: "it failed"}
  - end: error
"""


def patient() -> Library:
    files = {file.name: file.read_text(encoding="utf-8") for file in FLOWS.glob("*.yaml")}
    files["lines.yaml"] = files["lines.yaml"].replace("texts: main_menu", "texts: patient")
    library, findings = build({**files, "patient.yaml": PATIENT})
    assert library is not None, findings
    return library.with_number("default", LINE)


@pytest.fixture
def ana_is_asked(line: TheLine) -> TheLine:
    line.runtime.flows.library = patient()
    assert "Shall a person" in line.answers(ANA, "hello", HER_TEXT)
    return line


def test_a_reminder_is_the_flows_own_and_comes_once(ana_is_asked: TheLine) -> None:
    line = ana_is_asked
    line.clock.forward(hours=2)
    line.carries_out()
    (reminder,) = line.sent_to(ANA)
    assert reminder.startswith("Still here when you're ready."), "it does not just repeat what was said"
    assert "Shall a person write to you?" in reminder

    line.clock.forward(hours=2)
    line.carries_out()
    assert [text.split("\n")[0] for text in line.sent_to(ANA)[1:]] == ["We are here all the same."]


def test_whoever_answers_is_not_reminded(ana_is_asked: TheLine) -> None:
    line = ana_is_asked
    line.answers(ANA, "no")
    line.clock.forward(hours=5)
    line.carries_out()

    assert line.sent_to(ANA) == []


def test_the_wait_begins_when_the_question_left(ana_is_asked: TheLine) -> None:
    """The network held our answer back for two hours: her two hours until the reminder count from then."""
    line = ana_is_asked
    line.clock.forward(hours=2)
    receipt = MessageStatus(make.sid("SM"), "sent", None)
    line.runtime.do(lambda uow: receipts.on_answer_receipt(uow, HER_TEXT, receipt))

    line.carries_out()
    assert line.sent_to(ANA) == []
    line.clock.forward(hours=2)
    line.carries_out()
    assert [text.split("\n")[0] for text in line.sent_to(ANA)] == ["Still here when you're ready."]
