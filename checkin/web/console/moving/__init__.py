"""Moving in: a file from the last system is looked at, imported, and undone if need be. And what moves out again."""

from __future__ import annotations

from flask import Response

from checkin.compliance.models import MoveIn
from checkin.core.errors import UserError
from checkin.core.translatable import N_
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.gettext import _, _n, raw
from checkin.moving import inviting, moving_in, moving_out, undoing
from checkin.moving.moving_in import ReportRow
from checkin.moving.rules.kinds import KINDS
from checkin.web import csv_export
from checkin.web.context import RequestContext
from checkin.web.registry import Pages
from checkin.web.site import refusal_in_words
from checkin.web.templates import chosen

pages = Pages("moving", "/console/moving")
"""Without an entry in the menu: People, Volunteers and First steps lead here."""

PAGE = 100
WHATS = {
    "added": (N_("Added"), "good"), "changed": (N_("Changed"), "info"), "here": (N_("Already here"), "quiet"),
    "wrong": (N_("Left out"), "bad"),
}  # fmt: skip
WOULD = {**WHATS, "added": (N_("Would be added"), "good"), "changed": (N_("Would be changed"), "info"),
         "wrong": (N_("Would be left out"), "bad")}  # fmt: skip
"""What came, and what would come, of a row; and its color."""

STATES = {
    "preview": (N_("not imported yet"), "warn"), "done": (N_("imported"), "good"), "undone": (N_("undone"), "quiet"),
}  # fmt: skip


@pages.page("/", right="moving")
def moving(ctx: RequestContext) -> str:
    """What can be moved in, and what was."""
    found = ctx.look(lambda uow: moving_in.of_line(uow, ctx.line))
    return ctx.page(
        "console/moving/moving.html",
        found=found,
        kinds=KINDS,
        kind_choices=[(kind, raw(known.label)) for kind, known in KINDS.items()],
        states=STATES,
        most=moving_in.ON_A_PAGE,
        size=moving_in.BYTES_ON_A_PAGE // 1024**2,
        days=moving_in.UNDONE_WITHIN.days,
    )


@pages.write("/look", right="moving", shows=moving, most_bytes=moving_in.BYTES_ON_A_PAGE + 64 * 1024)
def look(ctx: RequestContext) -> Response:
    """See what would come of a file. Nothing of it is done yet."""
    file = ctx.request.files.get("file")
    content = file.read() if file is not None and file.filename else b""
    if not content:
        raise UserError(_("Choose a file."))
    text = moving_in.text_in(content, moving_in.BYTES_ON_A_PAGE)
    table = moving_in.read(ctx.field("kind"), text, moving_in.ON_A_PAGE)
    begun = ctx.do(
        lambda uow: moving_in.begin(uow, ctx.line, table.kind, ctx.field("called"), ctx.who.by, text).id
    )  # fmt: skip
    run = ctx.look(lambda uow: moving_in.run_of(uow, _own(ctx, uow, begun), ctx.who.by, table))
    report = moving_in.look(ctx.runtime, run, table, refusal_in_words)
    ctx.do(lambda uow: moving_in.looked_at(uow, run, report))
    return ctx.to("moving.file", move_in_id=begun)


@pages.page("/<move_in_id>", right="moving")
def file(ctx: RequestContext, move_in_id: str) -> str:
    """One file: what would come, or came, of each row."""
    show, number = chosen(ctx.request.args.get("show"), ("", *WHATS)), ctx.number()

    def seen(uow: UnitOfWork) -> tuple[MoveIn, list[ReportRow], tuple[str, ...], int]:
        move_in = _own(ctx, uow, move_in_id)
        waits = move_in.state == "preview" and move_in.until > uow.now
        text = moving_in.file_of(uow, move_in) if waits else ""
        unread = moving_in.read(move_in.kind, text, moving_in.ON_A_PAGE).unread if text else ()
        return move_in, moving_in.report_of(uow, move_in), unread, len(inviting.to_invite(uow, move_in))

    move_in, report, unread, to_invite = ctx.look(seen)
    rows = [row for row in report if show in ("", row.what)]
    return ctx.page(
        "console/moving/file.html",
        move_in=move_in,
        kind=KINDS[move_in.kind],
        rows=rows[number * PAGE : (number + 1) * PAGE],
        more=len(rows) > (number + 1) * PAGE,
        number=number,
        show=show,
        whats=WOULD if move_in.state == "preview" else WHATS,
        states=STATES,
        unread=unread,
        to_invite=to_invite if move_in.state == "done" else 0,
        over=move_in.state == "preview" and move_in.until <= ctx.now,
    )


@pages.write("/<move_in_id>/import", right="moving", shows=file)
def bring_in(ctx: RequestContext, move_in_id: str) -> Response:
    """Import every row that can be."""

    def claimed(uow: UnitOfWork) -> str:
        move_in = _own(ctx, uow, move_in_id)
        moving_in.claim(uow, move_in)
        return moving_in.file_of(uow, move_in)

    text = ctx.do(claimed)
    kind = ctx.look(lambda uow: _own(ctx, uow, move_in_id).kind)
    table = moving_in.read(kind, text, moving_in.ON_A_PAGE)
    run = ctx.look(lambda uow: moving_in.run_of(uow, _own(ctx, uow, move_in_id), ctx.who.by, table))
    moving_in.carry_out(ctx.runtime, run, table, refusal_in_words)
    return ctx.to("moving.file", _("Imported. Nobody was texted."), move_in_id=move_in_id)


@pages.write("/<move_in_id>/discard", right="moving", shows=file)
def discard(ctx: RequestContext, move_in_id: str) -> Response:
    """Delete a file that wasn't imported."""
    ctx.do(lambda uow: moving_in.discard(uow, _own(ctx, uow, move_in_id)))
    return ctx.to("moving.moving", _("The file is deleted. Nothing was imported."))


@pages.write("/<move_in_id>/undo", right="moving", shows=file)
def undo(ctx: RequestContext, move_in_id: str) -> Response:
    """Remove what it brought in and nobody has used since."""
    ctx.look(lambda uow: _own(ctx, uow, move_in_id))
    undone = undoing.undo(ctx.runtime, move_in_id, ctx.who.by)
    said = _("Undone: %(gone)s removed, %(kept)s kept.", gone=undone.gone, kept=undone.kept)
    return ctx.to("moving.file", said, move_in_id=move_in_id)


@pages.write("/<move_in_id>/invite", right="moving", shows=file)
def invite(ctx: RequestContext, move_in_id: str) -> Response:
    """Text those an invitation who haven't agreed yet."""
    went = ctx.do(lambda uow: inviting.invite(uow, _own(ctx, uow, move_in_id), ctx.who.by))
    said = _n("%(num)s invitation is on its way.", "%(num)s invitations are on their way.", went.asked)
    if went.left:
        said += " " + _n(
            "%(num)s person can't be texted: ask them.", "%(num)s people can't be texted: ask them.", went.left
        )
    return ctx.to("moving.file", said, move_in_id=move_in_id)


@pages.page("/<move_in_id>/report.csv", right="moving")
def report_sheet(ctx: RequestContext, move_in_id: str) -> Response:
    """What came of each row, to work on in a spreadsheet."""

    def told(uow: UnitOfWork) -> tuple[str, list[ReportRow]]:
        move_in = _own(ctx, uow, move_in_id)
        return move_in.kind, moving_in.report_of(uow, move_in)

    kind, report = ctx.look(told)
    rows = [(row.number, raw(WHATS[row.what][0]), row.who, row.note) for row in report]
    return csv_export.sheet(f"import-{kind}", (_("Row"), _("Result"), _("Who or what"), _("What to know")), rows)


@pages.page("/empty/<any(volunteers, shifts, contacts, stops, blocks, stories):kind>.csv", right="moving")
def empty(ctx: RequestContext, kind: str) -> Response:
    """An empty table with the columns of this kind, to fill in."""
    return csv_export.sheet(kind, KINDS[kind].out, ())


@pages.page("/out/<any(shifts, stories):kind>.csv", right="moving")
def out(ctx: RequestContext, kind: str) -> Response:
    """A table to take to another system. Those with numbers are the operator's."""
    headers, rows = ctx.do(lambda uow: moving_out.table(uow, kind, ctx.line, ctx.who.by))
    return csv_export.sheet(kind, headers, rows)


def _own(ctx: RequestContext, uow: UnitOfWork, move_in_id: str) -> MoveIn:
    return ctx.own(uow.session.get(MoveIn, move_in_id))
