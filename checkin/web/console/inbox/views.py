"""The inbox: its boxes, and taking up somebody who is not in one yet."""

from __future__ import annotations

from flask import Response

from checkin.cases import service as cases
from checkin.contacts.models import Contact
from checkin.core.translatable import N_
from checkin.i18n.gettext import _
from checkin.web.context import Here
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
def inbox(here: Here) -> str:
    """One box. What is in it stands in the order in which it wants somebody."""
    box = here.request.args.get("box", "todo")
    if box not in BOXES:
        here.not_there()
    page = here.number()
    values: dict[str, object] = {"cases": [], "talks": [], "lows": []}
    if box == "talks":
        values["talks"] = here.look(lambda work: read.talks(work, here.line, page))
    elif box == "low":
        values["lows"] = here.look(lambda work: read.low_answers(work, here.line, page))
    else:
        values["cases"] = here.look(lambda work: read.cases(work, here.line, box, here.who.id, page))
    return here.page("console/inbox/inbox.html", box=box, boxes=BOXES, number=page, size=read.PAGE, **values)


@pages.write("/people/<contact_id>/take", right="inbox.answer")
def take(here: Here, contact_id: str) -> Response:
    """Take up somebody who is in no box: a case is opened for them, and is whoever's who asked."""
    number = here.do(lambda work: cases.take_up(work, here.own(work.session.get(Contact, contact_id)), here.who).number)
    words = _("You have taken this up as case %(number)s.", number=number)
    return here.to("cases.case", words, number=number, _anchor="call" if here.field("to") == "call" else "answer")
