"""`NOTES=file python -m tests.worker.noting`: the worker, whose children note what they had to import."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from worker import tasks
from worker.__main__ import main

carry_out = tasks.carry_out


def noting(outbox_id: str) -> None:
    """Carry the row out, and note which modules were not there before."""
    before = set(sys.modules)
    carry_out(outbox_id)
    with Path(os.environ["NOTES"]).open("a") as notes:
        notes.write(json.dumps(sorted(set(sys.modules) - before)) + "\n")


if __name__ == "__main__":
    tasks.carry_out = noting
    sys.exit(main())
