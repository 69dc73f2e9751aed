"""Bringing a table in: looked at first, then imported, some rows at a time, and undone where nobody has used it since.

What is shown first is the import itself, in transactions that are rolled back: so both always agree. Nothing is sent
to anybody, and a second import of the same table changes nothing.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, or_, select, update

from checkin.compliance.models import MovedRow, MoveIn
from checkin.core import audit, lines
from checkin.core.audit import AuditAction
from checkin.core.errors import UserError
from checkin.core.rules import phone
from checkin.core.statements import changed
from checkin.core.unit_of_work import UnitOfWork
from checkin.moving import people, stories, team
from checkin.moving.rules import cells
from checkin.moving.rules.kinds import KINDS, columns_in, full_name
from checkin.moving.rules.sheets import SheetRow, headers_of, rows_of, text_of
from checkin.moving.run import MoveRun, Verdict, What
from checkin.runtime import Runtime

SOME = 20
"""Rows in one transaction, some ten milliseconds each: whoever texts or calls meanwhile waits for no more."""

ON_A_PAGE = 500
"""Rows that one request can take: some six seconds."""

BYTES_ON_A_PAGE = 2 * 1024 * 1024
FROM_A_TERMINAL = 200_000
BYTES_FROM_A_TERMINAL = 50 * 1024 * 1024

LOOKED_AT_FOR = timedelta(days=1)
UNDONE_WITHIN = timedelta(days=30)
STUCK_AFTER = timedelta(minutes=2)

HANDLERS: dict[str, Callable[[UnitOfWork, MoveRun, SheetRow], Verdict]] = {
    "volunteers": team.volunteer_row,
    "shifts": team.shift_row,
    "contacts": people.contact_row,
    "stops": people.stop_row,
    "blocks": people.block_row,
    "stories": stories.story_row,
}
"""What is done with a row of each kind."""

Words = Callable[[UserError], str]
"""How whoever imports reads an error."""


@dataclass(frozen=True)
class ReportRow:
    """What came, or would come, of one row of the file."""

    number: int
    what: What
    who: str
    note: str


@dataclass(frozen=True)
class ReadTable:
    """A file that could be read. unread: columns that nothing is taken from."""

    kind: str
    rows: list[SheetRow]
    unread: tuple[str, ...]


class _OnlyLooked(Exception):
    """Nothing of this transaction is to stay."""

    def __init__(self, found: list[ReportRow]) -> None:
        self.found = found


def read(kind: str, text: str, most: int) -> ReadTable:
    """The table in these words. Raises UserError when it is none, or not one of this kind."""
    if kind not in KINDS:
        raise UserError("choose what the file holds")
    columns = columns_in(kind, headers_of(text))
    found = [columns.ours(row) for row in rows_of(text, most)]
    if not found:
        raise UserError("the file has column headers and no rows: there's nothing to import")
    return ReadTable(kind, found, columns.unread)


def text_in(content: bytes, most: int) -> str:
    """The words of an uploaded file. Raises UserError."""
    if len(content) > most:
        raise UserError("the file is larger than %(size)s MB: split it and import the parts", size=most // 1024**2)
    return text_of(content)


def begin(uow: UnitOfWork, line: str, kind: str, called: str, by: str, text: str | None) -> MoveIn:
    """A table is there to be looked at. text: kept encrypted until it is imported or discarded. Raises UserError."""
    called = " ".join(called.split())
    if not 3 <= len(called) <= 60:
        raise UserError("say where the file is from, in 3 to 60 characters: it's kept with every consent")
    if lines.strange_numbers(uow, line, called):
        raise UserError("there's a phone number in what you call the file: leave it out")
    move_in = MoveIn(
        id=uow.new_id(), line=line, kind=kind, called=called, by=by[:80], state="preview", counts={},
        created_at=uow.now, until=uow.now + LOOKED_AT_FOR,
    )  # fmt: skip
    uow.vault.encrypt(move_in, MoveIn.file_encrypted, text)
    uow.session.add(move_in)
    return move_in


def run_of(uow: UnitOfWork, move_in: MoveIn, by: str, table: ReadTable) -> MoveRun:
    """How this table comes in: with what stands in it more than once."""
    number = lines.get(uow, move_in.line).number
    read_number = phone.parse(number) if number else None
    country = (read_number.country if isinstance(read_number, phone.PhoneNumber) else None) or "US"
    first: dict[str, int] = {}
    for row in table.rows:
        first.setdefault(_key(table.kind, row, country), row.number)
    return MoveRun(move_in.id, move_in.line, move_in.called, by, country, first)


def _key(kind: str, row: SheetRow, country: str) -> str:
    if kind == "stories":
        return stories.name_in(row)
    try:
        return cells.number(row.of("number"), country).e164
    except UserError:
        return ""


def look(runtime: Runtime, run: MoveRun, table: ReadTable, say: Words) -> list[ReportRow]:
    """What would come of each row; nothing stays."""
    found: list[ReportRow] = []
    for rows in _some(table.rows):
        try:
            runtime.transactions.once(lambda uow, rows=rows: _look(uow, run, table.kind, rows, say))  # type: ignore[misc]
        except _OnlyLooked as looked:
            found += looked.found
    return found


def carry_out(
    runtime: Runtime, run: MoveRun, table: ReadTable, say: Words, each: Callable[[int], object] = lambda _: None
) -> list[ReportRow]:
    """Import every row that can be; each: told how many are done. What came of each is in the report."""
    found: list[ReportRow] = []
    for rows in _some(table.rows):
        found += runtime.do(lambda uow, rows=rows: _bring_in(uow, run, table.kind, rows, say))  # type: ignore[misc]
        each(len(rows))
    runtime.do(lambda uow: _done(uow, run, found))
    return found


def _some(rows: Sequence[SheetRow]) -> list[Sequence[SheetRow]]:
    return [rows[at : at + SOME] for at in range(0, len(rows), SOME)]


def _look(uow: UnitOfWork, run: MoveRun, kind: str, rows: Sequence[SheetRow], say: Words) -> None:
    raise _OnlyLooked(_bring_in(uow, run, kind, rows, say))


def _bring_in(uow: UnitOfWork, run: MoveRun, kind: str, rows: Sequence[SheetRow], say: Words) -> list[ReportRow]:
    uow.asking = run.line
    found = []
    for row in rows:
        try:
            if row.wrong is not None:
                raise row.wrong
            verdict = HANDLERS[kind](uow, run, row)
        except UserError as error:
            verdict = Verdict("wrong", _who(run, kind, row), error)
        found.append(ReportRow(row.number, verdict.what, verdict.who, say(verdict.note) if verdict.note else ""))
    uow.session.flush()
    return found


def _who(run: MoveRun, kind: str, row: SheetRow) -> str:
    """Whose row it is, as whoever imports may see it: a contact by the last digits, never by a name."""
    if kind in ("contacts", "stops", "blocks"):
        try:
            return str(run.number(row))
        except UserError:
            return ""
    return (full_name(row) or row.of("volunteer") or row.of("title"))[:60]


def counted(report: Sequence[ReportRow]) -> dict[str, int]:
    """How many rows were added, changed, here, wrong."""
    counts = Counter(row.what for row in report)
    return {what: counts.get(what, 0) for what in ("added", "changed", "here", "wrong")}


def looked_at(uow: UnitOfWork, run: MoveRun, report: Sequence[ReportRow]) -> None:
    """Keep what was seen, for the page that shows it."""
    move_in = uow.session.get_one(MoveIn, run.id)
    _keep_report(uow, move_in, report)


def claim(uow: UnitOfWork, move_in: MoveIn) -> None:
    """It is imported from now on, by one request alone. Raises UserError."""
    free = or_(MoveIn.begun_at.is_(None), MoveIn.begun_at < uow.now - STUCK_AFTER)
    mine = update(MoveIn).where(MoveIn.id == move_in.id, MoveIn.state == "preview", free).values(begun_at=uow.now)
    if not changed(uow.session, mine):
        raise UserError("this file is being imported, or was already: look at it again in a moment")


def _done(uow: UnitOfWork, run: MoveRun, report: Sequence[ReportRow]) -> None:
    move_in = uow.session.get_one(MoveIn, run.id)
    move_in.state, move_in.done_at, move_in.until = "done", uow.now, uow.now + UNDONE_WITHIN
    move_in.file_encrypted = None
    _keep_report(uow, move_in, report)
    said = ", ".join(f"{what} {count}" for what, count in move_in.counts.items())
    audit.write(uow, run.by, AuditAction.MOVED_IN, move_in.id, after=f"{move_in.kind}: {said}")


def _keep_report(uow: UnitOfWork, move_in: MoveIn, report: Sequence[ReportRow]) -> None:
    rows = [[row.number, row.what, row.who, row.note] for row in report]
    uow.vault.encrypt(move_in, MoveIn.report_encrypted, json.dumps(rows))
    move_in.counts = counted(report)


def report_of(uow: UnitOfWork, move_in: MoveIn) -> list[ReportRow]:
    """What came, or would come, of each row."""
    return [ReportRow(*row) for row in json.loads(uow.vault.decrypt(move_in, MoveIn.report_encrypted) or "[]")]


def file_of(uow: UnitOfWork, move_in: MoveIn) -> str:
    """The table, while it waits to be imported. Raises UserError."""
    text = uow.vault.decrypt(move_in, MoveIn.file_encrypted)
    if move_in.state != "preview" or move_in.until < uow.now or not text:
        raise UserError("this file isn't here anymore: upload it again")
    return text


def discard(uow: UnitOfWork, move_in: MoveIn) -> None:
    """Nothing of it is wanted. What was imported is undone instead."""
    if move_in.state != "preview":
        raise UserError("it's imported already: you can undo it")
    uow.session.execute(delete(MovedRow).where(MovedRow.move_in_id == move_in.id))
    uow.session.delete(move_in)


def of_line(uow: UnitOfWork, line: str, most: int = 50) -> list[MoveIn]:
    """What was brought in, the newest first."""
    mine = select(MoveIn).where(MoveIn.line == line, MoveIn.until > uow.now).order_by(MoveIn.created_at.desc())
    return list(uow.session.scalars(mine.limit(most)))
