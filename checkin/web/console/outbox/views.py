"""Follow-ups: what is due, went out, was skipped, failed, or may have left; why; skip one, or try it again."""

from __future__ import annotations

from datetime import datetime

from flask import Response

from checkin.core.errors import UserError
from checkin.core.translatable import N_
from checkin.core.unit_of_work import Work
from checkin.followups import organizers
from checkin.followups.organizers import Why
from checkin.followups.rules import gates
from checkin.i18n.gettext import _
from checkin.outbox.registry import JOBS
from checkin.reconciliation import dead_letters
from checkin.web.console.outbox.said import GATE_SAYS, GATES, SHOWN, STATES
from checkin.web.context import Here
from checkin.web.reads import follow_ups as read
from checkin.web.reads import outbox
from checkin.web.registry import Menu, Pages

pages = Pages("outbox", "/console/outbox", Menu(N_("Follow-ups"), "outbox.see", 60))


@pages.page("/", right="outbox.see")
def follow_ups(here: Here) -> str:
    """The follow-ups of the line: what is open, or one heading."""
    show = here.request.args.get("show", "")
    number = here.number()
    return here.page(
        "console/outbox/follow_ups.html",
        found=here.look(lambda work: read.page(work, here.line, show, number)),
        show=show, shown=SHOWN, states=STATES, number=number, size=read.PAGE,
    )  # fmt: skip


@pages.page("/follow-ups/<follow_up_id>", right="outbox.see")
def follow_up(here: Here, follow_up_id: str) -> str:
    """Everything that decides on one of them: the promise, its hours, and what each gate says."""

    def look(work: Work) -> tuple[Why, str | None, datetime | None]:
        try:
            why = organizers.why(work, here.line, _whole(here, follow_up_id))
        except UserError:
            here.not_there()
        return why, *read.cause_of(work, why.listed.row)

    why, cause, written_at = here.look(look)
    judged_at, judged = gates.read(why.listed.row.judged)
    earlier = (why.listed.row.judged or {}).get("earlier", [])
    return here.page(
        "console/outbox/follow_up.html",
        why=why, row=why.listed.row, cause=cause, written_at=written_at, judged_at=judged_at, judged=judged,
        earlier=[(datetime.fromisoformat(one["at"]), one) for one in earlier],
        states=STATES, gate_names=GATES, gate_says=GATE_SAYS,
    )  # fmt: skip


@pages.write("/follow-ups/<follow_up_id>/skip", right="outbox.change", shows=follow_up)
def skip(here: Here, follow_up_id: str) -> Response:
    """Do not send this one; the next of its plan comes all the same."""
    if not here.field("reason"):
        raise UserError(_("Write why: it is shown, and kept."))
    here.do(
        lambda work: organizers.skip(work, here.line, _own(here, work, follow_up_id), here.field("reason"), here.who.by)
    )
    return here.to("outbox.follow_up", _("It is skipped."), follow_up_id=follow_up_id)


@pages.write("/follow-ups/<follow_up_id>/again", right="outbox.change", shows=follow_up)
def again(here: Here, follow_up_id: str) -> Response:
    """Try one that failed once more; every gate judges it again."""
    here.do(lambda work: organizers.again(work, here.line, _own(here, work, follow_up_id), here.who.by))
    return here.to("outbox.follow_up", _("It is planned again."), follow_up_id=follow_up_id)


@pages.page("/work", right="outbox.see")
def todo(here: Here) -> str:
    """What the workers have still to do, what is stuck, what was set aside, and texts that did not arrive."""
    found = here.look(lambda work: outbox.page(work, here.line))
    return here.page("console/outbox/todo.html", found=found, jobs=JOBS, size=outbox.SHOWN)


@pages.write("/work/<row_id>/again", right="outbox.change", shows=lambda here, **_where: todo(here))
def take_up(here: Here, row_id: str) -> Response:
    """Take up again what was set aside; what may have left is asked about, never sent twice."""
    if not here.do(lambda work: dead_letters.retry(work, row_id, here.who.by)):
        here.not_there()
    return here.to("outbox.todo", _("It is due again."))


@pages.write("/work/<row_id>/let-be", right="outbox.change", shows=lambda here, **_where: todo(here))
def let_be(here: Here, row_id: str) -> Response:
    """Never carry out what was set aside."""
    if not here.field("reason"):
        raise UserError(_("Write why: it is shown, and kept."))
    if not here.do(lambda work: dead_letters.discard(work, row_id, here.field("reason"), here.who.by)):
        here.not_there()
    return here.to("outbox.todo", _("It is discarded."))


def _own(here: Here, work: Work, follow_up_id: str) -> str:
    """The whole id, of a follow-up of this line; anything else is not there."""
    try:
        return organizers.find(work, here.line, _whole(here, follow_up_id)).row.id
    except UserError:
        here.not_there()


def _whole(here: Here, follow_up_id: str) -> str:
    """An address names a follow-up by its whole id, where a terminal takes the beginning of it."""
    if len(follow_up_id) != 32:
        here.not_there()
    return follow_up_id
