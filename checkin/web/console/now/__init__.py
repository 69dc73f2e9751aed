"""The page Now, the part of it that is asked for again every few seconds, and closing alerts."""

from __future__ import annotations

from datetime import datetime

from flask import Response

from checkin.accounts.rules import Right
from checkin.contacts import shown_numbers
from checkin.contacts.models import Contact
from checkin.contacts.service import NoTexts
from checkin.core.errors import UserError
from checkin.core.translatable import N_
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.gettext import _
from checkin.outbox.registry import JOBS
from checkin.volunteers import alerts
from checkin.volunteers.rules.reach import Unreached
from checkin.web.context import RequestContext
from checkin.web.reads import now as read
from checkin.web.registry import Menu, Pages
from checkin.web.served import whole

pages = Pages("now", "/console", Menu(N_("Now"), "now.see", 10))

KINDS = {
    "crisis": N_("may be in crisis"),
    "help": N_("asked for help"),
    "opted_out_texts": N_("texts after STOP: we can't answer by text"),
    "elsewhere": N_("texts from a number the line doesn't text"),
    "flow_error": N_("was in a flow that failed"),
    "no_peer": N_("asked for a peer, and nobody answered in time"),
    "message": N_("left a message"),
    "handover": N_("asks for a person"),
    "ringing_failed": N_("waited, and no phone could be rung"),
    "lead_wanted": N_("is in a conversation, and the volunteer asks for a lead"),
    "unreachable": N_("has a number that texts don't reach"),
    "block_proposed": N_("a volunteer asked to block them: please decide"),
    "block_review": N_("is blocked: it's time for a review"),
    "reply_budget": N_("sends more texts than we answer"),
    "call_budget": N_("asks for a peer by call more often than we ring for"),
    "story_care": N_("may need someone, from what they say in a story"),
}
"""What an alert says, after the contact's alias."""

MATTERS: dict[str, tuple[str, str, Right]] = {
    "line_mute": (N_("The line may not be able to send texts"), "health.health", "health.see"),
    "webhooks_refused": (N_("What Twilio brings is refused: nobody is answered"), "health.health", "health.see"),
    "bad_text": (N_("A text couldn't be sent"), "outbox.todo", "outbox.see"),
    "many_new_numbers": (N_("Very many new numbers are texting at once"), "inbox.inbox", "inbox.read"),
    "call_budget": (N_("Callers without a number keep asking for a peer"), "inbox.inbox", "inbox.read"),
    "set_aside": (N_("A job failed"), "outbox.todo", "outbox.see"),
    "shift_gap": (N_("A shift that starts soon has nobody"), "schedule.week", "schedule.see"),
    "stories_wait": (N_("Stories have waited too long for review"), "stories.queue", "stories.see"),
    "bad_number": (N_("A volunteer's phone can't be reached"), "schedule_team.team", "schedule.see"),
    "lead_away": (N_("A lead can't be told of danger"), "schedule_team.team", "schedule.see"),
    "volunteer_call": (N_("A volunteer would like a call"), "schedule_team.team", "schedule.see"),
}
"""Alerts that are about no contact: what they say, and the page that leads on, for whoever may see it."""

NO_TEXTS: dict[NoTexts, str] = {
    "no number": N_("we don't have their number"),
    "stopped": N_("they texted STOP"),
    "network": N_("the network says they opted out"),
    "landline": N_("their phone can't receive texts"),
    "elsewhere": N_("the line doesn't text their number"),
    "unreachable": N_("texts don't reach them"),
}
"""Why somebody cannot be answered by text: checkin.contacts.service.no_texts."""

ANEW = N_("Reload the page and look again.")
"""What a form is told that holds no count and no moment of ours."""

AWAY: dict[Unreached, str] = {
    "stopped": N_("%(name)s, a lead, texted STOP: we can't reach them, so others are told of danger."),
    "texts fail": N_("Texts don't reach %(name)s, a lead, so others are told of danger."),
    "bad number": N_("We can't reach the phone of %(name)s, a lead."),
}


@pages.page("/", right="now.see")
def now(ctx: RequestContext) -> str:
    """The page, with its first news in it."""
    return ctx.page("console/now/now.html", **_news(ctx))


@pages.page("/live", right="now.see", live=True)
def live(ctx: RequestContext) -> str:
    """The news alone."""
    return ctx.page("console/now/live.html", **_news(ctx))


@pages.write("/alerts/<alert_id>/close", right="alerts.close", shows=lambda ctx, **_where: now(ctx))
def close_alert(ctx: RequestContext, alert_id: str) -> Response:
    """Somebody has looked: its age is counted no more. What happened after they saw it stays open."""
    seen = whole(ctx.field("seen")) if "seen" in ctx.request.form else None
    if seen is None and ctx.field("seen"):
        raise UserError(_(ANEW))
    ctx.do(lambda uow: alerts.close(uow, ctx.own(alerts.find(uow, alert_id)), ctx.who.by, seen))
    return ctx.to("now.now", _("Alert closed."))


@pages.write("/alerts/of/<contact_id>/close", right="alerts.close", shows=lambda ctx, **_where: now(ctx))
def close_all_of(ctx: RequestContext, contact_id: str) -> Response:
    """Somebody has looked at all of this contact's, as far as it stood on their page."""
    seen_at = _moment(ctx.field("seen_at"))

    def close(uow: UnitOfWork) -> int:
        contact = ctx.own(uow.session.get(Contact, contact_id))
        return alerts.close_all_of(uow, contact, ctx.who.by, seen_at or uow.now)

    left = ctx.do(close)
    return ctx.to(
        "now.now", _("Alerts closed.") if not left else _("Something new came in meanwhile and is still open.")
    )


def _moment(written: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(written) if written else None
    except ValueError as error:
        raise UserError(_(ANEW)) from error
    if found is not None and found.tzinfo is None:
        raise UserError(_(ANEW))
    return found


def _news(ctx: RequestContext) -> dict[str, object]:
    def look(uow: UnitOfWork) -> tuple[read.Now, dict[str, NoTexts | None]]:
        found = read.now(uow, ctx.line, words=ctx.may("inbox.read"))
        people = [about.contact for about in found.alerts.abouts]
        people += [*(wait.contact for wait in found.waits), *(talk.contact for talk in found.talks)]
        return found, {person.id: shown_numbers.no_texts(uow, person) for person in people if person is not None}

    news, no_texts = ctx.look(look)
    return {
        "news": news, "no_texts": no_texts, "kinds": KINDS, "matters": MATTERS, "why_no_text": NO_TEXTS, "away": AWAY,
        "jobs": {kind: job.label for kind, job in JOBS.items()},
    }  # fmt: skip
