"""Ana left a message: one volunteer claims it, the others know who has it, and nothing is forgotten."""

from __future__ import annotations

from sqlalchemy import select

from checkin.accounts.page_sessions import CurrentUser
from checkin.cases import service as cases
from checkin.cases.models import CaseNote
from checkin.contacts.models import Contact
from checkin.core.audit_models import Audit
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import Conversation
from flows.engine.effects import OpenCase
from tests import make
from tests.cast import ANA, ODA, VAL, VEE
from tests.services.at_once import at_once
from tests.services.left_messages import ana_leaves_a_message, case
from tests.services.phones import volunteer, volunteers
from tests.the_line import TheLine


def test_whoever_is_on_duty_is_told_and_so_are_the_leads(line: TheLine) -> None:
    volunteers(line, VEE)
    volunteers(line, VAL, always=False)
    line.runtime.do(lambda uow: make.volunteer(uow, ODA, "Oda", lead=True, always=False))
    number = ana_leaves_a_message(line)
    line.carries_out()
    told = f"Case {number}: {line.contact(ANA).alias} left a message. Reply CLAIM {number} to take it."
    assert line.sent_to(VEE) == line.sent_to(ODA) == [told]
    assert line.sent_to(VAL) == []


def test_the_first_to_claim_has_it_and_the_second_learns_who(line: TheLine) -> None:
    volunteers(line, VEE, VAL)
    number = ana_leaves_a_message(line)
    said = line.answers(VEE, f"CLAIM {number}")
    assert "They wrote: please ring me" in said
    assert f"CALL {number}" in said
    assert line.answers(VAL, f"CLAIM {number}") == f"Vee has case {number}. Thank you."
    assert (case(line).state, case(line).claimed_by is not None) == ("claimed", True)


def test_vee_by_text_and_oda_at_her_desk_claim_at_once_and_one_of_them_has_it(busy: TheLine) -> None:
    volunteers(busy, VEE)
    number = ana_leaves_a_message(busy)
    oda = CurrentUser("a session", "o" * 32, "lead", "default", "Oda", None)

    def at_her_desk(uow: UnitOfWork) -> str:
        try:
            return "hers" if cases.claim(uow, cases.find(uow, "default", number).case, oda) else ""
        except cases.Taken as taken:
            return taken.holder

    by_text, at_desk = at_once(lambda: busy.answers(VEE, f"CLAIM {number}"), lambda: busy.runtime.do(at_her_desk))
    claimed = busy.runtime.read(lambda s: s.scalars(select(CaseNote.by)).all())
    assert claimed == [case(busy).claimed_by]
    if claimed == [oda.id]:
        assert (at_desk, "is yours" in str(by_text)) == ("hers", False)
    else:
        assert (at_desk, "is yours" in str(by_text)) == ("Vee", True)


def test_who_claimed_and_closed_it_is_written_down_once(line: TheLine) -> None:
    volunteers(line, VEE)
    number = ana_leaves_a_message(line)
    for said in ("CLAIM", "CLAIM", "DONE"):
        line.answers(VEE, f"{said} {number}")
    told = line.runtime.read(lambda s: s.execute(select(Audit.who, Audit.what).order_by(Audit.id)).all())
    vee = f"volunteer {volunteer(line, VEE).id}"
    assert told == [(vee, "claimed a case"), (vee, "closed a case")]


def test_cases_that_are_opened_at_once_get_numbers_of_their_own(busy: TheLine) -> None:
    volunteers(busy, VEE)
    ana_leaves_a_message(busy)
    ana = busy.contact(ANA)

    def open_one(uow: UnitOfWork) -> int:
        contact = uow.session.get_one(Contact, ana.id)
        talk = uow.session.scalars(select(Conversation).where(Conversation.contact_id == ana.id)).first()
        return cases.open_case(uow, contact, talk, OpenCase("message", "coordinators", "normal", "one")).number

    numbers = at_once(*(lambda: busy.runtime.do(open_one) for _ in range(6)))
    assert sorted(numbers) == [2, 3, 4, 5, 6, 7]


def test_a_number_in_the_message_is_not_shown(line: TheLine) -> None:
    volunteers(line, VEE)
    number = ana_leaves_a_message(line, words="call me on 555 555 0101")
    assert "0101" not in line.answers(VEE, f"CLAIM {number}")


def test_only_its_holder_or_a_lead_closes_it(line: TheLine) -> None:
    volunteers(line, VEE, VAL)
    number = ana_leaves_a_message(line)
    line.answers(VEE, f"CLAIM {number}")
    assert "isn't yours" in line.answers(VAL, f"DONE {number}")
    assert "is closed" in line.answers(VEE, f"DONE {number}")
    assert "is closed" in line.answers(VAL, f"CLAIM {number}")
    assert case(line).state == "closed"


def test_what_nobody_claims_is_announced_again_a_few_times(line: TheLine) -> None:
    volunteers(line, VEE)
    ana_leaves_a_message(line)
    for _ in range(12):
        line.carries_out()
        line.clock.forward(hours=4)
    assert len([text for text in line.sent_to(VEE) if "Case" in text]) == 4


def test_what_was_claimed_and_forgotten_goes_back_to_the_others(line: TheLine) -> None:
    volunteers(line, VEE, VAL)
    number = ana_leaves_a_message(line)
    line.carries_out()
    line.answers(VEE, f"CLAIM {number}")
    for _ in range(8):
        line.clock.forward(hours=4)
        line.carries_out()
    assert case(line).state == "open"
    assert any("went back to the others" in text for text in line.sent_to(VEE))
    assert "is yours" in line.answers(VAL, f"CLAIM {number}")


def test_an_unknown_case_is_said_to_be_unknown(line: TheLine) -> None:
    volunteers(line, VEE)
    for word in ("CLAIM", "CALL", "DONE"):
        assert line.answers(VEE, f"{word} 99") == "There is no case 99."
