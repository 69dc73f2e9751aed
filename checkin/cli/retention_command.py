"""`checkin retention`: end what is past its time, as the privacy page promises."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import typer

from checkin.cli.context import LINE, Desk, Line, at_the_desk, show
from checkin.cli.progress import progress
from checkin.compliance.retention import expiry
from checkin.compliance.rules import ENDS

HOW = {"delete": "deleted", "blank": "blanked"}


def retention(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would end.")] = False, line: Line = LINE
) -> None:
    """Delete or blank what is past its time, here and at the network. The line does this by itself every hour."""
    with at_the_desk(line) as desk:
        waiting = {name: _waiting(desk, name) for name in expiry.tables()}
        found = {name: count for name, count in waiting.items() if count}
        if not found:
            desk.say("Nothing is past its time.")
            return
        if not dry_run:
            _end(desk, found)
        rows = [(name, str(count), HOW[ENDS[name].how], ENDS[name].why) for name, count in found.items()]
        show(desk.console, ("table", "rows", "would be" if dry_run else "are", "what"), rows)


def _waiting(desk: Desk, name: str) -> int:
    return desk.do(lambda work: expiry.waiting(work, name))


def _end(desk: Desk, found: dict[str, int]) -> None:
    ended: Counter[str] = Counter()
    with progress(desk.console) as bars:
        for name, count in found.items():
            task = bars.add_task(name, total=count)
            while ended[name] < count:
                some = _end_some(desk, name)
                ended[name] += some
                bars.update(task, advance=some)
                if some < expiry.SOME:
                    break
    desk.do(lambda work: expiry.note(work, ended))


def _end_some(desk: Desk, name: str) -> int:
    return desk.do(lambda work: expiry.end_some(work, name))
