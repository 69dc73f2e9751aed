"""How long `flows check` takes on a whole library of flows.

    python -m tests.bench.checker [HOW MANY]

Aim: 200 flows in under five seconds. The flows are those that we ship, again and again under other names.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from flows.checks.checker import check
from flows.model.findings import errors
from tests.core.small import DEFINITIONS

FLOWS = 200
SETTINGS = ("words.yaml", "team.yaml", "schedules.yaml", "lines.yaml", "plans.yaml")


def whole_library(folder: Path, count: int = FLOWS) -> None:
    """Write a library of that many flows; each copy leads to the flows that we ship."""
    for name in SETTINGS:
        if (DEFINITIONS / name).exists():
            shutil.copy(DEFINITIONS / name, folder / name)
    shipped = [path for path in sorted(DEFINITIONS.glob("*.yaml")) if path.name not in SETTINGS]
    for number in range(count):
        path = shipped[number % len(shipped)]
        round_ = number // len(shipped)
        name = path.stem if round_ == 0 else f"{path.stem}_{round_}"
        text = path.read_text(encoding="utf-8").replace(f"flow: {path.stem}\n", f"flow: {name}\n", 1)
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else FLOWS
    table = Table("flows", "seconds", "of the processor", "a flow, ms", "errors", title="flows check")
    with tempfile.TemporaryDirectory() as name:
        whole_library(Path(name), count)
        began, used = time.perf_counter(), time.process_time()
        findings = check(Path(name))
        seconds, busy = time.perf_counter() - began, time.process_time() - used
    table.add_row(
        str(count), f"{seconds:.2f}", f"{busy:.2f}", f"{seconds * 1000 / count:.1f}", str(len(errors(findings)))
    )
    Console().print(table)


if __name__ == "__main__":
    main()
