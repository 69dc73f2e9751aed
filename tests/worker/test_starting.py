"""A process that can't start says so in one line, before anything else happens."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

BIN = Path(sys.executable).parent
ROOT = Path(__file__).parents[2]


def run(environ: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    """Run one of our commands with this environment and nothing more."""
    program, *arguments = command
    return subprocess.run(
        [BIN / program, *arguments], env=environ, cwd=ROOT, capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize("command", ["worker", "clock"])
def test_a_missing_setting_is_named(command: str, tmp_path: Path) -> None:
    ran = run({"CHECKIN_STATE": str(tmp_path), "TWILIO_ACCOUNT_SID": "AC" + "0" * 32}, "checkin", command)
    assert ran.returncode == 2
    assert ran.stderr.startswith("checkin: PUBLIC_URL is not set.")
    assert ran.stderr.count("\n") == 1


def test_the_web_server_names_it_too(tmp_path: Path) -> None:
    ran = run({"CHECKIN_STATE": str(tmp_path)}, "gunicorn", "--bind", f"unix:{tmp_path}/web.sock", "checkin.wsgi:app")
    assert ran.returncode != 0
    assert ran.stderr.rstrip().endswith(
        "checkin: PUBLIC_URL is not set. Where Twilio reaches this line; its signatures are checked against it. "
        "Write PUBLIC_URL=https://line.example.org"
    )
    assert "Traceback" not in ran.stderr


def test_a_queue_that_there_is_not_is_named(tmp_path: Path) -> None:
    ran = run({"CHECKIN_STATE": str(tmp_path)}, "checkin", "worker", "default")
    assert ran.returncode == 2
    said = " ".join(ran.stderr.replace("│", "").split())
    assert "no queue is called default: there are ring, text, bulk, upkeep" in said


def test_the_database_can_be_made_and_checked_with_nothing_set(tmp_path: Path) -> None:
    environ = {"CHECKIN_STATE": str(tmp_path)}
    before = run(environ, "checkin", "db", "check")
    assert (before.returncode, before.stdout[:26]) == (1, "The database is at nothing")
    assert run(environ, "checkin", "db", "upgrade").stdout.startswith("Brought the database from nothing to ")
    assert run(environ, "checkin", "db", "check").returncode == 0


def test_help_knows_every_command_and_loads_none(tmp_path: Path) -> None:
    ran = run({"CHECKIN_STATE": str(tmp_path), "COLUMNS": "100"}, "checkin", "--help")
    for name in (
        "up",
        "worker",
        "clock",
        "practice",
        "secret",
        "test",
        "db",
        "flows",
        "stories",
        "volunteers",
        "shifts",
    ):
        assert f" {name} " in ran.stdout
    heavy = "{'flask', 'sqlalchemy', 'twilio', 'rq', 'pydantic'}"
    asked = f"import sys, checkin.cli.main; print(sorted({heavy} & set(sys.modules)))"
    assert run({}, "python", "-c", asked).stdout == "[]\n"
