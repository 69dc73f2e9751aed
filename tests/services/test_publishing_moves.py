"""Oda publishes better words and takes along whoever is waiting, where their question is still the same."""

from __future__ import annotations

from sqlalchemy import select

from checkin.core.audit_models import Audit
from checkin.messages.models import Conversation
from checkin.publishing import moves as publishing_moves
from checkin.publishing import service as publishing
from flows.model.flow import Flow
from flows.parsing import parse_flow
from flows.views.diff import why_not
from tests.cast import ANA, BEN, REX
from tests.make import FLOWS
from tests.services.test_publishing import CHECK_IN, OFFER, OTHER, publishes, version
from tests.the_line import TheLine

MENU = (FLOWS / "main_menu.yaml").read_text(encoding="utf-8")


def changed(old: str, new: str, text: str = CHECK_IN, name: str = "check_in") -> Flow:
    assert old in text
    flow, findings = parse_flow(text.replace(old, new), f"{name}.yaml")
    assert flow is not None, findings
    return flow


def moves(line: TheLine, flow: Flow) -> int:
    moved, last = line.runtime.do(lambda uow: publishing_moves.move(uow, flow))
    assert last is None
    return moved


def test_ana_goes_on_with_the_new_words_and_her_answer_counts(line: TheLine) -> None:
    line.runtime.start()
    line.answers(ANA, "CHECKIN")
    publishes(line, version())

    assert moves(line, version()) == 1
    assert OTHER in line.answers(ANA, "1")


def test_without_moving_she_keeps_hers(line: TheLine) -> None:
    line.runtime.start()
    line.answers(ANA, "CHECKIN")
    publishes(line, version())

    assert OFFER in line.answers(ANA, "1")


def test_whose_question_is_another_now_stays_with_the_old_one(line: TheLine) -> None:
    line.runtime.start()
    line.answers(ANA, "CHECKIN")
    line.answers(BEN, "CHECKIN")
    line.answers(BEN, "1")
    wider = changed("number: {min: 1, max: 5}", "number: {min: 0, max: 10}", CHECK_IN.replace(OFFER, OTHER))
    publishes(line, wider)

    assert moves(line, wider) == 1, "Ben's yes or no is the same; Ana was told 1 to 5"
    assert OFFER in line.answers(ANA, "1")


def test_whose_talk_is_over_is_not_touched(line: TheLine) -> None:
    line.runtime.start()
    line.answers(REX, "CHECKIN")
    line.answers(REX, "STOP")
    publishes(line, version())

    assert moves(line, version()) == 0


def test_moving_is_written_down(line: TheLine) -> None:
    line.runtime.start()
    line.runtime.do(lambda uow: publishing_moves.note_moved(uow, version(), "Oda", 3))
    with line.runtime.readers() as session:
        row = session.scalars(select(Audit).where(Audit.what == "moved people who were waiting")).one()
    assert (row.who, row.about, row.after) == ("Oda", "check_in", f"3 to {version().hash}")


def test_a_large_crowd_moves_in_batches(line: TheLine) -> None:
    line.runtime.start()
    crowd = [f"+1555555{number:04d}" for number in range(2000, 2005)]
    for phone in crowd:
        line.answers(phone, "CHECKIN")
    publishes(line, version())
    before, publishing_moves.BATCH = publishing_moves.BATCH, 2
    try:
        moved, after, rounds = 0, "", 0
        while after is not None:
            count, after = line.runtime.do(lambda uow, after=after: publishing_moves.move(uow, version(), after))
            moved, rounds = moved + count, rounds + 1
    finally:
        publishing_moves.BATCH = before

    assert (moved, rounds) == (5, 3)
    with line.runtime.readers() as session:
        hashes = set(session.scalars(select(Conversation.flow_hash).where(Conversation.flow == "check_in")))
    assert hashes == {version().hash}


def test_choices_with_other_keys_are_other_choices() -> None:
    old, _ = parse_flow(MENU, "main_menu.yaml")
    assert old is not None
    asked = next(step.id for step in old.steps if getattr(step, "choices", None))
    swapped = changed("key: 1,", "key: 7,", MENU, "main_menu")

    assert why_not(old, old, asked) is None
    assert why_not(old, swapped, asked) == "its choices or their keys are others"


def test_why_somebody_stays_is_said() -> None:
    old = changed("flow: check_in", "flow: check_in")
    gone = changed("mood", "feeling")
    yes_no = changed("number: {min: 1, max: 5}", "text: true")

    assert why_not(old, gone, "mood") == "the step is gone"
    assert why_not(old, yes_no, "mood") == "it asked for number and asks for text"
    assert why_not(old, old, "@1") is not None
    assert why_not(old, old, "nowhere") == "the step where they wait isn't known"


def test_a_retired_flow_begins_no_more_and_those_in_it_go_on(line: TheLine) -> None:
    line.runtime.start()
    line.answers(ANA, "CHECKIN")
    hash_ = line.runtime.library.flows["check_in"].hash
    line.runtime.do(lambda uow: publishing.retire(uow, "check_in", "Oda", hash_))
    line.clock.forward(minutes=1)

    assert OFFER in line.answers(ANA, "1")
    line.answers(BEN, "hi")
    assert "check_in" not in line.runtime.library.flows
    assert "check_in" in line.runtime.library.resting


def test_a_restart_does_not_bring_a_retired_flow_back_but_publishing_does(line: TheLine) -> None:
    line.runtime.start()
    flow = line.runtime.library.flows["check_in"]
    line.runtime.do(lambda uow: publishing.retire(uow, "check_in", "Oda", flow.hash))

    assert line.runtime.do(lambda uow: publishing.follow_files(uow, [flow])) == []
    publishes(line, flow)
    line.clock.forward(minutes=1)
    line.answers(BEN, "hi")
    assert line.runtime.library.flows["check_in"].hash == flow.hash
