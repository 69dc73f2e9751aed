"""What the carrier says of a phone, and by what it brings a text, silences nobody: the real processes, end to end."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.journeys.house import House
from tests.phones import Phone

pytestmark = pytest.mark.processes

Take = Callable[..., Phone]
LEA = "+15555557799"


@pytest.fixture(scope="module")
def lea(shared_house: House) -> Iterator[Phone]:
    """Who leads: she is told when somebody may be in danger."""
    shared_house.command("volunteers", "add", "--name", "Lea", "--phone", LEA, "--lead")
    yield shared_house.network.phone(LEA, "Lea")
    shared_house.command("volunteers", "remove", "Lea", "--yes")


def test_whoever_had_no_signal_for_a_moment_is_answered_in_danger(house: House, phone: Take, lea: Phone) -> None:
    ana = phone("Ana", text_error=30004)
    ana.texts("hello?")
    ana.reads_nothing(for_=2)
    ana.behaves(text_error=None)
    ana.texts("I want to kill myself")
    ana.reads("988")
    lea.reads("may be in crisis", within=20)


def test_the_same_person_by_rcs_is_the_same_person(phone: Take, lea: Phone) -> None:
    ana = phone("Rosa")
    ana.texts("CHECKIN")
    ana.reads("How are you today")
    ana.texts("4", app="rcs")
    ana.reads("once a week")
    ana.texts("I want to kill myself", app="rcs")
    ana.reads("988")
    lea.reads("may be in crisis", within=20)


def test_whoever_writes_by_another_app_is_told_where_we_answer_and_is_seen(
    house: House, phone: Take, lea: Phone
) -> None:
    ana = phone("Wanda")
    ana.texts("is anybody there", app="whatsapp")
    ana.reads("can't answer here")
    assert any("an app" in reason for reason in house.reasons())
    ana.texts("I want to kill myself", app="whatsapp")
    ana.reads("988")
    lea.reads("may be in crisis", within=20)
