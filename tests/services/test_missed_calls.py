"""Vee's phone rings out again and again: she is asked once how she is, others ring first, and a lead can see it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from checkin.core.unit_of_work import UnitOfWork
from checkin.relays import preview
from checkin.relays.preview import PreviewedVolunteer
from checkin.relays.rules.matching import Need
from checkin.volunteers.models import Alert
from tests import make
from tests.cast import ANA, ODA, VAL, VEE
from tests.services.left_messages import ana_leaves_a_message
from tests.services.phones import NAMES, Phone, ben_asks_for_a_peer, phone_of, volunteer, volunteers
from tests.the_line import TheLine

ASKED = "we rang you 5 times and didn't reach you"


def rings_out(phone: Phone) -> None:
    phone.status("no-answer")


def a_voicemail_takes_it(phone: Phone) -> None:
    phone.picks_up()
    phone.presses(None)
    phone.status("completed")


def a_machine_is_heard(phone: Phone) -> None:
    phone.picks_up("machine_start")


def ben_calls(line: TheLine, fares: object = rings_out) -> None:
    """Ben waits, and Vee's phone fares so; then he hangs up."""
    ben = ben_asks_for_a_peer(line)
    line.carries_out()
    assert callable(fares)
    fares(phone_of(line, VEE))
    ben.hangs_up()
    line.carries_out()
    line.clock.forward(minutes=3)


def missed(line: TheLine) -> int:
    return volunteer(line, VEE).missed


def asked(line: TheLine) -> int:
    """How often she was asked."""
    return sum(ASKED in text for text in line.sent_to(VEE))


def in_order(line: TheLine) -> list[str]:
    """Who would be rung, in which order."""
    found = line.runtime.look(lambda uow: preview.who(uow, Need("default", "voice")))
    return [
        make.decrypted(line.runtime, candidate.volunteer, "name_encrypted")
        for candidate in found
        if candidate.reason is None
    ]


@pytest.mark.parametrize("fares", [rings_out, a_voicemail_takes_it, a_machine_is_heard])
def test_the_fifth_time_she_is_asked_how_she_is_and_never_again(line: TheLine, fares: object) -> None:
    volunteers(line, VEE)
    for n in range(8):
        ben_calls(line, fares)
        assert asked(line) == (1 if n >= 4 else 0)
    assert missed(line) >= 8
    assert "Reply 1 I'm fine, 2 I need a break, 3 please call me." in line.sent_to(VEE)[-1]


@pytest.mark.parametrize("keys", ["1", "2", "9"])
def test_a_key_says_that_she_is_there(line: TheLine, keys: str) -> None:
    volunteers(line, VEE)
    for _ in range(4):
        ben_calls(line)

    def picks_up(phone: Phone) -> None:
        phone.picks_up()
        phone.presses(keys)
        phone.status("completed")

    ben_calls(line, picks_up)
    assert (missed(line), asked(line)) == (0, 0)


def test_busy_and_taken_by_another_are_no_such_sign(line: TheLine) -> None:
    volunteers(line, VEE, VAL)
    ben_calls(line, lambda phone: phone.status("busy"))
    ben_calls(line, lambda _: phone_of(line, VAL).takes_it())
    assert missed(line) == 0


def test_a_call_back_that_she_asked_for_herself_is_none_either(line: TheLine) -> None:
    volunteers(line, VEE)
    number = ana_leaves_a_message(line)
    line.answers(VEE, f"CALL {number}")
    line.carries_out()
    rings_out(phone_of(line, VEE))
    assert missed(line) == 0


def test_others_ring_first_until_she_is_back(line: TheLine) -> None:
    volunteers(line, VEE)
    for _ in range(5):
        ben_calls(line)
    volunteers(line, VAL)
    line.runtime.do(lambda uow: setattr(uow.session.get_one(type(volunteer(line, VAL)), volunteer(line, VAL).id),
                                         "last_relay_at", uow.now))  # fmt: skip
    assert in_order(line) == ["Val", "Vee"]
    line.answers(VEE, "1")
    assert set(in_order(line)) == {"Val", "Vee"}
    assert missed(line) == 0


@pytest.mark.parametrize(
    ("words", "said", "standing"),
    [
        ("1", "Good to hear", "on"),
        ("2.", "You're off duty until you text ON", "off duty"),
        ("3", "Someone will call you soon", "paused"),
        ("Call me", "Someone will call you soon", "paused"),
        ("sorry, my mother is ill", "Thanks for writing back", "on"),
        ("OFF", "You're off duty", "off duty"),
        ("ON", "on duty", "on"),
    ],
)
def test_what_she_answers(line: TheLine, words: str, said: str, standing: str) -> None:
    NAMES[ODA] = "Oda"
    volunteers(line, ODA, lead=True, channels=["text"])
    volunteers(line, VEE)
    for _ in range(5):
        ben_calls(line)
    assert said in line.answers(VEE, words)
    line.carries_out()
    found = line.runtime.look(lambda uow: preview.who(uow, Need("default", "voice")))
    vee = next(candidate for candidate in found if candidate.volunteer.id == volunteer(line, VEE).id)
    assert (vee.reason or "on") == standing
    assert missed(line) == 0
    told = [text for text in line.sent_to(ODA) if "asks for a call" in text]
    assert len(told) == (standing == "paused")
    assert line.runtime.read(lambda s: s.scalars(select(Alert.rule).where(Alert.kind == "volunteer_call")).all()) == (
        ["after calls that rang out"] if told else []
    )
    del NAMES[ODA]


def test_in_a_text_relay_her_words_are_for_the_contact(line: TheLine) -> None:
    volunteers(line, VEE)
    for _ in range(5):
        ben_calls(line)
    line.answers(ANA, "PEER")
    line.answers(VEE, "TAKE")
    assert missed(line) == 0, "whoever takes a relay is there"
    line.answers(VEE, "1")
    line.carries_out()
    assert line.sent_to(ANA)[-1] == "Peer: 1"


def test_the_same_number_means_what_was_asked_last(line: TheLine) -> None:
    volunteers(line, VEE)
    for _ in range(5):
        ben_calls(line)
    assert "Good to hear" in line.answers(VEE, "1")
    assert "don't know that word" in line.answers(VEE, "1"), "it was answered"


def test_a_lead_can_see_it(line: TheLine) -> None:
    volunteers(line, VEE)

    def seen(uow: UnitOfWork) -> list[PreviewedVolunteer]:
        return preview.who(uow, Need("default", "voice"))

    for _ in range(5):
        assert line.runtime.look(seen)[0].missed == 0
        ben_calls(line)
    assert line.runtime.look(seen)[0].missed == 5


def test_an_organizer_who_resumes_her_begins_anew(line: TheLine) -> None:
    from checkin.volunteers import service as team

    volunteers(line, VEE)
    for _ in range(5):
        ben_calls(line)
    line.runtime.do(lambda uow: team.resume(uow, team.find(uow, "default", "Vee"), "Oda"))
    assert missed(line) == 0


def test_in_spanish(line: TheLine) -> None:
    volunteers(line, VEE, languages=["es", "en"])
    for _ in range(5):
        ben_calls(line)
    assert "le llamamos 5 veces" in line.sent_to(VEE)[-1]
    assert "Que descanse" in line.answers(VEE, "2")
