"""The queue of reviewers: what waits longest stands first."""

from __future__ import annotations

from checkin.core import lines
from checkin.core.translatable import N_
from checkin.web.console.stories.words import BECAUSE
from checkin.web.context import Here
from checkin.web.reads import stories as read
from checkin.web.registry import Menu, Pages, Said

pages = Pages("stories", "/console/stories", Menu(N_("Stories"), "stories.see", 50))


@pages.page("/", right="stories.see")
def queue(here: Here) -> Said:
    """What waits, since when, and who has said yes to it; and what went back and can be taken up again.

    For reviewers: whoever only looks is shown what everybody hears.
    """
    if not here.may("stories.review"):
        return here.to("library.library")
    rules = here.look(lambda work: lines.get(work, here.line)).stories
    found = here.look(lambda work: read.queue(work, here.line, rules.review_within))
    return here.page("console/stories/queue.html", found=found, rules=rules, because=BECAUSE)
