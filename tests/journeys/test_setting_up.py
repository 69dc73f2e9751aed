"""From an empty folder and an account to a line that answers, with two commands; and what answers when it is down."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from checkin.practice.exchange import PracticeSettings
from checkin.practice.server import Running, start
from checkin.setup import env_file
from tests.cast import ANA, BEN, LINE, VAL, VEE
from tests.journeys.house import ROOT, House
from tests.phones import Network
from tests.real_line import free_port

pytestmark = pytest.mark.processes

ACCOUNT, TOKEN = "AC" + "6" * 32, "a-token-of-this-journey"
LIFE = ("PATH", "HOME", "LANG", "TMPDIR")


@pytest.fixture
def carrier() -> Iterator[Running]:
    """Somebody's account: one number, which leads nowhere yet."""
    running = start(PracticeSettings(account=ACCOUNT, token=TOKEN, numbers=(LINE,), port=0, pace=20))
    yield running
    running.stop()


def run(environ: dict[str, str], *command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "checkin", *command],
        cwd=ROOT, env=environ, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{command}:\n{done.stdout}{done.stderr}"
    return done.stdout


def test_from_an_account_to_a_line_that_answers_and_back(carrier: Running, own_folder: Path) -> None:
    folder = own_folder / "setting-up"
    folder.mkdir()
    bare = {name: os.environ[name] for name in LIFE if name in os.environ} | {"COLUMNS": "160"}
    port = free_port()
    setting_up = (
        "setup", "--account", ACCOUNT, "--carrier", carrier.url, "--url", f"http://127.0.0.1:{port}",
        "--env-file", str(folder / ".env"), "--state", str(folder / "live"), "--backup", VAL,
        "--lead-name", "Vee", "--lead-phone", VEE, "--yes",
    )  # fmt: skip
    said = run(bare | {"TWILIO_AUTH_TOKEN": TOKEN}, *setting_up)
    assert f"http://127.0.0.1:{port}/setup/" in said
    assert (folder / "live" / "line.db").stat().st_mode & 0o077 == 0

    its_own = bare | env_file.read(folder / ".env") | {"PORT": str(port)}
    network = Network(carrier.url)
    with (folder / "said.txt").open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "checkin", "up"], cwd=ROOT, env=its_own, stdout=out, stderr=out, text=True
        )
    house = House(process, folder / "live", its_own, network, folder / "said.txt")
    try:
        house._until_it_runs()
        ana = network.phone(ANA, "Ana")
        ana.texts("hi")
        assert "988" in ana.reads("Harbor Line")
    finally:
        assert house.stop() == 0

    ana.texts("is anybody there?")
    assert "988" in ana.reads("Harbor Line: Something went wrong on our side")
    ben, val = network.phone(BEN, "Ben"), network.phone(VAL, "Val")
    ben.calls()
    ben.hears("Harbor Line. Something went wrong on our side")
    val.rings()
    val.answers()
    ben.is_talking_with(val)
    ben.hangs_up()

    run(its_own, "setup", "--undo", "--yes", "--env-file", str(folder / ".env"), "--state", str(folder / "live"))
    number = carrier.exchange.numbers[LINE]
    assert (number.sms_url, number.voice_url, number.voice_fallback_url) == ("", "", "")
    assert carrier.exchange.account.flows == {}
    assert not (folder / ".env").exists()
