"""Every kind of job stands in one registry: its steps are there, and nobody writes a kind that is in none."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from checkin.dispatch import dispatcher
from checkin.dispatch.steps import Steps
from checkin.outbox import recurring_jobs
from checkin.outbox.registry import JOBS, QUEUES

ROOT = Path(__file__).parents[2]
WRITERS = {"later": 1, "_add": 1}
"""Who writes rows, and which argument is the kind."""


@pytest.mark.parametrize("kind", JOBS)
def test_the_steps_of_every_kind_are_there(kind: str) -> None:
    assert isinstance(dispatcher.steps_of(kind), Steps)
    assert JOBS[kind].queue in QUEUES
    assert JOBS[kind].label


def test_every_kind_that_is_written_is_in_the_registry() -> None:
    written = set(kinds_written())
    assert len(written) > 40
    assert written | set(recurring_jobs.EVERY) == set(JOBS), "none that nobody writes, and none that nobody carries out"


def kinds_written() -> Iterator[str]:
    """What stands where rows are written, in all of the code."""
    for folder in ("checkin", "webhooks", "worker"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call):
                    yield from kinds_in(node)


def kinds_in(call: ast.Call) -> Iterator[str]:
    """The kinds that this call may write."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    at = WRITERS.get(name)
    if at is None or len(call.args) <= at:
        return
    kind = call.args[at]
    for part in (kind.body, kind.orelse) if isinstance(kind, ast.IfExp) else (kind,):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value
