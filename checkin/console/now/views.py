"""The page Now, the part of it that is asked for again every few seconds, and closing an alert."""

from __future__ import annotations

from flask import Response

from checkin.pages.here import Here
from checkin.pages.i18n import N_, _
from checkin.pages.registry import Menu, Pages
from checkin.queries.pages import now as read
from checkin.services.casework import alerts

pages = Pages("now", "/console", Menu(N_("Now"), "now.see", 10))

KINDS = {
    "crisis": N_("may be in crisis"),
    "help": N_("asked for help"),
    "opted_out_texts": N_("texts after STOP: we cannot answer by text"),
    "flow_error": N_("was in a flow that failed"),
    "no_peer": N_("asked for a peer, and nobody took it in time"),
    "message": N_("left a message"),
    "handover": N_("asks for a person"),
    "ringing_failed": N_("waited, and no phone could be rung"),
    "lead_wanted": N_("is in a relay, and the volunteer asks for a lead"),
    "unreachable": N_("has a number that texts do not reach"),
    "block_proposed": N_("is to be blocked, a volunteer asks: please decide"),
    "block_review": N_("is blocked: it is time to look again"),
    "reply_budget": N_("sends more texts than we answer"),
}
"""What an alert says, after the contact's alias."""


@pages.page("/", right="now.see")
def now(here: Here) -> str:
    """The page, with its first news in it."""
    return here.page("console/now/now.html", **_news(here))


@pages.page("/live", right="now.see", live=True)
def live(here: Here) -> str:
    """The news alone."""
    return here.page("console/now/live.html", **_news(here))


@pages.write("/alerts/<alert_id>/close", right="alerts.close")
def close_alert(here: Here, alert_id: str) -> Response:
    """Somebody has looked: its age is counted no more."""
    here.do(lambda work: alerts.close(work, here.own(alerts.find(work, alert_id)), here.who.by))
    return here.to("now.now", _("The alert is closed."))


def _news(here: Here) -> dict[str, object]:
    return {"news": here.look(lambda work: read.now(work, here.line)), "kinds": KINDS}
