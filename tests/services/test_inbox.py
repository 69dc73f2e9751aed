"""What Ana writes and Ben says for a person of the team is read, heard, claimed once, and closed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from checkin.cases import service as cases
from checkin.cases.models import Case, CaseNote
from checkin.core.audit_models import Audit
from checkin.core.errors import UserError
from checkin.core.unit_of_work import UnitOfWork
from checkin.relays import service
from checkin.volunteers import service as volunteers
from checkin.volunteers.models import Volunteer
from checkin.web.reads import inbox as read
from tests import make
from tests.cast import ANA, BEN, VAL, VEE
from tests.make import make_uow
from tests.media.sounds import wav
from tests.the_line import TheLine

ODA = cases.Named("Oda", "oda at the desk")


def leaves_a_message(line: TheLine) -> None:
    """Ana texts one for the team."""
    for body in ("hello", "4", "Could someone tell me\nwhen the group meets?", "DONE"):
        line.answers(ANA, body)


def speaks_a_message(line: TheLine) -> str:
    """Ben leaves a recorded one; answers the network's id of it."""
    call = line.rings(BEN)
    call.presses("4")
    call.records(12)
    [number] = [case.number for case in waiting(line) if case.contact_id == line.contact(BEN).id]
    recording = line.runtime.do(lambda uow: cases.find(uow, "default", number)).recording
    assert recording is not None
    return recording.sid or ""


def the_case(uow: UnitOfWork, number: int = 1) -> Case:
    return cases.find(uow, "default", number).case


def actor(uow: UnitOfWork, name: str) -> Volunteer | cases.Named:
    """A volunteer with this name, or whoever has no other."""
    return ODA if name == "Oda" else volunteers.find(uow, "default", name)


def waiting(line: TheLine, box: str = "todo") -> list[Case]:
    """The cases of a box, as the page has them."""
    return line.runtime.look(lambda uow: [row.case for row in read.cases(uow, "default", box, "")])


def test_anas_words_are_there_to_be_read(line: TheLine) -> None:
    leaves_a_message(line)
    (case,) = waiting(line)
    assert (case.number, case.kind, case.state) == (1, "message", "open")
    assert case.contact_id == line.contact(ANA).id
    assert case.created_at == line.clock.now
    found = line.runtime.do(lambda uow: cases.words(uow, cases.find(uow, "default", 1).case))
    assert found == "Could someone tell me\nwhen the group meets?"


def test_bens_recording_is_there_to_be_heard_once_it_is_fetched(line: TheLine) -> None:
    network_sid = speaks_a_message(line)
    opened = line.runtime.do(lambda uow: cases.find(uow, "default", 1))
    assert opened.recording is not None
    assert (opened.recording.state, opened.recording.media_key) == ("expected", None)
    line.network.recordings[network_sid] = wav(12)
    line.clock.forward(minutes=1)
    line.carries_out()
    opened = line.runtime.do(lambda uow: cases.find(uow, "default", 1))
    assert opened.recording is not None
    assert line.runtime.media.open(opened.recording.media_key or "")
    assert line.runtime.do(lambda uow: cases.words(uow, opened.case)) == ""


def test_the_second_who_claims_it_hears_who_has_it(line: TheLine) -> None:
    leaves_a_message(line)
    line.runtime.do(lambda uow: make.volunteer(uow, VEE, "Vee") and make.volunteer(uow, VAL, "Val"))

    def claim(who: str) -> bool:
        return line.runtime.do(lambda uow: cases.claim(uow, the_case(uow), actor(uow, who)))

    assert claim("Vee")
    assert not claim("Vee"), "the same again is no error"
    for name in ("Val", "Oda"):
        with pytest.raises(cases.Taken, match="Vee already has case 1"):
            claim(name)
    assert waiting(line)[0].state == "claimed"
    line.runtime.do(lambda uow: cases.close(uow, the_case(uow), ODA))
    with pytest.raises(UserError, match="already closed"):
        claim("Val")
    with pytest.raises(UserError, match="already closed"):
        line.runtime.do(lambda uow: cases.close(uow, the_case(uow), ODA))
    assert waiting(line) == []
    assert [item.state for item in waiting(line, "closed")] == ["closed"]


def test_each_step_is_written_down_once(line: TheLine) -> None:
    leaves_a_message(line)
    for _ in range(2):
        line.runtime.do(lambda uow: cases.claim(uow, the_case(uow), ODA))
    line.runtime.do(lambda uow: cases.close(uow, the_case(uow), ODA))
    case = line.runtime.do(lambda uow: cases.find(uow, "default", 1)).case
    written = line.runtime.read(
        lambda session: session.execute(
            select(Audit.who, Audit.what, Audit.before, Audit.after).where(Audit.about == case.id)
        ).all()
    )
    assert sorted(tuple(row) for row in written) == [
        ("oda at the desk", "claimed a case", "open", "claimed"),
        ("oda at the desk", "closed a case", "claimed", "closed"),
    ]


def test_whoever_claimed_it_and_left_the_team_is_not_named(line: TheLine) -> None:
    leaves_a_message(line)
    vee = line.runtime.do(lambda uow: make.volunteer(uow, VEE, "Vee"))
    line.runtime.do(lambda uow: cases.claim(uow, the_case(uow), actor(uow, "Vee")))
    line.runtime.do(lambda uow: service.remove_volunteer(uow, uow.session.merge(vee), "Oda"))
    holder = line.runtime.do(lambda uow: cases.holder_of(uow, cases.find(uow, "default", 1).case))
    assert holder == "someone who left the team"


def test_what_she_asked_us_to_forget_cannot_be_read_any_more(line: TheLine) -> None:
    leaves_a_message(line)
    for body in ("FORGET", "FORGET"):
        line.answers(ANA, body)
    found = line.runtime.do(lambda uow: cases.find(uow, "default", 1))
    assert (line.runtime.do(lambda uow: cases.words(uow, found.case)), found.alias) == ("", "Forgotten")


def test_the_urgent_stands_before_the_old_and_the_open_before_the_claimed(session: Session) -> None:
    uow = make_uow(session)
    for number, (priority, state) in enumerate(
        [("normal", "open"), ("soon", "claimed"), ("soon", "open"), ("urgent", "open"), ("urgent", "closed")], 1
    ):
        session.add(
            Case(
                id=uow.new_id(), line="default", number=number, kind="handover", inbox="coordinators",
                priority=priority, reason="asked", state=state, created_at=uow.now + timedelta(minutes=number),
                closed_at=uow.now if state == "closed" else None,
            )
        )  # fmt: skip
    session.flush()
    assert [row.case.number for row in read.cases(uow, "default", "todo", "")] == [4, 3, 1, 2]
    assert [row.case.number for row in read.cases(uow, "default", "closed", "")] == [5]
    assert read.cases(uow, "elsewhere", "closed", "") == []


def test_what_val_saw_open_a_moment_ago_is_vees_once_she_has_claimed_it(engine: Engine) -> None:
    with Session(engine) as first, first.begin():
        uow = make_uow(first)
        first.add(
            Case(
                id=uow.new_id(), line="default", number=7, kind="message", inbox="coordinators", priority="normal",
                reason="left", created_at=uow.now,
            )
        )  # fmt: skip
    with Session(engine) as late:
        seen = cases.find(make_uow(late), "default", 7).case
        assert seen.state == "open", "Val read it before Vee claimed it"
        late.rollback()
        with Session(engine) as first, first.begin():
            cases.claim(uow := make_uow(first), the_case(uow, 7), cases.Named("Vee", "Vee"))
        with pytest.raises(cases.Taken, match="Vee already has case 7"):
            cases.claim(make_uow(late), seen, cases.Named("Val", "Val"))
        late.rollback()


@pytest.mark.parametrize("name", ["", "  ", "V" * 81, "Vee\x1b[2J"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(UserError, match="say who claims it"):
        cases.Named(name, "oda at the desk")


def test_a_name_as_long_as_an_id_is_a_name(line: TheLine) -> None:
    leaves_a_message(line)
    kim = cases.Named("K" * 32, "kim at the desk")
    line.runtime.do(lambda uow: cases.claim(uow, the_case(uow), kim))
    assert line.runtime.do(lambda uow: cases.holder_of(uow, the_case(uow))) == "K" * 32


def test_vee_gives_back_and_closes_what_is_hers_alone(line: TheLine) -> None:
    leaves_a_message(line)
    line.runtime.do(lambda uow: make.volunteer(uow, VEE, "Vee") and make.volunteer(uow, VAL, "Val"))
    line.runtime.do(lambda uow: cases.claim(uow, the_case(uow), actor(uow, "Val")))
    for act in (cases.release, cases.close):
        with pytest.raises(cases.NotTheirs, match="case 1 isn't yours"):
            line.runtime.do(lambda uow, act=act: act(uow, the_case(uow), actor(uow, "Vee")))  # type: ignore[misc]
    line.runtime.do(lambda uow: cases.release(uow, the_case(uow), actor(uow, "Val")))
    assert waiting(line)[0].state == "open"
    with pytest.raises(UserError, match="nobody has claimed it"):
        line.runtime.do(lambda uow: cases.release(uow, the_case(uow), ODA))


def test_what_was_done_is_told_whoever_did_it(line: TheLine) -> None:
    leaves_a_message(line)
    line.runtime.do(lambda uow: make.volunteer(uow, VEE, "Vee"))
    vee = line.runtime.do(lambda uow: actor(uow, "Vee")).id
    line.runtime.do(lambda uow: cases.claim(uow, the_case(uow), actor(uow, "Vee")))
    line.runtime.do(lambda uow: cases.release(uow, the_case(uow), cases.THE_LINE))
    line.runtime.do(lambda uow: cases.close(uow, the_case(uow), ODA))
    notes = line.runtime.read(lambda session: session.scalars(select(CaseNote).order_by(CaseNote.id)).all())
    assert [(note.kind, note.by, note.by_name) for note in notes] == [
        ("claimed", vee, None),
        ("given_back", None, None),
        ("closed", None, "Oda"),
    ]


def test_a_number_that_is_none_is_said(line: TheLine) -> None:
    with pytest.raises(UserError, match="there's no case 9$"):
        line.runtime.do(lambda uow: cases.find(uow, "default", 9))
