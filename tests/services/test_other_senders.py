"""Texts that come in another way than from a telephone's number: none is lost, and none is answered with a lie."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest
from sqlalchemy import select

from checkin.cases.models import Case
from checkin.contacts.models import Consent, Contact
from checkin.conversations import inbound_text, other_senders
from checkin.core import rate_limits
from checkin.core.reply import Reply
from checkin.core.rules.phone import Withheld
from checkin.messages.models import Message
from checkin.outbox.models import Outbox
from checkin.reconciliation import missed_texts
from checkin.telephony.rules.arrivals import IncomingText, OptOutType
from checkin.volunteers.models import Alert
from tests import make
from tests.cast import ANA, LINE, ODA, VEE
from tests.services.receipts import alerts, oda_leads, rows
from tests.the_line import TheLine

WHATSAPP = "whatsapp:+15555550101"
RCS = "rcs:+15555550101"
MACHINES = ["72345", "FEDEX", "wireless:x1"]


def receives(line: TheLine, text: IncomingText) -> Reply:
    return line.runtime.do(lambda uow: inbound_text.receive(uow, text))


def test_rcs_is_the_person_with_that_number(line: TheLine) -> None:
    oda_leads(line)
    line.answers(ANA, "hi")
    assert "988" in line.answers(RCS, "I want to kill myself")
    assert len(rows(line, Contact)) == 1
    assert "crisis" in alerts(line)


def test_an_rcs_agent_of_ours_is_the_line(line: TheLine) -> None:
    """There the other side is an agent's name, and no number of ours."""
    to_agent = replace(make.text(RCS, "hi"), to=Withheld("not a phone", "rcs:harbor_agent"))
    assert receives(line, to_agent).words()
    assert [row.alias for row in rows(line, Contact)] == [line.contact(ANA).alias]


@pytest.mark.parametrize("sender", [WHATSAPP, "messenger:1234567", "sip:ana@example.org", *MACHINES])
def test_whatever_is_written_to_us_is_kept_counted_and_shown(line: TheLine, sender: str) -> None:
    line.answers(sender, "is anybody there")
    [kept] = [row for row in rows(line, Message) if row.inbound]
    assert kept.contact_id is not None
    [case] = rows(line, Case)
    assert case.contact_id == kept.contact_id
    assert make.decrypted(line.runtime, case, "words_encrypted") == "is anybody there"
    assert "can't" in case.reason
    assert line.runtime.do(lambda uow: rate_limits.so_far(uow, (other_senders.COUNTED, "default"))[0]) == 1
    assert "5555550101" not in case.reason


@pytest.mark.parametrize("sender", [WHATSAPP, *MACHINES])
def test_danger_is_danger_wherever_it_comes_from(line: TheLine, sender: str) -> None:
    oda_leads(line)
    line.answers(sender, "I want to kill myself")
    line.carries_out()
    assert alerts(line) == ["crisis"]
    assert [words for words in line.sent_to(ODA) if "crisis" in words]
    [someone] = rows(line, Contact)
    assert someone.crisis_at is not None


@pytest.mark.parametrize("sender", [WHATSAPP, *MACHINES])
@pytest.mark.parametrize("words", ["who is this?", "INFO", "info?", "what is this number"])
def test_whoever_only_asks_who_we_are_alarms_nobody_and_is_kept(line: TheLine, sender: str, words: str) -> None:
    oda_leads(line)
    answer = line.answers(sender, words)
    assert alerts(line) == []
    [case] = rows(line, Case)
    assert make.decrypted(line.runtime, case, "words_encrypted") == words
    assert ("988" in answer) == (sender == WHATSAPP), "an app carries our answer, which says who we are"


@pytest.mark.parametrize("words", ["INFO", "info?"])
def test_the_networks_word_for_who_we_are_is_answered_and_nobody_is_woken_for_it(line: TheLine, words: str) -> None:
    oda_leads(line)
    line.answers(WHATSAPP, words)
    line.carries_out()
    assert line.sent_to(ODA) == []


@pytest.mark.parametrize("words", ["HELP", "AYUDA", "help me"])
def test_whoever_asks_for_help_is_told_of_as_that(line: TheLine, words: str) -> None:
    oda_leads(line)
    line.answers(WHATSAPP, words)
    assert alerts(line) == ["help"]


def test_an_app_carries_an_honest_answer_in_both_languages(line: TheLine) -> None:
    said = line.answers(WHATSAPP, "I want to kill myself")
    assert "988" in said
    assert LINE in said
    assert "can't answer here" in said
    assert "no podemos responder" in said
    assert "try again" not in said


def test_the_same_person_is_known_again_and_put_before_a_person_once(line: TheLine) -> None:
    for words in ("hello", "are you there", "please"):
        line.answers(WHATSAPP, words)
    assert len(rows(line, Contact)) == 1
    assert len(rows(line, Case)) == 1
    line.answers("whatsapp:+15555550102", "hello")
    assert len(rows(line, Contact)) == 2


def test_nobody_is_written_to_or_called_from_it(line: TheLine) -> None:
    line.answers(WHATSAPP, "CHECKIN")
    line.carries_out()
    [someone] = rows(line, Contact)
    assert (someone.number_encrypted, someone.opted_out_at) == (None, None)
    assert line.network.calls == []
    assert {text.to for text in line.network.texts} <= {ODA}


def test_the_same_text_twice_is_one(line: TheLine) -> None:
    text = make.text(WHATSAPP, "hello")
    first = receives(line, text).words()
    assert receives(line, text).words() == first
    assert len([row for row in rows(line, Message) if row.inbound]) == 1


@pytest.mark.parametrize("sender", MACHINES)
def test_machines_get_no_answer_and_wake_nobody(line: TheLine, sender: str) -> None:
    oda_leads(line)
    assert line.answers(sender, "your code is 1234") == ""
    line.carries_out()
    assert line.sent_to(ODA) == []
    assert [row for row in rows(line, Outbox) if row.kind == "case_watch"] == []


def test_many_machines_are_counted_and_not_all_shown(line: TheLine) -> None:
    for nth in range(30):
        line.answers(f"{72000 + nth}", "your code is 1234")
    assert len(rows(line, Case)) == other_senders.CASES_A_DAY
    assert len([row for row in rows(line, Message) if row.inbound]) == 30


def test_an_echoing_app_is_cut_off(line: TheLine) -> None:
    answers = [line.answers(WHATSAPP, "Thank you for your message, we will reply soon.") for _ in range(20)]
    assert sum(bool(answer) for answer in answers) <= 10


def test_stop_from_an_app_is_left_in_peace(line: TheLine) -> None:
    assert line.answers(WHATSAPP, "STOP") == ""
    assert rows(line, Case) == []


def test_what_an_outage_kept_from_us_is_put_before_a_person(line: TheLine) -> None:
    text = make.text(WHATSAPP, "I want to kill myself")
    at = line.clock.now
    brought = [line.runtime.do(lambda uow: missed_texts.bring_in(uow, text, at)) for _ in range(2)]
    assert brought == ["to a person", "known"]
    assert alerts(line) == ["crisis"]
    line.carries_out()
    assert line.network.texts == []


@pytest.mark.parametrize("kind", get_args(OptOutType))
def test_help_is_answered_by_us_also_when_the_network_answers_it(line: TheLine, kind: OptOutType) -> None:
    line.answers(ANA, "hi")
    said = receives(line, replace(make.text(ANA, kind), opt_out_type=kind)).words()
    assert bool(said) == (kind == "HELP")
    if kind == "HELP":
        assert "988" in said
        assert "PEER" in said


def test_a_volunteers_help_is_answered_too(line: TheLine) -> None:
    line.runtime.do(lambda uow: make.volunteer(uow, VEE, "Vee"))
    said = receives(line, replace(make.text(VEE, "HELP"), opt_out_type="HELP")).words()
    assert "988" in said
    assert receives(line, replace(make.text(VEE, "STOP"), opt_out_type="STOP")).words() == ""


def test_a_word_that_is_stop_at_the_network_alone_is_stop_here(line: TheLine) -> None:
    line.answers(ANA, "hi")
    assert receives(line, replace(make.text(ANA, "BASTA"), opt_out_type="STOP")).words() == ""
    assert line.contact(ANA).opted_out_at is not None
    assert [row.given for row in rows(line, Consent)] == [False]
    assert receives(line, replace(make.text(ANA, "YES"), opt_out_type="START")).words() == ""
    assert line.contact(ANA).opted_out_at is None


def test_a_yes_that_the_network_takes_for_start_is_still_a_yes(line: TheLine) -> None:
    for words in ("CHECKIN", "5"):
        line.answers(ANA, words)
    receives(line, replace(make.text(ANA, "yes"), opt_out_type="START"))
    assert line.contact(ANA).consents


def test_alerts_name_no_sender(line: TheLine) -> None:
    line.answers(WHATSAPP, "I want to kill myself")
    [alert] = line.runtime.read(lambda session: list(session.scalars(select(Alert))))
    assert "5555550101" not in f"{alert.rule} {alert.note}"
