"""The list of people, the page of one, and what may be done about them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from flask import Response

from checkin.cases import blocks
from checkin.contacts import preferences
from checkin.contacts.models import Contact
from checkin.core import audit
from checkin.core.audit import AuditAction
from checkin.core.errors import UserError
from checkin.core.translatable import N_
from checkin.core.unit_of_work import Work
from checkin.i18n.gettext import _
from checkin.relays import blocking
from checkin.web.console.people import service as acts
from checkin.web.context import Here
from checkin.web.reads import people as read
from checkin.web.registry import Menu, Pages

Answer = TypeVar("Answer")

pages = Pages("people", "/console/people", Menu(N_("People"), "people.read", 30))

SHOWN = {"": N_("Everyone"), "crisis": N_("Crisis"), "blocked": N_("Blocked"), "stopped": N_("STOP")}
LENGTHS = {"1": N_("a day"), "7": N_("a week"), "30": N_("30 days"), "90": N_("90 days"), "365": N_("a year")}
"""How long a block holds, in days."""

STATES = {
    "planned": N_("planned"), "sending": N_("is being sent"), "calling": N_("is being called"), "sent": N_("sent"),
    "unanswered": N_("nobody picked up"), "failed": N_("failed"), "skipped": N_("skipped"),
    "unknown": N_("nobody knows if it left"), "replaced": N_("replaced by another"), "cancelled": N_("canceled"),
}  # fmt: skip


@pages.page("/", right="people.read")
def people(here: Here) -> str:
    """Everyone, the last who was in touch first; by the beginning of an alias."""
    show, alias = here.request.args.get("show", ""), here.request.args.get("alias", "")[:60]
    page = here.number()
    found = here.look(lambda work: read.people(work, here.line, show, alias, page))
    return here.page(
        "console/people/people.html", found=found, show=show, shown=SHOWN, alias=alias, number=page, size=read.PAGE
    )


@pages.write("/find", right="people.reveal", shows=people)
def find(here: Here) -> Response:
    """Whose number this is. A number never stands in an address, so it is sent as a form."""
    contact = here.do(lambda work: acts.with_number(work, here.line, here.field("number"), here.who))
    if contact is None:
        raise UserError(_("Nobody with this number was in touch with the line."))
    return here.to("people.person", contact_id=contact)


@pages.page("/<contact_id>", right="people.read")
def person(here: Here, contact_id: str) -> str:
    """One person. That they were looked at is written down."""
    return _person(here, contact_id)


@pages.write("/<contact_id>/number", right="people.reveal", shows=person)
def reveal(here: Here, contact_id: str) -> str:
    """Their number, once, for whoever says why."""
    number = _do(here, contact_id, lambda work, one: acts.reveal(work, one, here.field("reason"), here.who))
    return _person(here, contact_id, number)


@pages.write("/<contact_id>/block", right="people.change", shows=person)
def block(here: Here, contact_id: str) -> Response:
    """Nobody is joined with them for a while; they still get the crisis number."""
    days = here.field("days")
    if days not in LENGTHS:
        raise UserError(_("Choose how long."))
    length = timedelta(days=int(days))
    _do(here, contact_id, lambda work, one: blocking.block(work, one, here.field("reason"), here.who.by, length))
    return here.to("people.person", _("They are blocked."), contact_id=contact_id)


@pages.write("/<contact_id>/unblock", right="people.change", shows=person)
def unblock(here: Here, contact_id: str) -> Response:
    """End a block, or say no to one that was asked for."""
    act = blocks.dismiss if here.field("proposed") else blocks.lift
    _do(here, contact_id, lambda work, one: act(work, one, here.who.by))
    return here.to("people.person", _("They are not blocked."), contact_id=contact_id)


@pages.write("/<contact_id>/forget", right="people.forget", shows=person)
def forget(here: Here, contact_id: str) -> Response:
    """Erase them: numbers, words and recordings, here and at the network."""
    _do(here, contact_id, lambda work, one: acts.forget(work, one, here.field("why"), here.who))
    return here.to("people.people", _("They are forgotten, here and, in a moment, at the network."))


def _person(here: Here, contact_id: str, number: str = "") -> str:
    def look(work: Work) -> tuple[read.Page, preferences.Preferences] | None:
        found = read.person(work, here.line, contact_id)
        return None if found is None else (found, preferences.of(work, found.contact))

    looked = here.look(look)
    if looked is None:
        here.not_there()
    found, prefers = looked
    if not here.mistake and not number:
        here.do(lambda work: audit.write(work, here.who.by, AuditAction.LOOKED_AT_CONTACT, found.contact.id))
    return here.page(
        "console/people/person.html", found=found, prefers=prefers, number=number, lengths=LENGTHS, states=STATES
    )


def _do(here: Here, contact_id: str, act: Callable[[Work, Contact], Answer]) -> Answer:
    return here.do(lambda work: act(work, here.own(work.session.get(Contact, contact_id))))
