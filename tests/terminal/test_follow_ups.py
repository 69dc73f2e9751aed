"""Oda looks after the follow-ups at the terminal: `checkin follow-ups`."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from click.testing import Result
from sqlalchemy import select
from typer.testing import CliRunner

from checkin.cli.follow_up_commands import app
from checkin.conversations import inbound_text
from checkin.core.audit_models import Audit
from checkin.messages.models import FollowUp
from checkin.runtime import Runtime
from tests import make
from tests.cast import ANA, BEN

Run = Callable[..., Result]


@pytest.fixture
def runtime(runtime: Runtime) -> Runtime:
    """A line that Ana has agreed with to be asked every week."""
    for body in ("CHECKIN", "5", "yes"):
        runtime.do(lambda uow, body=body: inbound_text.receive(uow, make.text(ANA, body)))
    return runtime


@pytest.fixture
def run(runtime: Runtime) -> Run:
    def command(*words: str) -> Result:
        return CliRunner().invoke(app, words)

    return command


def promised(runtime: Runtime) -> list[FollowUp]:
    return runtime.read(lambda session: list(session.scalars(select(FollowUp).order_by(FollowUp.created_at))))


def test_the_list_shows_what_is_promised_under_an_alias(run: Run, runtime: Runtime) -> None:
    said = run("list").stdout.splitlines()
    assert said[0].split("\t") == ["id", "when", "contact", "plan", "flow", "by", "state", "why"]
    cells = said[1].split("\t")
    assert cells[0] == promised(runtime)[0].id[:8]
    assert cells[3:7] == ["weekly_check_in 1", "check_in", "", "planned"]
    assert ANA not in said[1]


def test_why_shows_every_gate_as_it_stands_now(run: Run, runtime: Runtime) -> None:
    [row] = promised(runtime)
    said = run("why", row.id[:8]).stdout
    assert "weekly_check_in, number 1" in said
    assert "consent\topen" in said
    assert "talking\tnot now\tthey are talking with us" in said
    runtime.do(lambda uow: inbound_text.receive(uow, make.text(ANA, "PAUSE 2 WEEKS")))
    assert "pause\tnot now\tpaused by the contact" in run("why", row.id[:8]).stdout


def test_why_after_it_went_shows_what_the_gates_said_then(run: Run, runtime: Runtime) -> None:
    from checkin.dispatch import dispatcher

    [row] = promised(runtime)
    due = row.due_at
    make.put(runtime, clock=lambda: due)
    for _, row_id in runtime.outbox.due(50):
        dispatcher.dispatch(runtime, row_id)
    said = run("why", row.id[:8]).stdout
    assert "When it was judged last" in said
    assert "one a day\topen" in said
    assert re.search(r"^state\s+sent$", said, re.MULTILINE)


def test_a_skip_says_why_is_in_the_audit_and_the_next_one_comes(run: Run, runtime: Runtime) -> None:
    [row] = promised(runtime)
    assert run("skip", row.id[:8], "--reason", "they moved").exit_code == 0
    first, second = promised(runtime)
    assert (first.state, first.reason) == ("skipped", "skipped by the team: they moved")
    assert (second.state, second.number) == ("planned", 1)
    [noted] = runtime.read(lambda s: list(s.scalars(select(Audit).where(Audit.what == "skipped a follow-up"))))
    assert (noted.about, noted.after) == (row.id, "they moved")
    again = run("skip", row.id[:8], "--reason", "twice")
    assert again.exit_code == 2
    assert "it is skipped already" in again.stderr


def test_a_dry_run_says_what_would_go_then_and_sends_nothing(run: Run, runtime: Runtime) -> None:
    due = promised(runtime)[0].due_at
    said = run("run", "--dry-run", "--until", f"{due:%Y-%m-%dT%H:%M}:59+00:00").stdout
    assert said.splitlines()[-1] == "1 text; nothing was sent."
    night = run("run", "--dry-run", "--until", f"{due + timedelta(hours=12):%Y-%m-%dT%H:%M}+00:00").stdout
    assert "later\tquiet hours" in night
    assert [row.state for row in promised(runtime)] == ["planned"]
    assert isinstance(runtime.gateway, make.Network)
    assert runtime.gateway.texts == []


def test_nothing_is_sent_before_its_time(run: Run) -> None:
    assert run("run").stdout.strip() == "Nothing is due."
    assert "nothing is sent before its time" in run("run", "--until", "18:00").stderr


@pytest.mark.parametrize("written", ["zzz", " "])
def test_a_follow_up_that_is_none_is_named(run: Run, written: str) -> None:
    result = run("why", written)
    assert result.exit_code == 2
    assert "checkin follow-ups list shows them" in result.stderr


def test_nobody_is_promised_anything(run: Run, runtime: Runtime) -> None:
    assert run("list", "--contact", "Nobody").stdout.strip() == "Nothing is promised to anybody."
    assert BEN not in run("list", "--all").stdout
