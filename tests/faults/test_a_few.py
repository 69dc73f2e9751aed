"""A few of the faults, each on one database; `python -m tests.faults` has them all, on both."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.catalogue import FAULTS, Fault
from tests.faults.lab import Lab
from tests.faults.running import on, run

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

PEOPLE = 6
CHOSEN = {
    "sqlite": ("connection cut, and it was sent", "worker killed: called"),
    "postgresql": ("Redis flushed", "database restarted"),
}


@pytest.fixture(scope="module", params=sorted(CHOSEN))
def line(request: pytest.FixtureRequest) -> Iterator[tuple[str, Lab]]:
    """A running line of this module's own, on one database after the other."""
    folder = Path(tempfile.mkdtemp(prefix="fault-"))
    with on(request.param, folder) as lab:
        yield request.param, lab
    shutil.rmtree(folder, ignore_errors=True)


def test_every_follow_up_is_sent_once_or_has_its_reason(line: tuple[str, Lab]) -> None:
    database, lab = line
    faults: list[Fault] = [fault for fault in FAULTS if fault.name in CHOSEN[database]]
    assert len(faults) == 2
    rows = [run(lab, fault, PEOPLE, database) for fault in faults]
    assert [row for row in rows if not row.kept] == []


def test_every_fault_has_a_name_of_its_own() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
