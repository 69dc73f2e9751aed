"""Three of the faults, on SQLite and in a hurry; `python -m tests.faults` has them all, on both databases."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.catalogue import FAULTS
from tests.faults.lab import Lab
from tests.faults.running import on, run

pytestmark = pytest.mark.processes

PEOPLE = 2
EVERY = 0.1
"""Real seconds between two steps of the practice clock: nobody here has to be overtaken by it."""

CHOSEN = ("connection cut, and it was sent", "Redis flushed", "worker killed: called")


@pytest.fixture(scope="module")
def line() -> Iterator[Lab]:
    """A running line of this module's own."""
    folder = Path(tempfile.mkdtemp(prefix="fault-"))
    with on("sqlite", folder) as lab:
        yield lab
        lab.kill("web", "worker", "clock")  # they need not finish what they have in hand
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.long
def test_every_follow_up_is_sent_once_or_has_its_reason(line: Lab) -> None:
    faults = [fault for fault in FAULTS if fault.name in CHOSEN]
    assert len(faults) == len(CHOSEN)
    rows = [run(line, fault, PEOPLE, "sqlite", EVERY) for fault in faults]
    assert [row for row in rows if not row.kept] == []


def test_every_fault_has_a_name_of_its_own() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
