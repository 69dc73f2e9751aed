"""A line without an account anywhere: keys are made once, kept to ourselves, and found by the other commands."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from checkin.core import practice_settings
from checkin.core.settings import Settings, SettingsError


def test_what_is_made_up_is_enough_to_start(tmp_path: Path) -> None:
    environ = {"CHECKIN_STATE": str(tmp_path)}
    settings = Settings.from_env(environ | practice_settings.make(environ))
    assert settings.practice
    assert settings.public_url == "http://localhost:8000"
    assert settings.twilio_api_url == "http://localhost:8010"


def test_the_same_keys_are_found_the_next_time_and_by_other_commands(tmp_path: Path) -> None:
    environ = {"CHECKIN_STATE": str(tmp_path)}
    first = practice_settings.make(environ)
    again = practice_settings.make(environ | {"PORT": "9000"})
    for name in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "CHECKIN_SECRET"):
        assert again[name] == first[name]
    assert practice_settings.fill_in(environ) == again | environ


def test_nobody_else_can_read_the_keys(tmp_path: Path) -> None:
    practice_settings.make({"CHECKIN_STATE": str(tmp_path)})
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == {"practice.env": 0o600, "practice-token": 0o600, "secret": 0o600}


def test_what_an_earlier_version_wrote_down_is_practice_all_the_same(tmp_path: Path) -> None:
    environ = {"CHECKIN_STATE": str(tmp_path)}
    practice_settings.make(environ)
    kept = tmp_path / "practice.env"
    lines = kept.read_text().splitlines(keepends=True)
    kept.write_text("".join(line for line in lines if not line.startswith("CHECKIN_PRACTICE=")))
    assert Settings.from_env(practice_settings.fill_in(environ)).practice


def test_a_real_account_is_never_mixed_with_practice_keys(tmp_path: Path) -> None:
    practice_settings.make({"CHECKIN_STATE": str(tmp_path)})
    real = {"CHECKIN_STATE": str(tmp_path), "TWILIO_ACCOUNT_SID": "AC" + "0" * 32}
    assert practice_settings.fill_in(real) == real
    with pytest.raises(SettingsError, match="^PUBLIC_URL isn't set"):
        Settings.from_env(practice_settings.fill_in(real))


def test_what_the_environment_says_wins(tmp_path: Path) -> None:
    environ = {"CHECKIN_STATE": str(tmp_path), "CHECKIN_LINE_NUMBER": "+15555550199", "PUBLIC_URL": ""}
    practice_settings.make(environ)
    filled = practice_settings.fill_in(environ)
    assert filled["CHECKIN_LINE_NUMBER"] == "+15555550199"
    assert filled["PUBLIC_URL"] == "http://localhost:8000"
