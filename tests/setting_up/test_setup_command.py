"""Oda sets a line up with one command: it shows what changes, changes that and no more, and puts it all back."""

from __future__ import annotations

import pytest

from checkin.assembly import build
from checkin.compliance import canary
from checkin.core.settings import Settings
from checkin.practice.state import FOR_SALE
from checkin.setup.journal import NAME, Journal
from checkin.volunteers import queries
from tests.cast import LINE, VAL, VEE
from tests.setting_up.conftest import TOKEN, URL, SettingUp


def test_all_of_it_is_shown_and_nothing_is_done_in_a_dry_run(oda: SettingUp) -> None:
    shown = oda.runs("--dry-run")
    assert shown.exit_code == 0, shown.output
    for words in (
        "Studio flow",
        f"texts go to {URL}/webhooks/sms",
        f"calls go to {URL}/webhooks/voice",
        "was: nowhere",
    ):
        assert words in shown.output
    assert TOKEN not in shown.output
    assert "CHECKIN_SECRET=••••••••" in shown.output
    assert (oda.number.sms_url, oda.account.flows, oda.env, oda.state.exists()) == ("", {}, {}, False)


def test_the_number_and_what_answers_while_we_are_down_are_set(oda: SettingUp) -> None:
    done = oda.runs("--yes")
    assert done.exit_code == 0, done.output
    assert oda.number.sms_url == f"{URL}/webhooks/sms"
    assert oda.number.voice_url == f"{URL}/webhooks/voice"
    assert oda.number.status_url == f"{URL}/webhooks/voice/status"
    (flow,) = oda.account.flows.values()
    assert flow.status == "published"
    for fallback in (oda.number.sms_fallback_url, oda.number.voice_fallback_url, oda.env["TWILIO_FALLBACK_URL"]):
        assert fallback.endswith(flow.sid)
    assert VAL in str(flow.definition)
    assert oda.exchange.refusals.all() == []


def test_the_env_is_for_its_owner_alone_and_starts_a_line_that_is_none_for_practice(oda: SettingUp) -> None:
    oda.runs("--yes", lead_name="Vee", lead_phone=VEE)
    for file in (oda.folder / ".env", oda.state, oda.state / NAME):
        assert file.stat().st_mode & 0o077 == 0, file
    settings = Settings.from_env(oda.env)
    assert (settings.public_url, settings.line_number, settings.practice) == (URL, LINE, False)
    runtime = build(settings)
    try:
        known = runtime.look(canary.read)
        assert known is not None
        assert not known.practice
        assert len(runtime.read(lambda session: list(queries.leads(session, "default")))) == 1
    finally:
        runtime.close()


def test_a_second_run_changes_nothing(oda: SettingUp) -> None:
    oda.runs("--yes", lead_name="Vee", lead_phone=VEE)
    before, journal = oda.env, (oda.state / NAME).read_text()
    asked = len(oda.exchange.rest)
    again = oda.runs("--yes", lead_name="Vee", lead_phone=VEE)
    assert again.exit_code == 0, again.output
    assert "as they should be" in again.output
    assert (oda.env, (oda.state / NAME).read_text()) == (before, journal)
    assert [entry["action"] for entry in list(oda.exchange.rest)[asked:] if entry["form"]] == []
    assert len(oda.account.flows) == 1


def test_undone_the_number_leads_where_it_led_and_the_secret_is_kept(oda: SettingUp) -> None:
    oda.number.sms_url, oda.number.voice_url = "https://old.example.net/texts", "https://old.example.net/calls"
    oda.runs("--yes")
    secret = oda.env["CHECKIN_SECRET"]
    undone = oda.runs("--undo", "--yes")
    assert undone.exit_code == 0, undone.output
    assert oda.number.sms_url == "https://old.example.net/texts"
    assert oda.number.voice_url == "https://old.example.net/calls"
    assert (oda.number.sms_fallback_url, oda.account.flows, oda.env) == ("", {}, {})
    assert Journal(oda.state).entries == []
    oda.runs("--yes")
    assert oda.env["CHECKIN_SECRET"] == secret


def test_what_somebody_changed_since_is_left_as_it_is(oda: SettingUp) -> None:
    oda.runs("--yes")
    oda.number.sms_url = "https://elsewhere.example.net/"
    oda.runs("--undo", "--yes")
    assert oda.number.sms_url == "https://elsewhere.example.net/"
    assert oda.number.voice_url == ""


def test_an_env_that_was_there_keeps_its_own_lines_and_gets_them_back(oda: SettingUp) -> None:
    file = oda.folder / ".env"
    file.write_text("# ours\nPORT=8123\nPUBLIC_URL=https://before.example.net\n")
    oda.runs("--yes")
    assert file.read_text().startswith("# ours\nPORT=8123\n")
    assert oda.env["PUBLIC_URL"] == URL
    oda.runs("--undo", "--yes")
    assert file.read_text() == "# ours\nPORT=8123\nPUBLIC_URL=https://before.example.net\n"


def test_a_number_is_rented_at_the_price_that_was_shown_and_given_back_only_if_asked(oda: SettingUp) -> None:
    wanted = FOR_SALE["Local"][2]
    shown = oda.runs("--buy", "--area", "415", "--dry-run")
    assert f"rents {wanted} (San Francisco, CA) for 1.15 USD a month" in shown.output
    assert wanted not in oda.exchange.numbers
    oda.runs("--buy", "--area", "415", "--yes")
    assert oda.exchange.numbers[wanted].sms_url == f"{URL}/webhooks/sms"
    assert oda.env["CHECKIN_LINE_NUMBER"] == wanted
    assert "kept" in oda.runs("--undo", "--yes").output
    assert wanted in oda.exchange.numbers
    oda.runs("--undo", "--yes", "--give-back")
    assert wanted not in oda.exchange.numbers


@pytest.mark.parametrize("on_number", [True, False])
def test_a_messaging_service_is_pointed_here_where_its_addresses_count(oda: SettingUp, on_number: bool) -> None:
    service = oda.has_service(on_number=on_number)
    oda.runs("--yes")
    assert service.inbound_url == ("" if on_number else f"{URL}/webhooks/sms")
    assert bool(service.fallback_url) is not on_number
    assert oda.number.sms_url == f"{URL}/webhooks/sms"
    oda.runs("--undo", "--yes")
    assert (service.inbound_url, service.fallback_url, service.on_number) == ("", "", on_number)


def test_the_line_gets_the_groups_own_name(oda: SettingUp) -> None:
    done = oda.runs("--yes", name="Oak Street Line")
    assert done.exit_code == 0, done.output
    assert oda.env["CHECKIN_FLOWS"] == str(oda.state / "flows")
    (flow,) = oda.account.flows.values()
    assert flow.name == "Oak Street Line: when the line is down"
    runtime = build(Settings.from_env(oda.env))
    assert runtime.library.lines["default"].name == "Oak Street Line"
    runtime.close()
    assert "as they should be" in oda.runs("--yes", name="Oak Street Line").output


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"token": "wrong"}, "Twilio didn't accept TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN"),
        ({"url": "line.example.net"}, "PUBLIC_URL isn't an address that starts with https://"),
        ({"url": "http://line.example.net"}, "must not travel in the open"),
        ({"url": None}, "write --url"),
        ({"number": "+14155550177"}, "isn't one of the account's numbers for calls and texts"),
        ({"backup": "5"}, "isn't a full phone number"),
        ({"name": "{{ x }}"}, "the line's name is"),
    ],
)
def test_what_cannot_be_is_said_in_one_line_before_anything_is_changed(
    oda: SettingUp, changed: dict[str, str | None], why: str
) -> None:
    refused = oda.runs("--yes", **changed)
    assert refused.exit_code == 2
    assert why in refused.stderr
    assert TOKEN not in refused.output
    assert (oda.number.sms_url, oda.account.flows, oda.env) == ("", {}, {})


def test_a_number_that_an_application_has_is_refused(oda: SettingUp, monkeypatch: pytest.MonkeyPatch) -> None:
    from checkin.practice.api import numbers

    as_json = numbers.as_json
    monkeypatch.setattr(numbers, "as_json", lambda *of: as_json(*of) | {"voice_application_sid": "AP" + "1" * 32})
    refused = oda.runs("--yes")
    assert "is handed to an application at Twilio" in refused.stderr
    assert oda.account.flows == {}


def test_an_account_that_is_suspended_is_said(oda: SettingUp) -> None:
    oda.account.status = "suspended"
    assert "the account is suspended" in oda.runs("--yes").stderr


def test_a_setup_that_was_cut_short_goes_on_and_can_be_undone(oda: SettingUp) -> None:
    oda.exchange.faults.set(on="numbers.update", what="refuse", status=400, code=21502)
    assert oda.runs("--yes").exit_code == 2
    assert len(oda.account.flows) == 1
    assert oda.env == {}
    oda.exchange.faults.clear()
    assert oda.runs("--yes").exit_code == 0
    assert len(oda.account.flows) == 1
    oda.runs("--undo", "--yes")
    assert (oda.account.flows, oda.number.sms_url) == ({}, "")


def test_nobody_to_ask_means_nothing_is_done(oda: SettingUp) -> None:
    refused = oda.runs()
    assert "add --yes" in refused.stderr
    assert (oda.number.sms_url, oda.env) == ("", {})


def test_an_api_key_signs_in_and_the_token_is_kept_for_signatures(oda: SettingUp) -> None:
    oda.account.keys["SK" + "1" * 32] = "of the key"
    done = oda.runs("--yes", api_key="SK" + "1" * 32, api_secret="of the key")
    assert done.exit_code == 0, done.output
    assert oda.env["TWILIO_AUTH_TOKEN"] == TOKEN
    assert "of the key" not in (oda.folder / ".env").read_text()
