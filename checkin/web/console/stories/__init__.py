"""The queue of reviewers: what waits longest stands first."""

from __future__ import annotations

from checkin.core import lines
from checkin.core.translatable import N_
from checkin.web.console.stories.words import BECAUSE
from checkin.web.context import RequestContext
from checkin.web.reads import stories as read
from checkin.web.registry import Menu, Pages, Said

pages = Pages("stories", "/console/stories", Menu(N_("Stories"), "stories.see", 50))


@pages.page("/", right="stories.see")
def queue(ctx: RequestContext) -> Said:
    """What waits, since when, and who has said yes to it; and what went back and can be taken up again.

    For reviewers: whoever only looks is shown what everybody hears.
    """
    if not ctx.may("stories.review"):
        return ctx.to("library.library")
    rules = ctx.look(lambda uow: lines.get(uow, ctx.line)).stories
    found = ctx.look(lambda uow: read.queue(uow, ctx.line, rules.review_within))
    return ctx.page("console/stories/queue.html", found=found, rules=rules, because=BECAUSE)
