"""What organisers do about a case at the console: claim, answer, note, tag, hand over, close. Each is written down.

Whoever has it is kept by id, of an organiser or a volunteer. Only an open case is claimed; a claimed one is changed by
whoever asks: at a desk people see whose it is, and somebody must be able to go on when another has gone home.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from checkin.core.errors import UserError
from checkin.core.translatable import N_, Translatable
from checkin.models.casework import CaseNote
from checkin.models.contacts import Contact
from checkin.models.conversations import Case, Conversation, Message
from checkin.models.organisers import Organiser
from checkin.models.volunteers import Volunteer
from checkin.services import lines, messages, preferences, unproved
from checkin.services.access.organisers import name_of as organiser_name
from checkin.services.access.page_sessions import Person
from checkin.services.casework import answer_hours, inbox
from checkin.services.casework.cases import open_case
from checkin.services.team import volunteers
from checkin.work import Work
from flows.effects import OpenCase

REASONS = ("answered", "talked", "no_answer_wanted", "not_reached", "handed_on", "abuse", "mistake")
"""Why a case is closed. What each means stands on the page, in both languages."""

LONGEST_ANSWER = 1600
"""Ten segments: what the network takes (Twilio's limit for a text)."""

LONGEST_NOTE = 2000
MOST_TAGS = 8
TAKEN_UP = N_("taken up by the team")
"""Why a case was opened that nobody asked for."""

NO_TEXTS: Mapping[str, Translatable] = {
    "no number": Translatable("we have no number of theirs: they withheld it, or asked us to forget them"),
    "stopped": Translatable("they texted STOP: they get no texts until they text START"),
    "network": Translatable("the network sends them no texts: it says that they opted out, until they text us"),
    "landline": Translatable("their phone takes no texts"),
    "elsewhere": Translatable("their number is in a country that the line does not text"),
}
"""Why somebody cannot be answered by text (checkin.services.contacts). Whom none reached lately may be tried again."""

_TAG = re.compile(r"[\w-]{1,30}")


def take_up(work: Work, contact: Contact, who: Person) -> Case:
    """Take up somebody: the case of theirs that is open already, else a new one."""
    waiting = select(Case).where(Case.contact_id == contact.id, Case.state != "closed").order_by(Case.number)
    case = work.session.scalars(waiting.limit(1)).first()
    if case is None:
        conversation = work.session.scalars(
            select(Conversation)
            .where(Conversation.contact_id == contact.id)
            .order_by(Conversation.updated_at.desc())
            .limit(1)
        ).first()
        case = open_case(work, contact, conversation, OpenCase("handover", "coordinators", "normal", TAKEN_UP))
    if case.state == "open":
        claim(work, case, who)
    return case


def claim(work: Work, case: Case, who: Person) -> None:
    """Take it up. The same again is no error. Raises UserError: somebody has it, or it is closed."""
    if case.state == "claimed" and case.claimed_by == who.id:
        return
    if not _move(work, case, ("open",), {"state": "claimed", "claimed_by": who.id, "claimed_at": work.now}, who):
        holder = inbox.holder_of(work, work.session.get_one(Case, case.id, populate_existing=True))
        if holder:
            raise UserError("%(holder)s has it already", holder=holder)
        raise UserError("it is closed already")
    _note(work, case, "claimed", who)


def give_back(work: Work, case: Case, who: Person) -> None:
    """Back to the others. Raises UserError when nobody has it."""
    values = {"state": "open", "claimed_by": None, "claimed_at": None}
    if not _move(work, case, ("claimed",), values, who):
        raise UserError("nobody has it: there is nothing to give back")
    _note(work, case, "given_back", who)


def hand_over(work: Work, case: Case, to: str, who: Person) -> str:
    """Another has it from now on; answers their name. to: an organiser's or a volunteer's id. Raises UserError."""
    name = _name_on(work, case.line, to)
    if name is None:
        raise UserError("choose somebody of the team")
    values = {"state": "claimed", "claimed_by": to, "claimed_at": work.now}
    if not _move(work, case, ("open", "claimed"), values, who):
        raise UserError("it is closed already")
    _note(work, case, "handed_over", who, name)
    return name


def note(work: Work, case: Case, words: str, who: Person) -> None:
    """Write something down for the team. The contact never sees it. Raises UserError."""
    if not words.strip() or len(words) > LONGEST_NOTE:
        raise UserError("write a note of 1 to %(most)s letters", most=LONGEST_NOTE)
    _note(work, case, "note", who, words.strip())


def tag(work: Work, case: Case, written: str, who: Person) -> None:
    """These tags, and no others: words with spaces or commas between. Raises UserError."""
    tags = list(dict.fromkeys(one.casefold() for one in re.split(r"[\s,]+", written) if one))
    if len(tags) > MOST_TAGS or not all(_TAG.fullmatch(one) for one in tags):
        raise UserError("write up to %(most)s tags of letters and digits, with spaces between", most=MOST_TAGS)
    before, case.tags = case.tags, tags
    inbox.note(work, case.id, who.by, " ".join(before) or None, " ".join(tags) or "no tags", what="tagged a case")


def answer(
    work: Work, case: Case, words: str, who: Person, *, wait: bool = True, anyway: bool = False
) -> datetime | None:
    """Text the contact as the line; answers until when it waits (None: it leaves now). An open case is taken up.

    wait: in their quiet hours it leaves when those are over, unless they wrote within the hour. anyway: they may have
    the telephone number that stands in it. Raises UserError.
    """
    contact = work.session.get(Contact, case.contact_id) if case.contact_id else None
    if why := why_no_text(work, contact, case):
        raise UserError.of(why)
    assert contact is not None
    if not words.strip() or len(words) > LONGEST_ANSWER:
        raise UserError("write an answer of 1 to %(most)s letters", most=LONGEST_ANSWER)
    if not anyway and lines.strange_numbers(work, case.line, words):
        raise UserError("a telephone number stands in your answer: take it out, or tick that they may have it")
    if case.state == "open":
        claim(work, case, who)
    at = answer_hours.opens_at(work, contact) if wait else work.now
    sent = messages.send(
        work, line=case.line, body=words.strip(), kind="reply", contact=unproved.who_reads(work, contact), at=at,
        conversation_id=case.conversation_id,
    )  # fmt: skip
    _note(work, case, "answered", who, message=sent)
    inbox.note(work, case.id, who.by, None, "answered", what="answered a case by text")
    return at if at > work.now else None


def close(work: Work, case: Case, why: str, who: Person) -> None:
    """Nothing is left to do. Raises UserError: it is closed already, or the reason is none of REASONS."""
    if why not in REASONS:
        raise UserError("choose why it is closed")
    values = {"state": "closed", "closed_at": work.now, "closed_why": why}
    if not _move(work, case, ("open", "claimed"), values, who):
        raise UserError("it is closed already")
    _note(work, case, "closed", who, why)


def why_no_text(work: Work, contact: Contact | None, case: Case) -> Translatable | None:
    """Why this contact cannot be answered by text; None when they can. What came by text is answered by text."""
    why = unproved.no_texts(work, contact) if contact is not None else "no number"
    if contact is None or (why is not None and why in NO_TEXTS):
        return NO_TEXTS[why or "no number"]
    if preferences.of(work, contact).no_texts and not _came_by_text(work, case):
        return Translatable("they would rather get no texts: call them, if they said that we may")
    return None


def _came_by_text(work: Work, case: Case) -> bool:
    talk = work.session.get(Conversation, case.conversation_id) if case.conversation_id else None
    return talk is not None and talk.channel == "sms" and not talk.by_us


def _move(work: Work, case: Case, before: tuple[str, ...], values: dict[str, Any], who: Person) -> bool:
    """Change the case if it still stands as one of `before`; False when somebody was first."""
    moved = work.session.execute(
        update(Case).where(Case.id == case.id, Case.state.in_(before)).values(**values),
        execution_options={"synchronize_session": False},
    )
    if moved.rowcount:  # type: ignore[attr-defined]
        inbox.note(work, case.id, who.by, case.state, str(values["state"]))
        work.session.expire(case)
        return True
    return False


def _note(
    work: Work, case: Case, kind: str, who: Person, words: str | None = None, message: Message | None = None
) -> None:
    row = CaseNote(
        id=work.new_id(),
        line=case.line,
        case_id=case.id,
        kind=kind,
        by=who.id,
        message_id=message.id if message is not None else None,
        created_at=work.now,
    )
    about = work.session.get(Contact, case.contact_id) if words and case.contact_id else None
    work.vault.encrypt(row, CaseNote.words_encrypted, words or None, of=about)
    work.session.add(row)


def _name_on(work: Work, line: str, person_id: str) -> str | None:
    volunteer = work.session.get(Volunteer, person_id)
    if volunteer is not None and volunteer.state == "active" and volunteer.line == line:
        return volunteers.name_of(work, volunteer)
    organiser = work.session.get(Organiser, person_id)
    if organiser is not None and organiser.state == "active" and organiser.line == line:
        return organiser_name(work, organiser)
    return None
