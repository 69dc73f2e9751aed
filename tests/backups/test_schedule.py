"""The clock's part, the commands, and what Health says of both."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from checkin.backups import jobs, records
from checkin.cli.main import app
from checkin.core.settings import Settings, SettingsError
from tests import make
from tests.backups.conftest import BackedUpLine
from tests.cast import ANA


@pytest.fixture
def begun() -> list[tuple[str, ...]]:
    """The commands that the clock had begun."""
    return []


def begins(line: BackedUpLine, begun: list[tuple[str, ...]]) -> str:
    def run(command: tuple[str, ...], **_how: object) -> subprocess.Popen[bytes]:
        begun.append(command)
        return subprocess.Popen([sys.executable, "-c", ""])

    return jobs.start(line.runtime, run)


def test_nothing_is_begun_until_a_place_is_set(line: BackedUpLine, begun: list[tuple[str, ...]]) -> None:
    assert begins(line, begun) == jobs.NOT_SET
    assert jobs.keep(line.runtime, None) == jobs.NOT_SET
    assert begun == []


def test_the_clock_begins_one_a_day(line: BackedUpLine, begun: list[tuple[str, ...]]) -> None:
    line.environ["CHECKIN_BACKUP_TO"] = str(line.lying)
    line.runtime = line.opened(line.settings)
    assert begins(line, begun) == "begun"
    assert begun[0][1:] == ("-m", "checkin", "backup")
    line.backs_up()
    assert begins(line, begun) == "not due"
    line.clock.forward(hours=24)
    assert begins(line, begun) == "begun"


def test_what_lies_beside_is_kept_anew_and_a_place_that_is_gone_is_told(line: BackedUpLine) -> None:
    line.environ["CHECKIN_BACKUP_TO"] = str(line.lying)
    line.runtime = line.opened(line.settings)
    assert jobs.keep(line.runtime, None) == "saved"
    assert len(list(line.lying.iterdir())) == 1
    line.clock.forward(minutes=5)
    line.lying.rename(line.lying.with_name("elsewhere"))
    line.lying.write_text("a file where a folder was")
    assert jobs.keep(line.runtime, None).startswith("failed")
    assert line.runtime.read(records.standing).has_failed()


def test_a_rehearsal_comes_once_a_month(line: BackedUpLine) -> None:
    assert [line.backs_up().rehearsed, line.backs_up().rehearsed] == [True, False]
    line.clock.forward(days=30)
    assert line.backs_up().rehearsed


def test_late_is_said_late() -> None:
    now = make.Clock().now
    all_well = records.BackupStanding("age1", now, now, now)
    assert not all_well.is_late(now + timedelta(minutes=30))
    assert all_well.is_late(now + timedelta(hours=2)), "who was forgotten isn't saved"
    assert records.BackupStanding("age1", now, now).is_late(now), "nothing was ever rehearsed"


def test_she_makes_a_key_backs_up_and_rehearses_at_the_terminal(
    line: BackedUpLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line.hears(ANA, "hi")
    line.runtime.close()
    place, key = str(tmp_path / "elsewhere"), tmp_path / "key"
    monkeypatch.setenv("TWILIO_API_URL", "http://127.0.0.1:9")
    came = CliRunner().invoke(app, ["backup", "--new-key", "--to", place])
    assert came.exit_code == 0, came.output
    assert "Rehearsed" in came.output
    [secret] = [word for word in came.output.split() if word.startswith("AGE-SECRET-KEY-1")]
    assert secret.encode() not in (line.settings.state / "line.db").read_bytes(), "it's kept nowhere here"
    again = CliRunner().invoke(app, ["backup", "--to", place])
    assert "AGE-SECRET-KEY-1" not in again.output, "it's shown once"
    key.write_text(secret)
    came = CliRunner().invoke(app, ["restore", place, "--rehearse", "--key-file", str(key)])
    assert came.exit_code == 0, came.output
    assert "readable" in came.output
    for name in line.environ:
        monkeypatch.delenv(name)  # a new machine knows nothing
    monkeypatch.setenv("CHECKIN_STATE", str(tmp_path / "new"))
    back = tmp_path / "back"
    came = CliRunner().invoke(app, ["restore", place, "--unpack", str(back), "--key-file", str(key)])
    assert came.exit_code == 0, came.output
    assert f"CHECKIN_SECRET={make.SECRET}" in (back / "settings.env").read_text()
    assert (back / "flows" / "lines.yaml").exists()
    assert (back / "settings.env").stat().st_mode & 0o077 == 0


def test_help_names_both() -> None:
    said = CliRunner().invoke(app, ["--help"]).output
    assert "backup" in said
    assert "restore" in said


def test_a_bucket_for_backups_needs_its_keys(line: BackedUpLine) -> None:
    with pytest.raises(SettingsError, match="CHECKIN_BACKUP_TO names a bucket, but AWS_ACCESS_KEY_ID isn't set"):
        Settings.from_env(line.environ | {"CHECKIN_BACKUP_TO": "s3://backups/line"})
    with pytest.raises(SettingsError, match="isn't s3://bucket"):
        Settings.from_env(line.environ | {"CHECKIN_BACKUP_TO": "s3://"})
