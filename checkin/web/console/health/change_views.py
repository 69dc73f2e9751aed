"""Every change: who, when, what, before and after. For the organizer lead alone."""

from __future__ import annotations

from flask import Response

from checkin.core import audit
from checkin.core.audit import AuditAction
from checkin.core.translatable import N_
from checkin.outbox.registry import JOBS
from checkin.web import csv_export
from checkin.web.console.outbox.said import STATES as FOLLOW_UPS
from checkin.web.console.stories.words import STATES as STORIES
from checkin.web.context import RequestContext
from checkin.web.reads import changes as read
from checkin.web.registry import Menu, Pages

pages = Pages("audit", "/console/audit", Menu(N_("Changes"), "audit.see", 95))

MOST_PAGES = 1000
LEFT = {"former organizer": N_("former organizer"), "former volunteer": N_("former volunteer")}
"""Names of nobody's (checkin.web.reads.changes.WHO_LEFT)."""

STATES = {
    "lead": N_("organizer lead"), "organizer": N_("organizer"), "reviewer": N_("reviewer"),
    "volunteer_lead": N_("volunteer lead"), "read_only": N_("read only"),
    "open": N_("open"), "claimed": N_("claimed"), "closed": N_("closed"),
    **STORIES, **{state: words for state, (words, _color) in FOLLOW_UPS.items()},
    **{kind: job.label for kind, job in JOBS.items()},
}  # fmt: skip
"""What something was before a change or is after it, as it is stored, in words."""

TYPED = (
    AuditAction.SAW_NUMBER, AuditAction.FORGOT_CONTACT, AuditAction.BLOCKED_CONTACT, AuditAction.CONFIRMED_BLOCK,
    AuditAction.SKIPPED_FOLLOWUP, AuditAction.DISCARDED_GIVEN_UP,
)  # fmt: skip
"""Changes of which somebody wrote the reason: it is theirs, and stays as it is."""


@pages.page("/", right="audit.see")
def changes(ctx: RequestContext) -> str:
    """A page of it. what: a part of what was done. about: the id of what it was done to."""
    what, about = _asked(ctx)
    page = ctx.number(MOST_PAGES)
    found = ctx.look(lambda uow: read.changes(uow, ctx.line, what, about, page))
    return ctx.page(
        "console/health/changes.html",
        found=found,
        what=what,
        about=about,
        number=page,
        size=read.PAGE,
        left=LEFT,
        states=STATES,
        typed=TYPED,
    )


@pages.page("/changes.csv", right="audit.see")
def export(ctx: RequestContext) -> Response:
    """The same to download; that it was taken is a change, too."""
    what, about = _asked(ctx)
    found = ctx.look(lambda uow: read.changes(uow, ctx.line, what, about, 0, read.MOST_EXPORTED))
    rows_taken = f"{len(found)} rows"
    ctx.do(lambda uow: audit.write(uow, ctx.who.by, AuditAction.TOOK_CHANGES_AWAY, "audit", after=rows_taken))
    rows = (
        (change.at.isoformat(), change.who, change.what, change.about, change.before, change.after) for change in found
    )
    return csv_export.sheet("changes", ("at", "who", "what", "about", "before", "after"), rows)


def _asked(ctx: RequestContext) -> tuple[str, str]:
    return ctx.request.args.get("what", "")[:80], ctx.request.args.get("about", "")[:80]
