"""`checkin service`: units that run what the Procfile says, shown first, and taken away again."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from checkin.cli.service_commands import NEEDED, app
from checkin.core.errors import UserError
from checkin.core.processes import procfile
from checkin.core.settings import TABLE

RUNNING = sorted(f"checkin-{name}.service" for name in procfile())


def service(*words: str) -> Result:
    return CliRunner().invoke(app, words, catch_exceptions=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "units"
    made.mkdir()
    return made


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    file = tmp_path / "line.env"
    file.touch(mode=0o600)
    file.write_text("\n".join(f"{name}=x" for name in NEEDED))
    return file


def install(settings: Path, folder: Path, *more: str) -> Result:
    return service("install", "--settings", str(settings), "--user", "root", "--folder", str(folder), *more)


def test_units_run_what_the_procfile_says(settings: Path, folder: Path) -> None:
    assert install(settings, folder, "--yes").exit_code == 0
    assert sorted(path.name for path in folder.glob("*.service")) == RUNNING
    for name in procfile():
        text = (folder / f"checkin-{name}.service").read_text()
        assert f"/checkin run {name}\n" in text
        assert {"User=root", "NoNewPrivileges=yes", "ProtectSystem=strict", "StateDirectory=checkin"} < set(
            text.split("\n")
        )
        assert ("Restart=always" in text) == (name != "release")
    target = (folder / "checkin.target").read_text()
    assert "checkin-web.service checkin-worker.service checkin-clock.service" in target


def test_all_of_it_is_shown_and_a_dry_run_writes_nothing(settings: Path, folder: Path) -> None:
    said = install(settings, folder, "--dry-run").output
    assert all(f"--- {folder / name}" in said for name in RUNNING)
    assert list(folder.iterdir()) == []


def test_a_no_writes_nothing(settings: Path, folder: Path) -> None:
    ran = CliRunner().invoke(
        app, ["install", "--settings", str(settings), "--user", "root", "--folder", str(folder)], "n\n"
    )
    assert ran.exit_code == 1
    assert list(folder.iterdir()) == []


def test_what_was_written_is_taken_away_and_nothing_else(settings: Path, folder: Path) -> None:
    install(settings, folder, "--yes")
    (folder / "checkin-other.service").write_text("[Service]\n")
    assert service("remove", "--folder", str(folder), "--yes").exit_code == 0
    assert [path.name for path in folder.iterdir()] == ["checkin-other.service"]
    assert "no units of ours" in service("remove", "--folder", str(folder), "--yes").output


def test_units_of_somebody_else_are_left(settings: Path, folder: Path) -> None:
    (folder / "checkin-web.service").write_text("[Service]\n")
    with pytest.raises(UserError, match="not written by us"):
        install(settings, folder, "--yes")
    assert (folder / "checkin-web.service").read_text() == "[Service]\n"


def test_what_would_fail_later_is_said_first(settings: Path, folder: Path) -> None:
    with pytest.raises(UserError, match="useradd"):
        service("install", "--settings", str(settings), "--user", "no-such-user", "--folder", str(folder), "--yes")
    settings.chmod(0o644)
    with pytest.raises(UserError, match="chmod 600"):
        install(settings, folder, "--yes")
    settings.chmod(0o600)
    settings.write_text("PUBLIC_URL=https://line.example.org\n")
    with pytest.raises(UserError, match="CHECKIN_SECRET, TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, REDIS_URL"):
        install(settings, folder, "--yes")
    with pytest.raises(UserError, match="there is no"):
        install(settings.with_name("nothing"), folder, "--yes")
    assert list(folder.iterdir()) == []


def test_settings_that_stop_the_start_are_asked_for() -> None:
    assert {row.name for row in TABLE if row.default is None} <= set(NEEDED)
