"""`checkin doctor` on real parts: a practice account, a database, no line that answers; and the same as JSON."""

from __future__ import annotations

import json

import pytest
import typer
from typer.testing import CliRunner, Result

from checkin.assembly import build
from checkin.cli.doctor_command import doctor
from checkin.core.settings import Settings
from checkin.doctor import service
from checkin.practice.state import PracticeService
from tests.cast import LINE, VEE
from tests.setting_up.conftest import SettingUp, oda

__all__ = ["oda"]


@pytest.fixture
def hers(oda: SettingUp, monkeypatch: pytest.MonkeyPatch) -> SettingUp:
    """A line that was just set up, its settings in force. Nothing of it runs."""
    assert oda.runs("--yes", lead_name="Vee", lead_phone=VEE, url="http://127.0.0.1:9").exit_code == 0
    for name, value in oda.env.items():
        monkeypatch.setenv(name, value)
    return oda


def examined(*more: str) -> Result:
    alone = typer.Typer()
    alone.command()(doctor)
    return CliRunner().invoke(alone, [*more])


def colors(*more: str) -> dict[str, tuple[str, str]]:
    told = json.loads(examined("--json", *more).stdout)
    return {check["check"]: (check["color"], check["said"]) for check in told["checks"]}


def test_what_does_not_run_is_red_and_what_was_set_up_is_green(hers: SettingUp) -> None:
    done = examined()
    assert done.exit_code == 1
    rows = {line.split("\t")[1]: line.split("\t")[0] for line in done.stdout.splitlines()[1:]}
    for title in ("Account", "Number", "Where it leads", "When this is down", "Database", "Audio", "Flows", "Clock"):
        assert rows[title] == "green", title
    for title in ("Public address", "Redis", "Processes", "Organizers"):
        assert rows[title] == "red", title
    assert hers.exchange.refusals.all() == []


def test_each_part_of_the_account_is_looked_at(hers: SettingUp) -> None:
    hers.account.kind, hers.account.balance, hers.account.closed = "Trial", "0.40", {"CA"}
    hers.account.profiles = ["twilio-approved"]
    hers.number.voice_url = "https://elsewhere.example.net/"
    found = colors()
    assert found["kind"][0] == "red"
    assert found["balance"] == ("amber", "0.40 USD are left.")
    assert "CA" in found["permissions"][1]
    assert found["at_once"][0] == "green"
    assert "calls" in found["addresses"][1]


@pytest.mark.parametrize(
    ("campaigns", "color"), [(["VERIFIED"], "green"), (["IN_PROGRESS"], "amber"), (["FAILED"], "red"), ([], "red")]
)
def test_the_registration_of_its_service_counts(hers: SettingUp, campaigns: list[str], color: str) -> None:
    service = PracticeService("MG" + "7" * 32, "Peers", hers.exchange.clock.now(), on_number=True)
    service.senders.append(hers.number.sid)
    service.campaigns = campaigns
    hers.account.services[service.sid] = service
    assert colors()["registration"][0] == color


def test_a_wrong_token_and_a_network_that_is_down_are_told_apart(
    hers: SettingUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "another")
    assert "didn't accept" in colors()["credentials"][1]
    monkeypatch.setenv("TWILIO_API_URL", "http://127.0.0.1:9")
    found = colors()
    assert "can't be reached" in found["credentials"][1]
    assert "balance" not in found


def test_what_one_api_does_not_tell_is_amber_and_hides_nothing_else(hers: SettingUp) -> None:
    hers.exchange.faults.set(on="balance.fetch", what="refuse", status=403, code=20403)
    found = colors()
    assert found["unread"] == ("amber", "Twilio did not tell: balance.")
    assert found["number"][0] == "green"


def test_settings_that_are_missing_are_one_red_line(hers: SettingUp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLIC_URL", "line.example.net")
    done = examined("--json")
    assert done.exit_code == 1
    (told,) = json.loads(done.stdout)["checks"]
    assert "PUBLIC_URL isn't an address that starts with https://" in told["said"]


def test_what_was_found_is_kept_for_the_console(hers: SettingUp) -> None:
    found = colors()
    runtime = build(Settings.from_env(hers.env))
    try:
        last = runtime.look(service.last)
    finally:
        runtime.close()
    assert last is not None
    assert {finding.check: finding.color for finding in last.findings} == {
        name: color for name, (color, _) in found.items()
    }
    assert LINE in str(last.findings)
