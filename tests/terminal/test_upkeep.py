"""Oda looks after the line at the terminal: `checkin outbox`, `reconcile`, `retention`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import typer
from click.testing import Result
from sqlalchemy import select
from typer.testing import CliRunner

from checkin.cli import outbox_commands, reconcile_command, retention_command
from checkin.cli.main import load
from checkin.core.audit_models import Audit
from checkin.core.unit_of_work import UnitOfWork
from checkin.outbox import dead_letters, outbox
from checkin.practice import server
from checkin.practice.exchange import PracticeSettings as NetworkSettings
from checkin.runtime import Runtime
from tests import make
from tests.cast import ANA, BEN, LINE
from tests.phones import Network

Run = Callable[..., Result]


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    """A network whose line is away: what is texted to it stays there."""
    running = server.start(
        NetworkSettings(make.SID, "t" * 32, (LINE,), "http://127.0.0.1:9/", "http://127.0.0.1:9/", port=0, pace=100,
                        clock_file=tmp_path / "clock")
    )  # fmt: skip
    network = Network(running.url)
    yield network
    network.close()
    running.stop()


@pytest.fixture
def environ(
    environ: dict[str, str], tmp_path: Path, network: Network, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """A line of Oda's own on that network."""
    its = {"TWILIO_API_URL": network.url, "CHECKIN_PRACTICE": "yes", "CHECKIN_PRACTICE_CLOCK": str(tmp_path / "clock")}
    for name, value in its.items():
        monkeypatch.setenv(name, value)
    return environ | its


@pytest.fixture
def run(runtime: Runtime) -> Run:
    """`checkin ...` as Oda types it."""
    return lambda name, *words: CliRunner().invoke(load_app(name), list(words))


def load_app(name: str) -> typer.Typer:
    if name == "outbox":
        return outbox_commands.app
    alone = typer.Typer()
    alone.command()({"reconcile": reconcile_command.reconcile, "retention": retention_command.retention}[name])
    return alone


def test_what_came_while_we_were_away_is_brought_in_once(network: Network, run: Run) -> None:
    network.phone(ANA, "Ana").texts("hi")
    network.phone(BEN, "Ben").calls()
    network.quiet()
    network.forward(minutes=30)
    said = run("reconcile", "--since", "2h").output
    assert "calls texted\t1" in said
    assert "texts answered\t1" in said
    assert run("reconcile").output.startswith("Nothing is missing since")
    rows = run("outbox", "list").output.splitlines()
    assert [row.split("\t")[1:3] for row in rows[1:]] == [["due", "send_message"]] * 2


@pytest.mark.parametrize(
    ("since", "why"), [("90d", "at most 14 days"), ("soon", "isn't a time"), ("2999-01-01", "in the future")]
)
def test_a_time_that_cannot_be_is_said_in_one_line(run: Run, since: str, why: str) -> None:
    said = run("reconcile", "--since", since)
    assert said.exit_code == 2
    assert why in said.stderr


def test_a_log_that_cannot_be_read_says_so(network: Network, run: Run) -> None:
    network.fails("messages.list", "error_before")
    said = run("reconcile", "--since", "2h")
    assert (said.exit_code, "run it again" in said.stderr) == (2, True)


def test_a_dry_run_ends_nothing(network: Network, runtime: Runtime, run: Run) -> None:
    network.phone(ANA, "Ana").texts("hi")
    network.quiet()
    network.forward(minutes=30)
    run("reconcile", "--since", "2h")
    assert run("retention").output == "Nothing has expired.\n"
    network.forward(days=31)
    planned = run("retention", "--dry-run").output
    assert "messages\t2\tblanked" in planned
    assert run("retention", "--dry-run").output == planned
    assert "messages\t2\tblanked" in run("retention").output
    assert run("retention").output == "Nothing has expired.\n"
    kept = runtime.read(
        lambda session: session.scalars(select(Audit.after).where(Audit.what == "deleted expired data")).all()
    )
    assert kept == ["messages 2"]


def test_what_was_set_aside_is_shown_with_its_reason_and_taken_up_again(runtime: Runtime, run: Run) -> None:
    def poison(uow: UnitOfWork) -> str:
        row = outbox.later(uow, "send_message", "x", uow.now - timedelta(hours=1))
        uow.session.flush()
        dead_letters.bury(uow, row.id, row.kind, 8, "failed: KeyError")
        return row.id

    row = runtime.do(poison)
    assert "gave up after 8 tries: failed: KeyError" in run("outbox", "list", "failed").output
    assert run("outbox", "retry", row).output == f"Job {row} is due again.\n"
    assert run("outbox", "retry", row).exit_code == 2
    assert "taken up again" in run("outbox", "list", "due").output
    assert run("outbox", "list", "stuck").output == "Nothing is stuck.\n"


def test_all_three_are_commands_of_checkin() -> None:
    assert {load(name).name for name in ("reconcile", "retention", "outbox")}
