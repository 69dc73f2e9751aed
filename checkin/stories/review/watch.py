"""When stories wait too long for their reviewers: the leads hear of it, and again, until somebody has looked."""

from __future__ import annotations

from checkin.core import lines
from checkin.core.unit_of_work import Work
from checkin.followups.rules.times import NoSafeHour, when
from checkin.i18n.say import language_of
from checkin.messages import service as messages
from checkin.outbox.outcomes import Outcome, Retry, Skipped
from checkin.stories import review_queries as rows
from checkin.stories.models import Story
from checkin.volunteers import alerts
from checkin.volunteers.queries import leads
from flows.words.sentences import NoSentence, line_names, sentence

ALERT = "stories_wait"


def look(work: Work, story_id: str, row_id: str) -> Outcome:
    """Look at the queue of the line of this story, and tell the leads of what waits too long. Answers how it went.

    The row comes back as long as anything waits; it is written to people in the line's own hours for writing.
    """
    story = work.session.get(Story, story_id)
    waiting = rows.waiting(work.session, story.line) if story is not None else []
    if story is None or not waiting:
        _close(work, story.line if story is not None else "")
        return Skipped("nothing waits")
    within, policy = lines.get(work, story.line).stories.review_within, work.policy(story.line)
    late = [one for one in waiting if work.now - one.since >= within]
    if not late:
        _close(work, story.line)
        return Retry(waiting[0].since + within, "nothing waits too long")
    try:
        at = when(work.now, policy.window, (policy.time_zone,), work.now, row_id)
    except NoSafeHour:
        at = work.now
    if at > work.now:
        return Retry(at, "quiet hours")
    _tell(work, story.line, len(late), max(1, (work.now - late[0].since).days))
    return Retry(work.now + within, f"the leads know of {len(late)}")


def _tell(work: Work, line: str, count: int, days: int) -> None:
    alerts.put_up(work, line, ALERT, f"{count} wait, the longest {days} days", about=ALERT)
    here = lines.get(work, line)
    names = {**line_names(here, here.name), "count": count, "days": days}
    for lead in leads(work.session, line):
        try:
            languages = [language_of(work, lead), *here.languages]
            body, _ = sentence(work.library, "stories_wait", languages, "sms", names)
        except NoSentence:
            continue
        messages.send(work, line=line, volunteer=lead, body=body, kind="notice")


def _close(work: Work, line: str) -> None:
    """Nobody has to look any more."""
    alerts.close_about(work, line, ALERT, ALERT, "nothing waits too long")
