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
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.gettext import _
from checkin.relays import service as relays
from checkin.web.console.people import service as acts
from checkin.web.context import RequestContext
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
    "unknown": N_("delivery unknown"), "replaced": N_("replaced by another"), "cancelled": N_("canceled"),
}  # fmt: skip


@pages.page("/", right="people.read")
def people(ctx: RequestContext) -> str:
    """Everyone, the last who was in touch first; by the beginning of an alias."""
    show, alias = ctx.request.args.get("show", ""), ctx.request.args.get("alias", "")[:60]
    page = ctx.number()
    found = ctx.look(lambda uow: read.people(uow, ctx.line, show, alias, page))
    return ctx.page(
        "console/people/people.html", found=found, show=show, shown=SHOWN, alias=alias, number=page, size=read.PAGE
    )


@pages.write("/find", right="people.reveal", shows=people)
def find(ctx: RequestContext) -> Response:
    """Whose number this is. A number never stands in an address, so it is sent as a form."""
    contact = ctx.do(lambda uow: acts.with_number(uow, ctx.line, ctx.field("number"), ctx.who))
    if contact is None:
        raise UserError(_("Nobody with this number has been in touch with the line."))
    return ctx.to("people.person", contact_id=contact)


@pages.page("/<contact_id>", right="people.read")
def person(ctx: RequestContext, contact_id: str) -> str:
    """One person. That they were looked at is written down."""
    return _person(ctx, contact_id)


@pages.write("/<contact_id>/number", right="people.reveal", shows=person)
def reveal(ctx: RequestContext, contact_id: str) -> str:
    """Their number, once, for whoever says why."""
    number = _do(ctx, contact_id, lambda uow, contact: acts.reveal(uow, contact, ctx.field("reason"), ctx.who))
    return _person(ctx, contact_id, number)


@pages.write("/<contact_id>/block", right="people.change", shows=person)
def block(ctx: RequestContext, contact_id: str) -> Response:
    """Nobody is joined with them for a while; they still get the crisis number."""
    days = ctx.field("days")
    if days not in LENGTHS:
        raise UserError(_("Choose how long."))
    length = timedelta(days=int(days))
    _do(ctx, contact_id, lambda uow, contact: relays.block(uow, contact, ctx.field("reason"), ctx.who.by, length))
    return ctx.to("people.person", _("Blocked."), contact_id=contact_id)


@pages.write("/<contact_id>/unblock", right="people.change", shows=person)
def unblock(ctx: RequestContext, contact_id: str) -> Response:
    """End a block, or say no to one that was asked for."""
    act = blocks.dismiss if ctx.field("proposed") else blocks.lift
    _do(ctx, contact_id, lambda uow, contact: act(uow, contact, ctx.who.by))
    return ctx.to("people.person", _("Not blocked."), contact_id=contact_id)


@pages.write("/<contact_id>/forget", right="people.forget", shows=person)
def forget(ctx: RequestContext, contact_id: str) -> Response:
    """Erase them: numbers, words and recordings, here and at the network."""
    _do(ctx, contact_id, lambda uow, contact: acts.forget(uow, contact, ctx.field("why"), ctx.who))
    return ctx.to("people.people", _("Their data is deleted here and, in a moment, at the network."))


def _person(ctx: RequestContext, contact_id: str, number: str = "") -> str:
    def look(uow: UnitOfWork) -> tuple[read.PeoplePage, preferences.Preferences] | None:
        found = read.person(uow, ctx.line, contact_id)
        return None if found is None else (found, preferences.of(uow, found.contact))

    looked = ctx.look(look)
    if looked is None:
        ctx.not_there()
    found, prefers = looked
    if not ctx.error and not number:
        ctx.do(lambda uow: audit.write(uow, ctx.who.by, AuditAction.LOOKED_AT_CONTACT, found.contact.id))
    return ctx.page(
        "console/people/person.html", found=found, prefers=prefers, number=number, lengths=LENGTHS, states=STATES
    )


def _do(ctx: RequestContext, contact_id: str, act: Callable[[UnitOfWork, Contact], Answer]) -> Answer:
    return ctx.do(lambda uow: act(uow, ctx.own(uow.session.get(Contact, contact_id))))
