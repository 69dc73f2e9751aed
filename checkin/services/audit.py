"""Every change that a person makes, written down in the same transaction: who, what, about what, before and after."""

from __future__ import annotations

from enum import StrEnum

from checkin.models.outbox import Audit
from checkin.rules.phrases import Phrase
from checkin.work import Work

LONGEST = 400


class AuditAction(StrEnum):
    """What somebody did, in the words that are stored, and said on pages in the reader's language."""

    ADD_STORY = Phrase("add story")
    ADDED_SHIFT = Phrase("added a shift")
    ADDED_VOLUNTEER = Phrase("added a volunteer")
    ADDED_EXTRA_DAY = Phrase("added an extra day")
    AGREED_TO_VOLUNTEER = Phrase("agreed to volunteer")
    ANSWERED_CASE_BY_TEXT = Phrase("answered a case by text")
    BLOCKED_CONTACT = Phrase("blocked a contact")
    CHANGE_STORY = Phrase("change story")
    CHANGE_WORDS_STORY = Phrase("change words of story")
    CHANGED_DRAFT = Phrase("changed a draft")
    CHANGED_SHIFT = Phrase("changed a shift")
    CHANGED_VOLUNTEER = Phrase("changed a volunteer")
    CHANGED_ORGANIZERS_ROLE = Phrase("changed an organizer's role")
    CHANGED_CONVERSATIONS = Phrase("changed conversations")
    CHANGED_PASSWORD = Phrase("changed their password")
    CLAIMED_CASE = Phrase("claimed a case")
    CLOSED_CASE = Phrase("closed a case")
    CLOSED_ALERT = Phrase("closed an alert")
    CONFIRMED_BLOCK = Phrase("confirmed a block")
    DECLINED_STORY = Phrase("declined story")
    DISCARDED_GIVEN_UP = Phrase("discarded what was given up")
    DISMISSED_BLOCK = Phrase("dismissed a block")
    FORGOT_CONTACT = Phrase("forgot a contact")
    GAVE_CASE_BACK = Phrase("gave a case back")
    GAVE_DAY_OFF = Phrase("gave a day off")
    INVITED_ORGANIZER = Phrase("invited an organizer")
    LIFTED_BLOCK = Phrase("lifted a block")
    LOOKED_AT_CONTACT = Phrase("looked at a contact")
    LOOKED_FOR_NUMBER = Phrase("looked for a number")
    MADE_LINK_TO_VOLUNTEERS_PAGE = Phrase("made a link to a volunteer's page")
    MADE_SETUP_LINK = Phrase("made a setup link")
    MOVED_SHIFT = Phrase("moved a shift")
    MOVED_PEOPLE_WAITING = Phrase("moved people who were waiting")
    PAUSED_VOLUNTEER = Phrase("paused a volunteer")
    PUBLISH_STORY = Phrase("publish story")
    PUBLISHED_FLOW = Phrase("published a flow")
    PUBLISHED_STORY = Phrase("published story")
    PUT_DRAFT_AWAY = Phrase("put a draft away")
    PUT_CONVERSATIONS_AWAY = Phrase("put conversations away")
    READ_CASE = Phrase("read a case")
    READ_STORY_BEFORE_REVIEW = Phrase("read a story before review")
    REFUSED_TO_VOLUNTEER = Phrase("refused to volunteer")
    REMOVED_SHIFT = Phrase("removed a shift")
    REMOVED_VOLUNTEER = Phrase("removed a volunteer")
    REMOVED_ORGANIZER = Phrase("removed an organizer")
    RENAMED_VOLUNTEER = Phrase("renamed a volunteer")
    RENEWED_CALENDARS_ADDRESS = Phrase("renewed a calendar's address")
    RENEWED_VOLUNTEERS_CODE = Phrase("renewed a volunteer's code")
    REPORT_STORY = Phrase("report story")
    RESTING_STORY = Phrase("resting story")
    RESUMED_VOLUNTEER = Phrase("resumed a volunteer")
    RETENTION = Phrase("retention")
    RETIRED_FLOW = Phrase("retired a flow")
    RETURNED_STORY = Phrase("returned story")
    REVIEW_STORY = Phrase("review story")
    SAID_FIRST_STEP_IS_RIGHT = Phrase("said a first step is right")
    SAW_NUMBER = Phrase("saw a number")
    SET_UP_ACCOUNT = Phrase("set up their account")
    SIGNED_IN = Phrase("signed in")
    SKIPPED_FOLLOWUP = Phrase("skipped a follow-up")
    TAGGED_CASE = Phrase("tagged a case")
    TAKE_UP_STORY = Phrase("take up story")
    TOOK_REPORT_AWAY = Phrase("took a report away")
    TOOK_CHANGES_AWAY = Phrase("took the changes away")
    TOOK_DATA_AWAY = Phrase("took their data away")
    TRIED_FOLLOWUP_AGAIN = Phrase("tried a follow-up again")
    TRIED_AGAIN_GIVEN_UP = Phrase("tried again what was given up")
    TRIM_STORY = Phrase("trim story")
    WITHDRAW_STORY = Phrase("withdraw story")


def write(
    work: Work, who: str, what: AuditAction | str, about: str, before: str | None = None, after: str | None = None
) -> None:
    """Append one row. about: our own id. before, after: facts, never a number nor anybody's words. Raises ValueError
    for words that are no AuditAction's.

    Of which line it is: of the one whose pages ask, else of what it is about or of who did it. Neither costs a look.
    """
    work.session.add(
        Audit(
            id=work.new_id(),
            who=who[:80],
            what=AuditAction(what),
            about=about[:80],
            before=None if before is None else before[:LONGEST],
            after=None if after is None else after[:LONGEST],
            line=work.asking or _line_of(work, about) or _line_of(work, who.partition(" ")[2]),
            at=work.now,
        )
    )


def _line_of(work: Work, row_id: str) -> str | None:
    """Of the row with this id, as far as this transaction holds it; nothing is read for it."""
    rows = [vars(row) for row in (*work.session.new, *work.session.identity_map.values())]
    return next((row.get("line") for row in rows if row.get("id") == row_id), None)
