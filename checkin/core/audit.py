"""Every change that a person makes, written down in the same transaction: who, what, about what, before and after."""

from __future__ import annotations

from enum import StrEnum

from checkin.core.audit_models import Audit
from checkin.core.translatable import Translatable
from checkin.core.unit_of_work import UnitOfWork

LONGEST = 400


class AuditAction(StrEnum):
    """What somebody did, in the words that are stored, and said on pages in the reader's language."""

    ADD_STORY = Translatable("added a story")
    ADDED_SHIFT = Translatable("added a shift")
    ADDED_VOLUNTEER = Translatable("added a volunteer")
    ADDED_EXTRA_DAY = Translatable("added an extra day")
    AGREED_TO_VOLUNTEER = Translatable("agreed to volunteer")
    ANSWERED_CASE_BY_TEXT = Translatable("answered a case by text")
    BLOCKED_CONTACT = Translatable("blocked a contact")
    CHANGE_STORY = Translatable("changed a story")
    CHANGE_WORDS_STORY = Translatable("changed a story's words")
    CHANGED_DRAFT = Translatable("changed a draft")
    CHANGED_EMAIL_ALERTS = Translatable("turned e-mail alerts on or off")
    CHANGED_SHIFT = Translatable("changed a shift")
    CHANGED_VOLUNTEER = Translatable("changed a volunteer's details")
    CHANGED_ORGANIZERS_ROLE = Translatable("changed an organizer's role")
    CHANGED_CONVERSATIONS = Translatable("changed test conversations")
    CHANGED_PASSWORD = Translatable("changed their password")
    CLAIMED_CASE = Translatable("claimed a case")
    CLOSED_CASE = Translatable("closed a case")
    CLOSED_ALERT = Translatable("closed an alert")
    CONFIRMED_BLOCK = Translatable("confirmed a block")
    DECLINED_STORY = Translatable("declined a story")
    DISCARDED_GIVEN_UP = Translatable("discarded a failed job")
    DISMISSED_BLOCK = Translatable("dismissed a block")
    FORGOT_CONTACT = Translatable("deleted a contact's data")
    GAVE_CASE_BACK = Translatable("released a case")
    GAVE_DAY_OFF = Translatable("gave a day off")
    INVITED_MOVED_IN = Translatable("invited imported volunteers")
    INVITED_ORGANIZER = Translatable("invited an organizer")
    LIFTED_BLOCK = Translatable("removed a block")
    LOOKED_AT_CONTACT = Translatable("viewed a contact")
    LOOKED_FOR_NUMBER = Translatable("searched for a number")
    MADE_LINK_TO_VOLUNTEERS_PAGE = Translatable("made a link to a volunteer's page")
    MADE_SETUP_LINK = Translatable("made a setup link")
    MOVED_SHIFT = Translatable("moved a shift")
    MOVED_IN = Translatable("imported a file")
    MOVED_OUT = Translatable("exported a file")
    MOVED_PEOPLE_WAITING = Translatable("moved people who were waiting")
    PAUSED_VOLUNTEER = Translatable("paused a volunteer")
    PUBLISH_STORY = Translatable("published a story")
    PUBLISHED_FLOW = Translatable("published a flow")
    PUBLISHED_STORY = Translatable("republished a story")
    PUT_DRAFT_AWAY = Translatable("discarded a draft")
    PUT_CONVERSATIONS_AWAY = Translatable("discarded test conversations")
    READ_CASE = Translatable("read a case")
    READ_STORY_BEFORE_REVIEW = Translatable("read a story before review")
    REFUSED_TO_VOLUNTEER = Translatable("declined to volunteer")
    REMOVED_SHIFT = Translatable("removed a shift")
    REMOVED_VOLUNTEER = Translatable("removed a volunteer")
    REMOVED_ORGANIZER = Translatable("removed an organizer")
    RENAMED_VOLUNTEER = Translatable("renamed a volunteer")
    RENEWED_CALENDARS_ADDRESS = Translatable("changed a calendar's address")
    RENEWED_VOLUNTEERS_CODE = Translatable("changed a volunteer's code")
    REPORT_STORY = Translatable("reported a story")
    RESTORED_BACKUP = Translatable("restored a backup")
    RESTING_STORY = Translatable("put a story on hold")
    RESUMED_VOLUNTEER = Translatable("resumed a volunteer")
    RETENTION = Translatable("deleted expired data")
    RETIRED_FLOW = Translatable("retired a flow")
    RETURNED_STORY = Translatable("returned a story")
    REVIEW_STORY = Translatable("reviewed a story")
    SAID_FIRST_STEP_IS_RIGHT = Translatable("confirmed a first step")
    SAW_NUMBER = Translatable("viewed a number")
    SET_UP_ACCOUNT = Translatable("set up their account")
    SIGNED_IN = Translatable("signed in")
    SKIPPED_FOLLOWUP = Translatable("skipped a follow-up")
    TAGGED_CASE = Translatable("tagged a case")
    TAKE_UP_STORY = Translatable("reopened a story")
    TOOK_REPORT_AWAY = Translatable("downloaded a report")
    TOOK_CHANGES_AWAY = Translatable("downloaded the changes")
    TOOK_DATA_AWAY = Translatable("downloaded their data")
    TRIED_FOLLOWUP_AGAIN = Translatable("retried a follow-up")
    TRIED_AGAIN_GIVEN_UP = Translatable("retried a failed job")
    TRIM_STORY = Translatable("trimmed a story")
    UNDID_MOVE_IN = Translatable("undid an import")
    WITHDRAW_STORY = Translatable("withdrew a story")


def write(
    uow: UnitOfWork, who: str, what: AuditAction | str, about: str, before: str | None = None, after: str | None = None
) -> None:
    """Append one row. about: our own id. before, after: facts, never a number nor anybody's words. Raises ValueError
    for words that are no AuditAction's.

    Of which line it is: of the one whose pages ask, else of what it is about or of who did it. Neither costs a look.
    """
    uow.session.add(
        Audit(
            id=uow.new_id(),
            who=who[:80],
            what=AuditAction(what),
            about=about[:80],
            before=None if before is None else before[:LONGEST],
            after=None if after is None else after[:LONGEST],
            line=uow.asking or _line_of(uow, about) or _line_of(uow, who.partition(" ")[2]),
            at=uow.now,
        )
    )


def _line_of(uow: UnitOfWork, row_id: str) -> str | None:
    """Of the row with this id, as far as this transaction holds it; nothing is read for it."""
    rows = [vars(row) for row in (*uow.session.new, *uow.session.identity_map.values())]
    return next((row.get("line") for row in rows if row.get("id") == row_id), None)
