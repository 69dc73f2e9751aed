"""One talk: its texts as they come, saying something, help, passing it on, and its end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response

from checkin.cases import rules as case_rules
from checkin.cases import service as cases
from checkin.core.errors import UserError
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.gettext import _
from checkin.relays import leads
from checkin.relays import text_ending as ending
from checkin.relays.queries import TextThread
from checkin.telephony.addresses import signed_picture
from checkin.volunteers.models import Volunteer
from checkin.web.context import RequestContext
from checkin.web.registry import Pages, Said
from checkin.web.volunteer import current_volunteer
from checkin.web.volunteer.current_volunteer import SIGN_IN_AT, do, look, there
from checkin.web.volunteer.services import talking

pages = Pages("volunteer_talks", "/volunteer/talks", sign_in_at=SIGN_IN_AT)

TODAY = "volunteer_today.today"
Action = Callable[[UnitOfWork, Volunteer, TextThread], str]


@pages.page("/<int:number>", right="volunteering")
def talk(ctx: RequestContext, number: int) -> str:
    """The talk. When it has ended only that is said, and what was not sent any more stands there to be copied."""

    def read(uow: UnitOfWork, volunteer: Volunteer) -> dict[str, Any]:
        found = there(talking.talk(uow, volunteer, number))
        replies = [] if found.over else cases.written_answers(uow, found.contact)
        form = ctx.field("form") if ctx.error else uow.new_id()
        danger = case_rules.in_danger(found.contact.crisis_at, uow.now)
        return {"found": found, "canned": replies, "form": form, "danger": danger, **_pictures(uow, ctx, found)}

    return ctx.page("volunteer/chats/talk.html", sent=ctx.request.args.get("sent", "")[:64], **look(ctx, read))


@pages.page("/<int:number>/live", right="volunteering", live=True)
def live(ctx: RequestContext, number: int) -> Said:
    """Its texts alone; once it has ended, the page is to be loaded anew."""

    def read(uow: UnitOfWork, volunteer: Volunteer) -> dict[str, Any]:
        found = there(talking.talk(uow, volunteer, number))
        return {"found": found, **_pictures(uow, ctx, found)}

    shown = look(ctx, read)
    if shown["found"].over:
        return ctx.to("volunteer_talks.talk", number=number)
    return ctx.page("volunteer/chats/thread.html", **shown)


@pages.write("/<int:number>/say", right="volunteering", shows=talk)
def say(ctx: RequestContext, number: int) -> Response:
    """Pass words on, once."""
    form = ctx.field("form")

    def act(uow: UnitOfWork, volunteer: Volunteer) -> bool:
        at = talking.thread(uow, volunteer, number)
        if at is None:
            there(talking.talk(uow, volunteer, number))
            raise UserError(_("This conversation has ended: what you wrote wasn't sent."))
        return talking.write(uow, volunteer, at, ctx.request.form.get("words", ""), form)

    held = do(ctx, act)
    said = _("A phone number was removed from what you sent: numbers are never passed on.") if held else None
    return ctx.to("volunteer_talks.talk", said, number=number, sent=form, _anchor="write")


@pages.write("/<int:number>/lead", right="volunteering", shows=talk)
def lead(ctx: RequestContext, number: int) -> Response:
    """LEAD: somebody joins the two of them."""

    def act(uow: UnitOfWork, volunteer: Volunteer, at: TextThread) -> str:
        if not current_volunteer.first_time(uow, volunteer.id, ctx.field("form"), "ask a lead"):
            return _("A lead has been asked to join.")
        return leads.ask_for_one(uow, volunteer, at.relay, at.contact)

    return ctx.to("volunteer_talks.talk", _in(ctx, number, act), number=number)


@pages.write("/<int:number>/done", right="volunteering")
def done(ctx: RequestContext, number: int) -> Response:
    """DONE: it is over, and they are told; whoever joined as a lead only leaves."""
    _in(ctx, number, ending.done)
    return ctx.to(TODAY, _("Thank you. They've been told."))


@pages.write("/<int:number>/pass", right="volunteering")
def hand_on(ctx: RequestContext, number: int) -> Response:
    """PASS: others are asked."""
    _in(ctx, number, ending.hand_on)
    return ctx.to(TODAY, _("Handed over. Thank you for telling us."))


@pages.write("/<int:number>/block", right="volunteering")
def block(ctx: RequestContext, number: int) -> Response:
    """BLOCK: handed on, and never with them again."""
    said = _in(ctx, number, ending.block)
    return ctx.to(TODAY, said)


@pages.write("/<int:number>/join", right="volunteering")
def join(ctx: RequestContext, number: int) -> Response:
    """A lead joins a talk whose volunteer asked for one."""

    def act(uow: UnitOfWork, volunteer: Volunteer) -> bool:
        if not volunteer.lead:
            ctx.not_there()
        said = leads.join_by_text(uow, volunteer, number)
        if talking.thread(uow, volunteer, number) is None:
            raise UserError(said)
        return True

    do(ctx, act)
    return ctx.to("volunteer_talks.talk", number=number)


def _in(ctx: RequestContext, number: int, action: Action) -> str:
    """Do this in a talk that they are in; saying it again, when it has ended, does nothing more."""

    def act(uow: UnitOfWork, volunteer: Volunteer) -> str:
        at = talking.thread(uow, volunteer, number)
        if at is None:
            there(talking.talk(uow, volunteer, number))
            return _("This conversation has ended.")
        return action(uow, volunteer, at)

    return do(ctx, act)


def _pictures(uow: UnitOfWork, ctx: RequestContext, found: talking.Chat) -> dict[str, Any]:
    """Their pictures, by addresses that open for as long as the line's settings say; none where it passes none on."""
    policy = uow.policy(found.relay.line)
    until = ctx.now + policy.picture_link
    shown = [picture for bubble in found.bubbles for picture in bubble.pictures] if policy.pictures else []
    return {"pictures": {picture_id: signed_picture(uow.vault.keys, picture_id, until) for picture_id in shown}}
