"""Follow-ups: what is due, went out, was skipped, failed, or may have left; why; skip one, or try it again."""

from __future__ import annotations

from datetime import datetime

from flask import Response

from checkin.core.errors import UserError
from checkin.core.translatable import N_
from checkin.core.unit_of_work import UnitOfWork
from checkin.followups import organizers, rules
from checkin.followups.organizers import Why
from checkin.i18n.gettext import _
from checkin.messages.models import FollowUp
from checkin.outbox.registry import JOBS
from checkin.reconciliation import dead_letters
from checkin.web.console.outbox.said import GATE_SAYS, GATES, SHOWN, STATES
from checkin.web.context import RequestContext
from checkin.web.reads import follow_ups as read
from checkin.web.registry import Menu, Pages

pages = Pages("outbox", "/console/outbox", Menu(N_("Follow-ups"), "outbox.see", 60))


@pages.page("/", right="outbox.see")
def follow_ups(ctx: RequestContext) -> str:
    """The follow-ups of the line: what is open, or one heading."""
    show = ctx.request.args.get("show", "")
    number = ctx.number()
    return ctx.page(
        "console/outbox/follow_ups.html",
        found=ctx.look(lambda uow: read.page(uow, ctx.line, show, number)),
        show=show, shown=SHOWN, states=STATES, number=number, size=read.PAGE,
    )  # fmt: skip


@pages.page("/follow-ups/<follow_up_id>", right="outbox.see")
def follow_up(ctx: RequestContext, follow_up_id: str) -> str:
    """Everything that decides on one of them: the promise, its hours, and what each gate says."""

    def look(uow: UnitOfWork) -> tuple[Why, str | None, datetime | None]:
        why = organizers.why(uow, _own(ctx, uow, follow_up_id))
        return why, *read.cause_of(uow, why.row)

    why, cause, written_at = ctx.look(look)
    judged_at, judged = rules.read_judgement(why.row.judged)
    earlier = (why.row.judged or {}).get("earlier", [])
    return ctx.page(
        "console/outbox/follow_up.html",
        why=why, row=why.row, cause=cause, written_at=written_at, judged_at=judged_at, judged=judged,
        earlier=[(datetime.fromisoformat(gate["at"]), gate) for gate in earlier],
        states=STATES, gate_names=GATES, gate_says=GATE_SAYS,
    )  # fmt: skip


@pages.write("/follow-ups/<follow_up_id>/skip", right="outbox.change", shows=follow_up)
def skip(ctx: RequestContext, follow_up_id: str) -> Response:
    """Do not send this one; the next of its plan comes all the same."""
    if not ctx.field("reason"):
        raise UserError(_("Give a reason: it's shown and saved."))
    ctx.do(lambda uow: organizers.skip(uow, _own(ctx, uow, follow_up_id), ctx.field("reason"), ctx.who.by))
    return ctx.to("outbox.follow_up", _("Follow-up skipped."), follow_up_id=follow_up_id)


@pages.write("/follow-ups/<follow_up_id>/again", right="outbox.change", shows=follow_up)
def again(ctx: RequestContext, follow_up_id: str) -> Response:
    """Try one that failed once more; every gate judges it again."""
    ctx.do(lambda uow: organizers.again(uow, _own(ctx, uow, follow_up_id), ctx.who.by))
    return ctx.to("outbox.follow_up", _("Planned again."), follow_up_id=follow_up_id)


@pages.page("/work", right="outbox.see")
def todo(ctx: RequestContext) -> str:
    """What the workers have still to do, what is stuck, what was given up, and texts that did not arrive."""
    found = ctx.look(lambda uow: read.work_page(uow, ctx.line))
    return ctx.page("console/outbox/todo.html", found=found, jobs=JOBS, size=read.WORK_SHOWN)


@pages.write("/work/<row_id>/again", right="outbox.change", shows=lambda ctx, **_where: todo(ctx))
def take_up(ctx: RequestContext, row_id: str) -> Response:
    """Take up again what was given up; what may have left is asked about, never sent twice."""
    if not ctx.do(lambda uow: dead_letters.retry(uow, row_id, ctx.who.by)):
        ctx.not_there()
    return ctx.to("outbox.todo", _("Due again."))


@pages.write("/work/<row_id>/let-be", right="outbox.change", shows=lambda ctx, **_where: todo(ctx))
def let_be(ctx: RequestContext, row_id: str) -> Response:
    """Never carry out what was given up."""
    if not ctx.field("reason"):
        raise UserError(_("Give a reason: it's shown and saved."))
    if not ctx.do(lambda uow: dead_letters.discard(uow, row_id, ctx.field("reason"), ctx.who.by)):
        ctx.not_there()
    return ctx.to("outbox.todo", _("Discarded."))


def _own(ctx: RequestContext, uow: UnitOfWork, follow_up_id: str) -> FollowUp:
    """The follow-up, if it is one of this line; anything else is not there."""
    return ctx.own(uow.session.get(FollowUp, follow_up_id))
