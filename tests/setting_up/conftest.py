"""An account at the practice carrier, as somebody has it who sets a line up, and the command that does it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from checkin.cli.setup_command import setup
from checkin.practice.exchange import Exchange, PracticeSettings
from checkin.practice.server import start
from checkin.practice.state import LineNumber, PracticeAccount, PracticeService
from checkin.setup import env_file
from checkin.telephony.account import TwilioAccount
from tests.cast import LINE, VAL

ACCOUNT = "AC" + "5" * 32
TOKEN = "the-token-that-nobody-sees"
URL = "https://line.example.net"


@dataclass
class SettingUp:
    """Oda at the keyboard. `exchange` is the carrier's inside; `env` and `state` are what she gets."""

    exchange: Exchange
    carrier: str
    folder: Path
    options: dict[str, str] = field(default_factory=dict)

    @property
    def env(self) -> dict[str, str]:
        return env_file.read(self.folder / ".env")

    @property
    def state(self) -> Path:
        return self.folder / "state"

    @property
    def number(self) -> LineNumber:
        return self.exchange.numbers[LINE]

    @property
    def account(self) -> PracticeAccount:
        return self.exchange.account

    def runs(self, *more: str, **changed: str | None) -> Result:
        """`checkin setup` with her options, some of them changed or left out (None)."""
        options = {**self.options, **changed}
        given = [part for name, value in options.items() if value for part in (f"--{name.replace('_', '-')}", value)]
        alone = typer.Typer()
        alone.command()(setup)
        return CliRunner().invoke(alone, [*given, *more], env={"COLUMNS": "200"})

    def has_service(self, *, on_number: bool) -> PracticeService:
        """The number is a sender of a messaging service."""
        service = PracticeService("MG" + "7" * 32, "Peers", self.exchange.clock.now(), on_number=on_number)
        service.senders.append(self.number.sid)
        self.account.services[service.sid] = service
        return service


@pytest.fixture
def oda(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SettingUp]:
    for name in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_API_URL", "PUBLIC_URL", "CHECKIN_STATE"):
        monkeypatch.delenv(name, raising=False)
    running = start(PracticeSettings(account=ACCOUNT, token=TOKEN, numbers=(LINE,), port=0))
    options = {
        "account": ACCOUNT, "token": TOKEN, "url": URL, "carrier": running.url, "state": str(tmp_path / "state"),
        "env-file": str(tmp_path / ".env"), "backup": VAL,
    }  # fmt: skip
    yield SettingUp(running.exchange, running.url, tmp_path, options)
    running.stop()


@pytest.fixture
def account(oda: SettingUp) -> Callable[[], TwilioAccount]:
    """Her account, through Twilio's own client."""
    return lambda: TwilioAccount(ACCOUNT, TOKEN, oda.carrier)
