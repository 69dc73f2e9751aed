"""The table in a Markdown file: the row of an earlier run stays until its fault is run again on that database."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from string import ascii_lowercase

from tests.faults.running import Row

COUNTS = ("due", "sent once", "not sent, with reason", "twice", "lost", "to STOP", "outside", "s")
COLUMNS = ("fault", "database", *COUNTS, "why not", "run on")
BEGIN, END = "<!-- table -->\n", "<!-- end of table -->"
LEGEND = "Why somebody got nothing:"

_NIGHT = re.compile(r"it is \d\d:\d\d in [\w/]+, texts")
_SHORT = re.compile(r"(\d+)([a-z])")


@dataclass(frozen=True)
class Line:
    """One row as it is written. reasons: why people got nothing, and how many."""

    fault: str
    database: str
    counts: tuple[str, ...]
    run_on: str
    reasons: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, row: Row, on: date) -> Line:
        """What a run came to."""
        came, reasons = row.outcome, Counter[str]()
        for why, count in came.reasons.items():
            reasons[_NIGHT.sub("it is night where they are, texts", why)] += count
        counts = came.due, came.once, came.reasoned, came.twice, came.lost, came.to_left, came.outside, row.seconds
        return cls(row.fault, row.database, tuple(f"{item:.0f}" for item in counts), f"{on:%Y-%m-%d}", dict(reasons))


def save_rows(path: Path, rows: Iterable[Row], faults: Sequence[str], databases: Sequence[str], on: date) -> None:
    """Put these rows into the table between the marks of the file, and leave the others as they are.

    faults, databases: in this order; a row of a fault that is not among them any more goes.
    """
    before, begin, rest = path.read_text().partition(BEGIN)
    table, end, after = rest.partition(END)
    kept = {(line.fault, line.database): line for line in read(table)}
    kept |= {(row.fault, row.database): Line.of(row, on) for row in rows}
    wanted = [kept[fault, database] for fault in faults for database in databases if (fault, database) in kept]
    path.write_text(f"{before}{begin}\n{written(wanted)}\n{end}{after}")


def written(lines: Sequence[Line]) -> str:
    """The table, and what its letters stand for."""
    counted = Counter[str]()
    for line in lines:
        counted.update(line.reasons)
    letter = dict(zip((why for why, _ in counted.most_common()), ascii_lowercase, strict=False))
    made = [f"| {' | '.join(COLUMNS)} |", f"|---|---|{'---:|' * len(COUNTS)}---|---|"]
    for line in lines:
        why = " ".join(
            f"{count}{letter[why]}" for why, count in sorted(line.reasons.items(), key=lambda reason: letter[reason[0]])
        )
        made.append(f"| {' | '.join((line.fault, line.database, *line.counts, why, line.run_on))} |")
    made += ["", LEGEND, "", *(f"- {short}: {why}" for why, short in letter.items())]
    return "\n".join(made) + "\n"


def read(table: str) -> list[Line]:
    """The rows of a table that was written before."""
    words, _, legend = table.partition(LEGEND)
    stands_for = dict(line[2:].split(": ", 1) for line in legend.splitlines() if line.startswith("- "))
    found = []
    for line in words.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) != len(COLUMNS) or cells[0] == COLUMNS[0] or cells[0].startswith("---"):
            continue
        fault, database, *counts, why, run_on = cells
        reasons = {stands_for[short]: int(count) for count, short in _SHORT.findall(why)}
        found.append(Line(fault, database, tuple(counts), run_on, reasons))
    return found
