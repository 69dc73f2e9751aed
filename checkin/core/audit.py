"""Every change that a person makes, written down in the same transaction: who, what, about what, before and after."""

from __future__ import annotations

from enum import StrEnum

from checkin.core.audit_models import Audit
from checkin.core.translatable import Translatable
from checkin.core.unit_of_work import UnitOfWork

LONGEST = 400


class AuditAction(StrEnum):
    """What somebody did, in the words that are stored, and said on pages in the reader's language."""

    ADD_STORY = Translatable("add story")
    ADDED_SHIFT = Translatable("added a shift")
    ADDED_VOLUNTEER = Translatable("added a volunteer")
    ADDED_EXTRA_DAY = Translatable("added an extra day")
    AGREED_TO_VOLUNTEER = Translatable("agreed to volunteer")
    ANSWERED_CASE_BY_TEXT = Translatable("answered a case by text")
    BLOCKED_CONTACT = Translatable("blocked a contact")
    CHANGE_STORY = Translatable("change story")
    CHANGE_WORDS_STORY = Translatable("change words of story")
    CHANGED_DRAFT = Translatable("changed a draft")
    CHANGED_SHIFT = Translatable("changed a shift")
    CHANGED_VOLUNTEER = Translatable("changed a volunteer")
    CHANGED_ORGANIZERS_ROLE = Translatable("changed an organizer's role")
    CHANGED_CONVERSATIONS = Translatable("changed conversations")
    CHANGED_PASSWORD = Translatable("changed their password")
    CLAIMED_CASE = Translatable("claimed a case")
    CLOSED_CASE = Translatable("closed a case")
    CLOSED_ALERT = Translatable("closed an alert")
    CONFIRMED_BLOCK = Translatable("confirmed a block")
    DECLINED_STORY = Translatable("declined story")
    DISCARDED_GIVEN_UP = Translatable("discarded what was given up")
    DISMISSED_BLOCK = Translatable("dismissed a block")
    FORGOT_CONTACT = Translatable("forgot a contact")
    GAVE_CASE_BACK = Translatable("gave a case back")
    GAVE_DAY_OFF = Translatable("gave a day off")
    INVITED_ORGANIZER = Translatable("invited an organizer")
    LIFTED_BLOCK = Translatable("lifted a block")
    LOOKED_AT_CONTACT = Translatable("looked at a contact")
    LOOKED_FOR_NUMBER = Translatable("looked for a number")
    MADE_LINK_TO_VOLUNTEERS_PAGE = Translatable("made a link to a volunteer's page")
    MADE_SETUP_LINK = Translatable("made a setup link")
    MOVED_SHIFT = Translatable("moved a shift")
    MOVED_PEOPLE_WAITING = Translatable("moved people who were waiting")
    PAUSED_VOLUNTEER = Translatable("paused a volunteer")
    PUBLISH_STORY = Translatable("publish story")
    PUBLISHED_FLOW = Translatable("published a flow")
    PUBLISHED_STORY = Translatable("published story")
    PUT_DRAFT_AWAY = Translatable("put a draft away")
    PUT_CONVERSATIONS_AWAY = Translatable("put conversations away")
    READ_CASE = Translatable("read a case")
    READ_STORY_BEFORE_REVIEW = Translatable("read a story before review")
    REFUSED_TO_VOLUNTEER = Translatable("refused to volunteer")
    REMOVED_SHIFT = Translatable("removed a shift")
    REMOVED_VOLUNTEER = Translatable("removed a volunteer")
    REMOVED_ORGANIZER = Translatable("removed an organizer")
    RENAMED_VOLUNTEER = Translatable("renamed a volunteer")
    RENEWED_CALENDARS_ADDRESS = Translatable("renewed a calendar's address")
    RENEWED_VOLUNTEERS_CODE = Translatable("renewed a volunteer's code")
    REPORT_STORY = Translatable("report story")
    RESTING_STORY = Translatable("resting story")
    RESUMED_VOLUNTEER = Translatable("resumed a volunteer")
    RETENTION = Translatable("retention")
    RETIRED_FLOW = Translatable("retired a flow")
    RETURNED_STORY = Translatable("returned story")
    REVIEW_STORY = Translatable("review story")
    SAID_FIRST_STEP_IS_RIGHT = Translatable("said a first step is right")
    SAW_NUMBER = Translatable("saw a number")
    SET_UP_ACCOUNT = Translatable("set up their account")
    SIGNED_IN = Translatable("signed in")
    SKIPPED_FOLLOWUP = Translatable("skipped a follow-up")
    TAGGED_CASE = Translatable("tagged a case")
    TAKE_UP_STORY = Translatable("take up story")
    TOOK_REPORT_AWAY = Translatable("took a report away")
    TOOK_CHANGES_AWAY = Translatable("took the changes away")
    TOOK_DATA_AWAY = Translatable("took their data away")
    TRIED_FOLLOWUP_AGAIN = Translatable("tried a follow-up again")
    TRIED_AGAIN_GIVEN_UP = Translatable("tried again what was given up")
    TRIM_STORY = Translatable("trim story")
    WITHDRAW_STORY = Translatable("withdraw story")


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
