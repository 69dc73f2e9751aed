"""`checkin up` on Twilio says what is red, once, and again when it comes back."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from checkin.cli.hourly_checkup import EVERY, FIRST_AFTER, HourlyCheckup


class Seconds:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def result(**colors: str) -> str:
    checks = [
        {"check": name, "title": name.title(), "color": color, "said": "It is so.", "todo": "Do this."}
        for name, color in colors.items()
    ]
    return json.dumps({"status": "red", "checks": checks})


@pytest.fixture
def said() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def checkup(said: io.StringIO, seconds: Seconds, tmp_path: Path) -> HourlyCheckup:
    return HourlyCheckup(Console(file=said), {}, tmp_path / "doctor.json", seconds)


def test_what_is_red_is_said_once_and_again_when_it_comes_back(checkup: HourlyCheckup, said: io.StringIO) -> None:
    checkup.tell(result(leads="red", disk="amber", redis="green"))
    checkup.tell(result(leads="red"))
    assert said.getvalue() == "Leads: It is so. Do this.\n"
    checkup.tell(result(leads="green"))
    checkup.tell(result(leads="red"))
    assert said.getvalue().count("Leads") == 2


@pytest.mark.parametrize("broken", ["", "{", "[]", '{"checks": 3}', "Traceback"])
def test_what_is_no_result_says_nothing(checkup: HourlyCheckup, said: io.StringIO, broken: str) -> None:
    checkup.tell(broken)
    assert said.getvalue() == ""


def test_it_looks_soon_after_the_start_and_then_every_hour(checkup: HourlyCheckup, seconds: Seconds) -> None:
    begun = []
    for step in (0, FIRST_AFTER - 1, 2, 60, EVERY - 70, 20):
        seconds.now += step
        checkup.look()
        if checkup._running is not None:
            begun.append(seconds.now)
            checkup._running.terminate()
            checkup._running.wait(10)
            checkup.look()
    assert begun == [100 + FIRST_AFTER + 1, 100 + FIRST_AFTER + 1 + 60 + EVERY - 70 + 20]
