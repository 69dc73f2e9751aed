"""Oda begins a team at the terminal, and hands over what no text may carry: `checkin volunteers`."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from rich.console import Console
from typer.testing import CliRunner

from checkin.cli import context
from checkin.cli.main import load
from checkin.cli.volunteer_commands import volunteers_app

Run = Callable[..., Result]
ADD_VEE = ("add", "--name", "Vee", "--phone", "+15555550111", "--languages", "en,es", "--always")
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


def test_the_first_day_of_a_team(run: Run) -> None:
    assert "No volunteers yet: checkin volunteers add" in run("list").stdout
    added = run(*ADD_VEE)
    assert added.stdout == "Vee now volunteers for Harbor Line. They can text HELP to the line.\n"
    assert "Add their shifts in the console" in run(*ADD_VAL, "--lead").stdout
    assert run("list").stdout.splitlines() == [
        "name\tphone\tlanguages\tnow",
        "Vee\t+1•••••••111\ten, es\ton",
        "Val\t+1•••••••112\ten\tbetween shifts",
    ]


def test_one_is_removed_once_it_is_said_for_sure(run: Run) -> None:
    run(*ADD_VEE)
    assert CliRunner().invoke(volunteers_app, ["remove", "Vee"], input="n\n").exit_code == 1
    assert run("remove", "ve", "--yes").stdout == "Vee removed.\n"
    assert "No volunteers yet" in run("list").stdout


def test_an_invitation_waits_for_a_yes(run: Run) -> None:
    invited = run(*ADD_VEE, "--invite")
    assert invited.stdout.endswith(
        "Vee was invited by text to volunteer for Harbor Line; we'll start ringing them once they reply YES.\n"
    )
    assert run("list").stdout.endswith("\tinvited\n")
    assert "already Vee's" in run("add", "--name", "Val", "--phone", "+15555550111").stderr


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
    assert "haven't agreed" in run("link", "Val").stderr


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
        (("add", "--name", "Val", "--phone", "+15555550111"), "the phone number is already Vee's"),
        (("add", "--name", "Val", "--phone", "0112"), "isn't a full phone number: enter it with the country code"),
        (("add", "--name", "Val", "--phone", "+15555550112,,12"), "isn't a full phone number"),
        (("add", "--name", "Val", "--phone", "555-555-0112 #12"), "isn't a full phone number"),
        (("add", "--name", "Val", "--phone", "+15555550112", "--languages", "english"), "choose from en, es"),
        (("add", "--name", "Val", "--phone", "+15555550112", "--line", "harbour"), "there is default"),
        (("link", "Wim"), "no volunteer of the line 'default' is called 'Wim'"),
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
    assert "No volunteers yet: bin/checkin volunteers add" in run("list").stdout
    assert run("link", "Wim").stderr.endswith("'Wim': bin/checkin volunteers list shows them all\n")


def test_the_commands_are_where_checkin_looks_for_them() -> None:
    assert [load(name).name for name in ("volunteers", "stories", "lines")][2] == "lines"
