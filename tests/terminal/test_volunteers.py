"""Oda keeps the team at the terminal: `checkin volunteers`, `checkin shifts`, `checkin volunteers preview`."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from click.testing import Result
from rich.console import Console
from typer.testing import CliRunner

from checkin.cli import context
from checkin.cli.lazy_commands import load
from checkin.cli.preview_command import preview
from checkin.cli.shift_commands import shifts_app
from checkin.cli.volunteer_commands import volunteers_app

Run = Callable[..., Result]
ADD_VEE = ("add", "--name", "Vee", "--phone", "+15555550111", "--languages", "en,es", "--topics", "family", "--always")
ADD_VAL = ("add", "--name", "Val", "--phone", "555-555-0112")


@pytest.fixture
def state(environ: dict[str, str]) -> Path:
    """The folder of a line that has no database yet."""
    return Path(environ["CHECKIN_STATE"])


@pytest.fixture
def run(state: Path, tables: bytes) -> Run:
    """`checkin volunteers ...` as Oda types it."""
    (state / "line.db").write_bytes(tables)
    return lambda *words: CliRunner().invoke(volunteers_app, list(words))


def shifts(*words: str) -> Result:
    return CliRunner().invoke(shifts_app, list(words))


def asked(*words: str) -> Result:
    app = typer.Typer()
    app.command()(preview)
    return CliRunner().invoke(app, list(words))


def test_the_first_day_of_a_team(run: Run) -> None:
    assert "Nobody volunteers yet: checkin volunteers add" in run("list").stdout
    added = run(*ADD_VEE)
    assert added.stdout == "Vee volunteers for Harbor Line. They can text HELP to the line.\n"
    assert "checkin shifts add 'Val'" in run(*ADD_VAL).stdout
    assert run("list").stdout.splitlines()[1] == "Vee\t+1•••••••111\ten, es\tvoice, text\tfamily\ton\t"
    assert asked().stdout.splitlines() == [
        "#\tname\tphone\tlanguages\ttopics\tasked",
        "1\tVee\t+1•••••••111\ten, es\tfamily\tat once",
        "1 left out; --explain says why.",
    ]
    assert "\tVal\t+1•••••••112\ten\t\tno: off shift" in asked("--explain").stdout
    assert asked("--language", "fr").stdout.startswith("Nobody would be asked.")


def test_shifts_from_the_first_to_the_last(run: Run) -> None:
    run(*ADD_VAL)
    assert "No shifts yet: checkin shifts add" in shifts("list").stdout
    added = shifts("add", "val", "--days", "mon,wed", "--at", "9:00", "--until", "12:00", "--from", "2027-03-01")
    assert added.stdout == ("Val is on shift: Mon 1 Mar 09:00-12:00; Wed 3 Mar 09:00-12:00; Mon 8 Mar 09:00-12:00\n")
    shift = shifts("list").stdout.splitlines()[1].split("\t")[0]
    assert asked("--at", "2027-03-03 10:00").stdout.splitlines()[1].startswith("1\tVal")
    assert shifts("day-off", shift, "2027-03-03").exit_code == 0
    assert shifts("extra-day", shift, "2027-03-04").exit_code == 0
    assert "Thu 4 Mar 09:00-12:00" in shifts("list", "Val").stdout
    shifts("add", "val", "--days", "sun", "--at", "1:00", "--until", "3:00", "--from", "2027-03-14")
    assert "Sun 14 Mar 01:00 EST-03:00 EDT" in shifts("list", "Val").stdout, "an hour, as the clocks change"
    assert shifts("remove", shifts("list").stdout.splitlines()[2].split("\t")[0]).exit_code == 0
    assert asked("--at", "2027-03-03 10:00").stdout.startswith("Nobody would be asked.")
    assert asked("--at", "2027-03-04T10:00-05:00").stdout.splitlines()[1].startswith("1\tVal")
    assert shifts("remove", shift).stdout == "The shift is removed.\n"
    assert "No shifts yet" in shifts("list").stdout


def test_pause_resume_change_and_remove(run: Run) -> None:
    run(*ADD_VEE)
    assert run("pause", "ve").stdout == "Vee is paused.\n"
    assert "no: paused" in asked("--explain").stdout
    assert run("resume", "Vee").stdout == "Vee is back on the rotation.\n"
    assert run("change", "Vee", "--languages", "es", "--lead", "--per-day", "3", "--by-shifts").exit_code == 0
    assert run("list").stdout.splitlines() == [
        "name\tphone\tlanguages\tchannels\ttopics\tnow\tremarks",
        "Vee\t+1•••••••111\tes\tvoice, text\tfamily\tbetween shifts\tlead, 3 a day",
    ]
    assert CliRunner().invoke(volunteers_app, ["remove", "Vee"], input="n\n").exit_code == 1
    assert run("remove", "Vee", "--yes").stdout == "Vee is removed.\n"
    assert "Nobody volunteers yet" in run("list").stdout


def test_an_invitation_waits_for_a_yes(run: Run) -> None:
    invited = run(*ADD_VEE, "--invite")
    assert invited.stdout.endswith(
        "Vee is invited to volunteer for Harbor Line by text, and is asked once they reply YES.\n"
    )
    assert "\tinvited\t" in run("list").stdout
    assert "\tno: not agreed yet" in asked("--explain").stdout
    assert "Vee's already" in run("add", "--name", "Val", "--phone", "+15555550111").stderr


def test_the_address_of_a_calendar_and_a_new_one(run: Run) -> None:
    run(*ADD_VEE)
    first = run("feed", "vee").stdout
    assert re.fullmatch(r"https://line\.example/shifts/[0-9a-f]{64}\.ics\n", first)
    assert run("feed", "Vee").stdout == first
    renewed = run("feed", "Vee", "--new").stdout
    assert renewed != first
    assert run("feed", "Vee").stdout == renewed


def test_a_code_is_shown_again_until_there_is_a_new_one(run: Run) -> None:
    run(*ADD_VEE)
    first = run("code", "Vee").stdout
    assert re.fullmatch(r"[0-9]{6}", first.strip())
    assert run("code", "Vee").stdout == first
    renewed = run("code", "Vee", "--new").stdout
    assert renewed != first
    assert run("code", "Vee").stdout == renewed


def test_a_link_to_their_page_for_whoever_gets_no_text(run: Run) -> None:
    run(*ADD_VEE)
    said = run("link", "Vee").stdout
    assert re.match(r"https://line\.example/volunteer/in/[\w-]{22}\nIt works once, within 15 minutes\.\n", said)
    run("add", "--name", "Val", "--phone", "+15555550112", "--invite")
    assert "have not said yes" in run("link", "Val").stderr


def test_a_card_to_print(run: Run, state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(state)
    assert "volunteer-card-en.html" in run("card").stdout
    assert "When the phone rings" in (state / "volunteer-card-en.html").read_text()
    assert "Cuando suena" in run("card", "--language", "es", "--to", "-").stdout
    assert "choose from en, es" in run("card", "--language", "fr").stderr
    assert "name another file with --to" in run("card", "--to", "no/such/folder/card.html").stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("add", "--name", "Val", "--phone", "+15555550111"), "the phone number is Vee's already"),
        (("add", "--name", "Val", "--phone", "0112"), "no full telephone number: write it with the country code"),
        (("add", "--name", "Val", "--phone", "+15555550112,,12"), "no full telephone number"),
        (("add", "--name", "Val", "--phone", "555-555-0112 #12"), "no full telephone number"),
        (("add", "--name", "Val", "--phone", "+15555550112", "--languages", "english"), "choose from en, es"),
        (("add", "--name", "Val", "--phone", "+15555550112", "--line", "harbour"), "there is default"),
        (("pause", "Wim"), "no volunteer of the line 'default' is called 'Wim'"),
    ],
)
def test_a_mistake_is_one_line_and_changes_nothing(run: Run, words: tuple[str, ...], says: str) -> None:
    run(*ADD_VEE)
    result = run(*words)
    assert result.exit_code == 2
    assert says in result.stderr
    assert result.stderr.startswith("checkin: ")
    assert result.stderr.count("\n") == 1
    assert len(run("list").stdout.splitlines()) == 2, "the names of the columns, and Vee"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("add", "Vee", "--at", "six", "--until", "21:00"), "no time of day: write one like 18:00"),
        (("add", "Vee", "--at", "18:00", "--until", "21:00", "--from", "monday"), "write one like 2026-11-30"),
        (("add", "Vee", "--at", "18:00", "--until", "23:00", "--days", "mon"), "--longer-hours"),
        (("remove", "abc"), "checkin shifts list shows all"),
    ],
)
def test_a_mistake_about_a_shift(run: Run, words: tuple[str, ...], says: str) -> None:
    run(*ADD_VEE)
    result = shifts(*words)
    assert (result.exit_code, says in result.stderr) == (2, True), result.output


def test_a_time_that_is_none_says_what_to_write(run: Run) -> None:
    result = asked("--at", "tonight")
    assert (result.exit_code, "write 18:00, or 2026-11-30 18:00" in result.stderr) == (2, True)
    assert asked("--at", "9:00").exit_code == 0


def test_before_there_is_a_database_it_says_what_to_run(state: Path) -> None:
    result = CliRunner().invoke(volunteers_app, ["list"])
    assert (result.exit_code, "checkin db upgrade" in result.stderr) == (2, True)


def test_in_a_terminal_it_is_a_table_with_a_heading() -> None:
    console = Console(force_terminal=True, width=60, record=True, color_system="standard", file=None, quiet=False)
    with console.capture() as shown:
        context.show(console, ("name", "now"), [["Vee [lead]", "on"], ["Val", "off"]], ["green", "dim"])
    assert "name" in shown.get()
    assert "Vee [lead]" in shown.get()
    assert "\x1b[32m" in shown.get()


def test_hints_name_the_command_as_it_is_typed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHECKIN_COMMAND", "bin/checkin")
    assert "Nobody volunteers yet: bin/checkin volunteers add" in run("list").stdout
    assert run("pause", "Wim").stderr.endswith("'Wim': bin/checkin volunteers list shows all\n")


def test_the_commands_are_where_checkin_looks_for_them() -> None:
    assert [load(name).name for name in ("volunteers", "shifts", "lines")][2] == "lines"


def test_who_does_not_pick_up_is_shown_to_whoever_asks_who_rings(run: Run, state: Path) -> None:
    for words in (ADD_VEE, (*ADD_VAL, "--always")):
        assert run(*words).exit_code == 0
    with sqlite3.connect(state / "line.db") as connection:
        connection.execute("UPDATE volunteers SET missed = 5 WHERE languages LIKE '%es%'")
    connection.close()
    listed = " ".join(run("list").output.split())
    assert "did not pick up 5 times" in listed
    app = typer.Typer()
    app.command()(preview)
    asked = CliRunner().invoke(app, []).output
    assert asked.index("Val") < asked.index("Vee")
    assert "did not pick up 5 times" in " ".join(asked.split())
