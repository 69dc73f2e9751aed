"""Whoever writes a lot is never left in silence; two machines are."""

from __future__ import annotations

from sqlalchemy import func, select

from checkin.messages.models import Message
from checkin.volunteers.models import Alert
from tests.cast import ANA, VEE
from tests.make import volunteer
from tests.the_line import TheLine

LONG = "and then there was the thing with {} that I wanted to tell"


def ana_writes_too_much(line: TheLine) -> list[str]:
    return [line.answers(ANA, LONG.format(n)) for n in range(14)]


def joined(line: TheLine) -> None:
    line.runtime.do(lambda uow: volunteer(uow, VEE, "Vee"))
    line.answers(ANA, "PEER")
    line.carries_out()
    line.answers(VEE, "TAKE 1")
    line.carries_out()


def test_the_first_text_too_many_is_told_how_it_stands_and_someone_is_told(line: TheLine) -> None:
    said = ana_writes_too_much(line)
    slow = next(words for words in said if "pause for a few minutes" in words)
    assert "988" in slow
    assert said[-1] == ""
    alerts = line.runtime.read(
        lambda s: s.scalar(select(func.count()).select_from(Alert).where(Alert.kind == "reply_budget"))
    )
    assert alerts == 1


def test_everything_is_kept_all_the_same(line: TheLine) -> None:
    ana_writes_too_much(line)
    kept = line.runtime.read(lambda s: s.scalar(select(func.count()).select_from(Message).where(Message.inbound)))
    assert kept == 14


def test_a_way_to_a_person_stays_open(line: TheLine) -> None:
    ana_writes_too_much(line)
    assert "988" in line.answers(ANA, "I want to kill myself")
    assert line.answers(ANA, "PEER")
    assert line.answers(ANA, "PERSON")
    assert line.answers(ANA, "MENU")


def test_a_no_to_being_forgotten_is_never_lost(line: TheLine) -> None:
    ana_writes_too_much(line)
    assert line.answers(ANA, "FORGET")
    assert line.answers(ANA, "no, please keep everything as it was")
    assert line.contact(ANA).number_encrypted is not None


def test_a_talk_with_a_peer_has_no_budget(line: TheLine) -> None:
    joined(line)
    for n in range(15):
        line.answers(ANA, LONG.format(n))
    line.carries_out()
    heard = [body for body in line.sent_to(VEE) if "the thing with" in body]
    assert len(heard) == 15


def test_a_cry_for_help_reaches_the_peer_too(line: TheLine) -> None:
    joined(line)
    assert "988" in line.answers(ANA, "I want to die")
    line.carries_out()
    assert any("I want to die" in body for body in line.sent_to(VEE))


def test_stop_please_is_a_stop(line: TheLine) -> None:
    line.answers(ANA, "STOP please")
    assert line.contact(ANA).opted_out_at is not None


def test_a_contact_is_told_when_their_peer_had_to_go(line: TheLine) -> None:
    joined(line)
    line.answers(VEE, "PASS")
    line.carries_out()
    assert any("had to go" in body for body in line.sent_to(ANA))
