"""When stories wait too long for their reviewers: the leads hear of it, and again, until somebody has looked."""

from __future__ import annotations

from checkin.core import lines
from checkin.core.unit_of_work import UnitOfWork
from checkin.followups.rules.times import NoSafeHour, when
from checkin.i18n.say import language_of
from checkin.messages import service as messages
from checkin.outbox.outcomes import Outcome, Retry, Skipped
from checkin.stories import review_queries as rows
from checkin.stories.models import Story
from checkin.volunteers import alerts
from checkin.volunteers.queries import leads
from flows.engine.sentences import NoSentence, line_names, sentence

ALERT = "stories_wait"


def look(uow: UnitOfWork, story_id: str, row_id: str) -> Outcome:
    """Look at the queue of the line of this story, and tell the leads of what waits too long. Answers how it went.

    The row comes back as long as anything waits; it is written to people in the line's own hours for writing.
    """
    story = uow.session.get(Story, story_id)
    waiting = rows.waiting(uow.session, story.line) if story is not None else []
    if story is None or not waiting:
        _close(uow, story.line if story is not None else "")
        return Skipped("nothing waits")
    within, policy = lines.get(uow, story.line).stories.review_within, uow.policy(story.line)
    late = [item for item in waiting if uow.now - item.since >= within]
    if not late:
        _close(uow, story.line)
        return Retry(waiting[0].since + within, "nothing waits too long")
    try:
        at = when(uow.now, policy.window, (policy.time_zone,), uow.now, row_id)
    except NoSafeHour:
        at = uow.now
    if at > uow.now:
        return Retry(at, "quiet hours")
    _tell(uow, story.line, len(late), max(1, (uow.now - late[0].since).days))
    return Retry(uow.now + within, f"the leads know of {len(late)}")


def _tell(uow: UnitOfWork, line: str, count: int, days: int) -> None:
    alerts.put_up(uow, line, ALERT, f"{count} wait, the longest {days} days", about=ALERT)
    here = lines.get(uow, line)
    names = {**line_names(here, here.name), "count": count, "days": days}
    for lead in leads(uow.session, line):
        try:
            languages = [language_of(uow, lead), *here.languages]
            body, _ = sentence(uow.library, "stories_wait", languages, "sms", names)
        except NoSentence:
            continue
        messages.send(uow, line=line, volunteer=lead, body=body, kind="notice")


def _close(uow: UnitOfWork, line: str) -> None:
    """Nobody has to look any more."""
    alerts.close_about(uow, line, ALERT, ALERT, "nothing waits too long")
