"""What is done about a case: opened, claimed, answered, noted, tagged, handed over, given back, closed.

There is one way for each, whoever does it and from wherever: a volunteer by text or on their page, an organizer at the
console, somebody at a terminal, the line itself. The first who claims has it; whoever comes later hears who. Every
change stands in the history of the case (CaseNote) and in the audit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, true, update

from checkin.accounts.models import Organizer
from checkin.accounts.organizers import name_of as organizer_name
from checkin.accounts.page_sessions import CurrentUser
from checkin.cases import answer_hours
from checkin.cases import queries as rows
from checkin.cases.models import Case, CaseNote
from checkin.contacts import blocked, preferences, shown_numbers
from checkin.contacts.models import Contact
from checkin.core import audit, lines
from checkin.core.audit import AuditAction
from checkin.core.errors import UserError
from checkin.core.statements import changed_row, insert_new
from checkin.core.translatable import Translatable
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages import service as messages
from checkin.messages.models import Conversation, Message, Recording
from checkin.outbox import outbox
from checkin.volunteers import service as volunteers
from checkin.volunteers.models import Volunteer
from flows.engine.effects import OpenCase
from flows.engine.sentences import known, line_names, sentence

TRIES = 6
"""How often we try to open a case while others open theirs with the same number."""

REASONS = ("answered", "talked", "no_answer_wanted", "not_reached", "handed_on", "abuse", "mistake")
"""Why a case is closed. What each means stands on the page, in both languages."""

LONGEST_ANSWER = 1600
"""Ten segments: what the network takes (Twilio's limit for a text)."""

LONGEST_NOTE = 2000
MOST_TAGS = 8
TAKEN_UP = "taken up by the team"
"""Why a case was opened that nobody asked for."""

NO_TEXTS: Mapping[str, Translatable] = {
    "no number": Translatable("we don't have their number: they withheld it, or asked us to delete their data"),
    "stopped": Translatable("they texted STOP: we can't text them until they text START"),
    "network": Translatable("the network won't send them texts: it says they opted out, until they text us"),
    "landline": Translatable("their phone can't receive texts"),
    "elsewhere": Translatable("their number is in a country the line doesn't text"),
}
"""Why somebody cannot be answered by text (checkin.contacts.service). Whom none reached lately may be tried again."""

PREFIX = "answer_"
LONGEST_NAME = 80
LEFT_THE_TEAM = "someone who left the team"
AUDITED = {
    "claimed": AuditAction.CLAIMED_CASE,
    "given_back": AuditAction.GAVE_CASE_BACK,
    "handed_over": AuditAction.CLAIMED_CASE,
    "closed": AuditAction.CLOSED_CASE,
}
_ANY = true()
_TAG = re.compile(r"[\w-]{1,30}")


@dataclass(frozen=True)
class Named:
    """Whoever is nobody of the team that we know by an id. by: for the audit."""

    name: str
    by: str

    def __post_init__(self) -> None:
        """Raises UserError for a name that is none."""
        if not self.name.strip() or len(self.name) > LONGEST_NAME or not self.name.isprintable():
            raise UserError("a name is 1 to %(most)s characters: say who claims it", most=LONGEST_NAME)


THE_LINE = Named("the line", "the line")
"""What happens by itself, because time has passed."""

Actor = Volunteer | CurrentUser | Named
"""Who does something about a case: a volunteer by text, whoever is signed in to a page, or a name."""


class Taken(UserError):
    """Somebody else has the case."""

    holder = ""


class Closed(UserError):
    """The case is closed already."""


class NotTheirs(UserError):
    """Somebody has a case that is not theirs to close or give back."""


def open_case(
    uow: UnitOfWork, contact: Contact, conversation: Conversation | None, action: OpenCase, *, announced: bool = True
) -> Case:
    """Put a handover or a message before the team. announced: the leads and whoever is on duty are told at once."""
    recording = uow.session.get(Recording, action.recording) if action.recording else None
    next_number = select(func.coalesce(func.max(Case.number), 0) + 1).where(Case.line == contact.line)
    case_id = uow.new_id()
    words = uow.vault.encrypted(Case.words_encrypted, case_id, action.words, of=contact) if action.words else None
    row: dict[str, object] = {
        "id": case_id,
        "line": contact.line,
        "number": next_number.scalar_subquery(),
        "contact_id": contact.id,
        "conversation_id": conversation.id if conversation else None,
        "recording_id": recording.id if recording else None,
        "kind": action.kind,
        "inbox": action.to,
        "priority": action.priority,
        "reason": action.reason[:200],
        "words_encrypted": words,
        "created_at": uow.now,
    }
    case = _add(uow, row)
    if announced and not blocked.is_refused(uow, contact):
        outbox.later(uow, "case_watch", case.id, uow.now)
    return case


def _add(uow: UnitOfWork, row: dict[str, object]) -> Case:
    """Write the case. Its number is the line's next one; a transaction that took it first makes us count again."""
    for _ in range(TRIES):
        made = insert_new(uow.session, Case, [row])
        if made:
            return made[0]
    raise RuntimeError(f"no case could be opened in {TRIES} tries: other transactions took its number each time")


def find(uow: UnitOfWork, line: str, number: int) -> rows.OpenedCase:
    """The case that the team calls by this number. Raises UserError."""
    found = rows.with_number(uow.session, line, number)
    if found is None:
        raise UserError("there's no case %(number)s", code="no_case", number=number)
    return found


def take_up(uow: UnitOfWork, contact: Contact, who: Actor) -> Case:
    """Take up somebody: the case of theirs that is open already, else a new one."""
    waiting = select(Case).where(Case.contact_id == contact.id, Case.state != "closed").order_by(Case.number)
    case = uow.session.scalars(waiting.limit(1)).first()
    if case is None:
        conversation = uow.session.scalars(
            select(Conversation)
            .where(Conversation.contact_id == contact.id)
            .order_by(Conversation.updated_at.desc())
            .limit(1)
        ).first()
        case = open_case(uow, contact, conversation, OpenCase("handover", "coordinators", "normal", TAKEN_UP))
    if case.state == "open":
        claim(uow, case, who)
    return case


def claim(uow: UnitOfWork, case: Case, actor: Actor) -> bool:
    """Take it up; the first has it. False: they had it already. Raises Taken, which says who has it, and Closed."""
    values = {"state": "claimed", **_held_by(actor), "claimed_at": uow.now}
    if _moved(uow, case, ("open",), values, actor, "claimed"):
        return True
    if case.state == "closed":
        raise _closed(case)
    if holds(case, actor):
        return False
    holder = holder_of(uow, case)
    taken = Taken("%(holder)s already has case %(number)s", holder=holder, number=case.number)
    taken.holder = holder
    raise taken


def release(uow: UnitOfWork, case: Case, actor: Actor) -> None:
    """Back to the others. Raises UserError when nobody has it, and NotTheirs: a volunteer gives back what they have."""
    values = {"state": "open", "claimed_by": None, "claimed_name": None, "claimed_at": None}
    if _moved(uow, case, ("claimed",), values, actor, "given_back", guard=_theirs(actor, leads=False)):
        return
    if case.state == "claimed":
        raise _not_theirs(case)
    raise UserError("nobody has claimed it: there's nothing to release")


def close(uow: UnitOfWork, case: Case, actor: Actor, why: str | None = None) -> None:
    """Nothing is left to do. why: one of REASONS, where it was asked for. A volunteer closes what they have, and a lead
    closes any. Raises Closed, NotTheirs, and UserError for a reason that is none.
    """
    if why is not None and why not in REASONS:
        raise UserError("choose why you're closing it")
    values = {"state": "closed", "closed_at": uow.now, "closed_why": why}
    if _moved(uow, case, ("open", "claimed"), values, actor, "closed", why, guard=_theirs(actor)):
        return
    raise _closed(case) if case.state == "closed" else _not_theirs(case)


def hand_over(uow: UnitOfWork, case: Case, to: str, who: Actor) -> str:
    """Another has it from now on; answers their name. to: an organizer's or a volunteer's id. Raises UserError."""
    name = _name_on(uow, case.line, to)
    if name is None:
        raise UserError("choose someone on the team")
    values = {"state": "claimed", "claimed_by": to, "claimed_name": None, "claimed_at": uow.now}
    if not _moved(uow, case, ("open", "claimed"), values, who, "handed_over", name):
        raise _closed(case)
    return name


def holds(case: Case, actor: Actor) -> bool:
    """Whether the case is theirs."""
    return case.state != "open" and (case.claimed_by, case.claimed_name) == tuple(_held_by(actor).values())


def holder_of(uow: UnitOfWork, case: Case) -> str:
    """The name of whoever has claimed it; empty when nobody has."""
    if case.claimed_by is None:
        return case.claimed_name or ""
    volunteer = uow.session.get(Volunteer, case.claimed_by)
    organizer = uow.session.get(Organizer, case.claimed_by) if volunteer is None else None
    if volunteer is not None:
        return volunteers.name_of(uow, volunteer) or LEFT_THE_TEAM
    return (organizer_name(uow, organizer) if organizer is not None else "") or LEFT_THE_TEAM


def words(uow: UnitOfWork, case: Case) -> str:
    """What the contact texted; empty when they texted nothing, or asked us to forget it."""
    return uow.vault.decrypt(case, Case.words_encrypted)


def note(uow: UnitOfWork, case: Case, words: str, who: CurrentUser) -> None:
    """Write something down for the team. The contact never sees it. Raises UserError."""
    if not words.strip() or len(words) > LONGEST_NOTE:
        raise UserError("write a note of 1 to %(most)s characters", most=LONGEST_NOTE)
    _note(uow, case, "note", who, words.strip())


def tag(uow: UnitOfWork, case: Case, written: str, who: CurrentUser) -> None:
    """These tags, and no others: words with spaces or commas between. Raises UserError."""
    tags = list(dict.fromkeys(part.casefold() for part in re.split(r"[\s,]+", written) if part))
    if len(tags) > MOST_TAGS or not all(_TAG.fullmatch(tag) for tag in tags):
        raise UserError("enter up to %(most)s tags of letters and digits, separated by spaces", most=MOST_TAGS)
    before, case.tags = case.tags, tags
    audit.write(uow, who.by, AuditAction.TAGGED_CASE, case.id, " ".join(before) or None, " ".join(tags) or "no tags")


def answer(
    uow: UnitOfWork, case: Case, words: str, who: CurrentUser, *, wait: bool = True, anyway: bool = False
) -> datetime | None:
    """Text the contact as the line; answers until when it waits (None: it leaves now). An open case is taken up.

    wait: in their quiet hours it leaves when those are over, unless they wrote within the hour. anyway: they may have
    the telephone number that stands in it. Raises UserError.
    """
    contact = uow.session.get(Contact, case.contact_id) if case.contact_id else None
    if why := why_no_text(uow, contact, case):
        raise UserError.of(why)
    assert contact is not None
    if not words.strip() or len(words) > LONGEST_ANSWER:
        raise UserError("write an answer of 1 to %(most)s characters", most=LONGEST_ANSWER)
    if not anyway and lines.strange_numbers(uow, case.line, words):
        raise UserError("there's a phone number in your answer: take it out, or check the box to say they may have it")
    if case.state == "open":
        claim(uow, case, who)
    at = answer_hours.opens_at(uow, contact) if wait else uow.now
    sent = messages.send(
        uow, line=case.line, body=words.strip(), kind="reply", contact=shown_numbers.who_reads(uow, contact), at=at,
        conversation_id=case.conversation_id,
    )  # fmt: skip
    _note(uow, case, "answered", who, message=sent)
    audit.write(uow, who.by, AuditAction.ANSWERED_CASE_BY_TEXT, case.id, after="answered")
    return at if at > uow.now else None


def written_answers(uow: UnitOfWork, contact: Contact) -> list[str]:
    """Answers that are written already: the sentences of words.yaml that begin with `answer_`, in their language, the
    line's first when they said none, in the order in which they are written.
    """
    line = lines.get(uow, contact.line)
    wanted = [contact.language or "", *line.languages]
    language = next(iter(known(uow.library, wanted)), next(iter(uow.library.words)))
    names = [name for name in uow.library.words[language].sentences if name.startswith(PREFIX)]
    values = line_names(line, line.name)
    return [sentence(uow.library, name, wanted, "sms", values)[0] for name in names]


def why_no_text(uow: UnitOfWork, contact: Contact | None, case: Case) -> Translatable | None:
    """Why this contact cannot be answered by text; None when they can. What came by text is answered by text."""
    why = shown_numbers.no_texts(uow, contact) if contact is not None else "no number"
    if contact is None or (why is not None and why in NO_TEXTS):
        return NO_TEXTS[why or "no number"]
    if preferences.of(uow, contact).no_texts and not _came_by_text(uow, case):
        return Translatable("they'd rather not get texts: call them, if they said we may")
    return None


def _came_by_text(uow: UnitOfWork, case: Case) -> bool:
    talk = uow.session.get(Conversation, case.conversation_id) if case.conversation_id else None
    return talk is not None and talk.channel == "sms" and not talk.by_us


def _held_by(actor: Actor) -> dict[str, str | None]:
    """The two columns that say who has it."""
    if isinstance(actor, Named):
        return {"claimed_by": None, "claimed_name": actor.name}
    return {"claimed_by": actor.id, "claimed_name": None}


def _by(actor: Actor) -> str:
    """Who it is in the audit: our own id of them, which says nothing once they have left the team."""
    return f"volunteer {actor.id}" if isinstance(actor, Volunteer) else actor.by


def _theirs(actor: Actor, *, leads: bool = True) -> ColumnElement[bool]:
    """The cases that they may close or give back: at a desk people see whose it is, and any is changed there, so that
    somebody goes on when another has gone home; a volunteer changes their own."""
    if isinstance(actor, Volunteer) and not (leads and actor.lead):
        return Case.claimed_by == actor.id
    return _ANY


def _closed(case: Case) -> Closed:
    return Closed("case %(number)s is already closed", number=case.number)


def _not_theirs(case: Case) -> NotTheirs:
    return NotTheirs("case %(number)s isn't yours: claim it first", number=case.number)


def _moved(
    uow: UnitOfWork,
    case: Case,
    before: tuple[str, ...],
    values: dict[str, Any],
    actor: Actor,
    what: str,
    words: str | None = None,
    guard: ColumnElement[bool] = _ANY,
) -> bool:
    """Change the case if it still stands as one of `before` and the guard holds, and write down who did what; False
    when somebody was first. `case` is as it stands then."""
    was = case.state
    standing = update(Case).where(Case.id == case.id, Case.state.in_(before), guard)
    if changed_row(uow.session, standing.values(**values), Case) is None:
        uow.session.refresh(case)
        return False
    audit.write(uow, _by(actor), AUDITED[what], case.id, was, str(values["state"]))
    _note(uow, case, what, actor, words)
    return True


def _note(
    uow: UnitOfWork, case: Case, kind: str, actor: Actor, words: str | None = None, message: Message | None = None
) -> None:
    held = _held_by(actor)
    row = CaseNote(
        id=uow.new_id(),
        line=case.line,
        case_id=case.id,
        kind=kind,
        by=held["claimed_by"],
        by_name=None if actor is THE_LINE else held["claimed_name"],
        message_id=message.id if message is not None else None,
        created_at=uow.now,
    )
    about = uow.session.get(Contact, case.contact_id) if words and case.contact_id else None
    uow.vault.encrypt(row, CaseNote.words_encrypted, words or None, of=about)
    uow.session.add(row)


def _name_on(uow: UnitOfWork, line: str, person_id: str) -> str | None:
    volunteer = uow.session.get(Volunteer, person_id)
    if volunteer is not None and volunteer.state == "active" and volunteer.line == line:
        return volunteers.name_of(uow, volunteer)
    organizer = uow.session.get(Organizer, person_id)
    if organizer is not None and organizer.state == "active" and organizer.line == line:
        return organizer_name(uow, organizer)
    return None
