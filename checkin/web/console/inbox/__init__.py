"""The inbox: its boxes, and taking up somebody who is not in one yet."""

from __future__ import annotations

from flask import Response

from checkin.cases import service as cases
from checkin.contacts.models import Contact
from checkin.core.translatable import N_
from checkin.i18n.gettext import _
from checkin.web.context import RequestContext
from checkin.web.reads import inbox as read
from checkin.web.registry import Menu, Pages

pages = Pages("inbox", "/console/inbox", Menu(N_("Inbox"), "inbox.read", 20))

BOXES = {
    "todo": N_("To do"),
    "mine": N_("Mine"),
    "talks": N_("Conversations"),
    "low": N_("Low answers"),
    "closed": N_("Closed"),
}


@pages.page("/", right="inbox.read")
def inbox(ctx: RequestContext) -> str:
    """One box. What is in it stands in the order in which it wants somebody."""
    box = ctx.request.args.get("box", "todo")
    if box not in BOXES:
        ctx.not_there()
    page = ctx.number()
    values: dict[str, object] = {"cases": [], "talks": [], "lows": []}
    if box == "talks":
        values["talks"] = ctx.look(lambda uow: read.talks(uow, ctx.line, page))
    elif box == "low":
        values["lows"] = ctx.look(lambda uow: read.low_answers(uow, ctx.line, page))
    else:
        values["cases"] = ctx.look(lambda uow: read.cases(uow, ctx.line, box, ctx.who.id, page))
    return ctx.page("console/inbox/inbox.html", box=box, boxes=BOXES, number=page, size=read.PAGE, **values)


@pages.write("/people/<contact_id>/take", right="inbox.answer")
def take(ctx: RequestContext, contact_id: str) -> Response:
    """Take up somebody who is in no box: a case is opened for them, and is whoever's who asked."""
    number = ctx.do(lambda uow: cases.take_up(uow, ctx.own(uow.session.get(Contact, contact_id)), ctx.who).number)
    words = _("Case %(number)s is open and yours.", number=number)
    return ctx.to("cases.case", words, number=number, _anchor="call" if ctx.field("to") == "call" else "answer")
