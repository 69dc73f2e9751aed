"""What the whole line takes while nobody calls: the memory of every process that `checkin up` runs, Redis among them.

    .venv/bin/python -m tests.bench memory

Each page counts once, however many processes share it (PSS, from /proc/PID/smaps_rollup).
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.bench.rows import Row
from tests.bench.start import running

TITLE = "Memory"

IDLE_SECONDS = 8.0
"""From its table until it is looked at: by then every process has beaten once."""

MOST = 300.0
PRACTICE = "checkin carrier"


def measure(_rounds: int) -> Iterator[Row]:
    """The line as it stands idle, once: what it takes hardly differs from time to time."""
    with tempfile.TemporaryDirectory(prefix="bench-memory-") as folder:
        for _ in range(2):  # the first time it makes the samples
            with running(Path(folder)) as (pid, _took):
                time.sleep(IDLE_SECONDS)
                found = shares(pid)
    whole = sum(found.values())
    carrier = sum(share for name, share in found.items() if name.endswith(PRACTICE))
    yield Row(f"the idle line, all {len(found)} processes", f"{whole:.0f} MB", aim=f"{MOST:.0f} MB")
    yield Row("the same without the practice network", f"{whole - carrier:.0f} MB")


def shares(pid: int) -> Mapping[str, float]:
    """The share of each process of this family, in MB, by its id and what it's called."""
    found = {}
    for each in family(pid):
        try:
            rollup = Path(f"/proc/{each}/smaps_rollup").read_text()
            called = Path(f"/proc/{each}/cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
        except OSError:  # a worker's child that was just done
            continue
        (pss,) = (int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
        found[f"{each} {called}"] = pss / 1024
    return found


def family(pid: int) -> list[int]:
    """The process and all its descendants."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    below = [int(child) for child in children.read_text().split()] if children.exists() else []
    return [pid, *(each for child in below for each in family(child))]
