"""A process that can't start says so in one line, before anything else happens."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from checkin.cli import main
from checkin.cli.main import ELSEWHERE, load
from tests.settings.test_settings import GOOD

OURS = GOOD | {"TWILIO_API_URL": "http://127.0.0.1:9"}
"""Example values, which no line at Twilio may have."""

pytestmark = pytest.mark.processes

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
    assert ran.stderr.startswith("checkin: PUBLIC_URL isn't set.")
    assert ran.stderr.count("\n") == 1


def test_the_web_server_names_it_too(tmp_path: Path) -> None:
    ran = run({"CHECKIN_STATE": str(tmp_path)}, "gunicorn", "--bind", f"unix:{tmp_path}/web.sock", "checkin.wsgi:app")
    assert ran.returncode != 0
    assert ran.stderr.rstrip().endswith(
        "checkin: PUBLIC_URL isn't set. Where Twilio reaches this line; its signatures are checked against it. "
        "Write PUBLIC_URL=https://line.example.org"
    )
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("begin", ["import checkin.wsgi", "cli.clock()", "cli.worker(None)"])
def test_a_missing_setting_is_named_before_anything_that_takes_long_is_loaded(begin: str, tmp_path: Path) -> None:
    code = (
        f"import sys\nfrom checkin.cli import main as cli\ntry:\n    {begin}\n"
        "except BaseException as error:\n"
        "    assert isinstance(error, SystemExit) or cli._for_people(error)\n    print(error)\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    environ = {"CHECKIN_STATE": str(tmp_path), "TWILIO_ACCOUNT_SID": "AC" + "0" * 32}
    said, loaded = run(environ, "python", "-c", code).stdout.splitlines()
    assert "PUBLIC_URL isn't set." in said
    for name in ("sqlalchemy", "flask", "twilio", "rq", "phonenumbers", "babel", "networkx", "cryptography"):
        assert f"'{name}'" not in loaded, name


def test_naming_it_loads_nothing_either(tmp_path: Path) -> None:
    code = "import sys; sys.argv = ['checkin', 'worker']\nfrom checkin.cli import main as cli\ntry:\n    cli.main()\n"
    ended = "except SystemExit as leaving:\n    print(leaving.code, 'sqlalchemy' in sys.modules)"
    assert run({"CHECKIN_STATE": str(tmp_path)}, "python", "-c", code + ended).stdout == "2 False\n"


def test_a_contradiction_in_lines_yaml_stops_the_web_in_one_line(tmp_path: Path) -> None:
    folder = tmp_path / "flows"
    shutil.copytree(ROOT / "flows" / "definitions", folder)
    lines = (folder / "lines.yaml").read_text()
    slower = lines.replace("    time_zone:", "    follow_ups: {slower_after: 9, stop_after: 3}\n    time_zone:", 1)
    (folder / "lines.yaml").write_text(slower)
    environ = OURS | {"CHECKIN_STATE": str(tmp_path), "CHECKIN_FLOWS": str(folder)}
    ran = run(environ, "python", "-c", "import checkin.wsgi")
    assert (ran.returncode, ran.stderr.count("\n")) == (1, 1), ran.stderr
    assert ran.stderr.startswith("checkin: ")
    assert "slower_after" in ran.stderr


def test_a_queue_that_there_is_not_is_named(tmp_path: Path) -> None:
    ran = run({"CHECKIN_STATE": str(tmp_path)}, "checkin", "worker", "default")
    assert ran.returncode == 2
    said = " ".join(ran.stderr.replace("│", "").split())
    assert "there's no queue called default: there are ring, text, bulk, upkeep" in said


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
    ):
        assert f" {name} " in ran.stdout
    heavy = "{'flask', 'sqlalchemy', 'twilio', 'rq', 'pydantic'}"
    asked = f"import sys, checkin.cli.main; print(sorted({heavy} & set(sys.modules)))"
    assert run({}, "python", "-c", asked).stdout == "[]\n"


@pytest.mark.parametrize(
    ("entry", "most"),
    [
        ("checkin.cli.main", 160),
        ("checkin.core.logs, checkin.cli.volunteer_commands", 800),
        ("worker.__main__", 810),
        ("worker.tasks", 800),
        ("worker.clock", 695),
        ("checkin.core.logs, checkin.app, checkin.assembly", 1070),
    ],
)
def test_a_start_loads_so_many_modules_and_no_more(entry: str, most: int) -> None:
    """A web process and a command load checkin.core.logs before anything else, which keeps rich away."""
    late = (
        "{'networkx', 'icalendar', 'requests', 'twilio.rest', 'argon2', 'pyotp', 'segno', 'alembic', 'PIL', "
        "'wasmtime', 'liquid', 'sqlalchemy.dialects.postgresql', 'pygments', 'psycopg', 'obstore'}"
    )
    code = f"import sys, {entry}; print(len(sys.modules), *sorted({late} & set(sys.modules)))"
    count, *loaded = run({}, "python", "-c", code).stdout.split()
    assert loaded == []
    assert int(count) <= most


def test_a_worker_has_all_that_its_children_need_and_what_no_row_needs_is_not_there() -> None:
    code = (
        "import sys, worker.__main__\nfrom checkin.dispatch import dispatcher\ndispatcher.load_all()\n"
        "print(len(sys.modules), *sorted({'alembic', 'psycopg', 'obstore', 'pygments', 'networkx'} & set(sys.modules)))"
    )
    count, *loaded = run({}, "python", "-c", code).stdout.split()
    assert loaded == []
    assert int(count) <= 1000


def test_the_web_loads_pages_but_not_what_the_doctor_checks_with(tmp_path: Path) -> None:
    code = (
        "import sys, checkin.wsgi\n"
        "heavy = {'alembic', 'networkx', 'pygments', 'rich', 'psycopg', 'obstore', 'icalendar', 'requests'}\n"
        "print(len(sys.modules), *sorted(heavy & set(sys.modules)))"
    )
    environ = OURS | {"CHECKIN_STATE": str(tmp_path)}
    assert run(environ, "checkin", "db", "upgrade").returncode == 0  # which keeps the flows, too
    count, *loaded = run(environ, "python", "-c", code).stdout.split()
    assert loaded == []
    assert int(count) <= 1340


def test_no_command_offers_to_write_outside_its_folder() -> None:
    """`--install-completion` writes into the start-up file of whoever's shell it is."""

    def walk(command: Any, words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        offered = {option for parameter in command.params for option in parameter.opts}
        if offered & {"--install-completion", "--show-completion"}:
            yield words
        for name, below in getattr(command, "commands", {}).items():
            yield from walk(below, (*words, name))

    commands = {name: load(name) for name in ELSEWHERE} | {"": get_command(main.app)}
    assert [words for name, command in commands.items() for words in walk(command, (name,))] == []
    for name in ELSEWHERE:
        assert "completion" not in CliRunner().invoke(main.app, [name, "--help"]).output
