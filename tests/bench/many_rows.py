"""A line with a long past: a few rows are made as they are, and the database multiplies them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import LargeBinary, String, bindparam, cast, insert, literal, null, select, text, true, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from checkin.cases.models import Case
from checkin.contacts.models import CheckIn, Consent, Contact
from checkin.core.audit_models import Audit
from checkin.core.models import Base
from checkin.core.vault import Vault
from checkin.messages.models import Conversation, FollowUp, Message
from checkin.outbox.models import Outbox
from checkin.publishing.models import StepCount
from checkin.relays.models import Offer, Relay
from checkin.stories.models import Listen, Story
from checkin.volunteers.models import Volunteer

PAST = timedelta(days=400)
TIMES = 100
"""Each row becomes so many."""

Row = dict[str, Any]
OWN = {"id", "sid", "alias", "token", "room", "about", "about_id", "key", "conversation_id", "contact_id",
       "volunteer_id", "relay_id", "story_id"}  # fmt: skip
"""What each of them has for itself: its copies have the number of the copy at the end."""

STEPS = ("mood", "offer", "may_ask", "hear", "bye")
"""Of the check-in: where conversations stood, and what was passed."""


WORDS = {
    Message.body_encrypted: "It was a long day, and I would like to talk to somebody.",
    Case.words_encrypted: "Could somebody call me back?",
    CheckIn.value_encrypted: "2",
}
NEWEST = 30_000
"""So many rows say something: those that pages read."""


def fill(session: Session, vault: Vault, now: datetime, contacts: int, messages: int) -> None:
    """So many contacts and messages, and what else a line has by then, spread over 400 days up to `now`."""
    _take_your_time(session)
    few = contacts // TIMES
    made: list[tuple[type[Base], int, Callable[[int, datetime], Row]]] = [
        (Contact, few, _contact),
        (Consent, few, _consent),
        (Volunteer, 1, lambda n, at: _volunteer()),
        (Story, 3, _story),
        (Conversation, few * 2, lambda n, at: _conversation(n, at)),
        (Message, messages // TIMES, lambda n, at: _message(n, at, few)),
        (CheckIn, few, lambda n, at: {"name": "mood", "value_encrypted": b"", "at": at}),
        (FollowUp, few, lambda n, at: _follow_up(n, at, now)),
        (Case, few // 5, lambda n, at: _case(n, at)),
        (Relay, few // 2, lambda n, at: _relay(n, at, few)),
        (Offer, few * 3 // 2, lambda n, at: _offer(n, at, few)),
        (Listen, few * 2, _listen),
        (StepCount, few // 2, _step_count),
        (Audit, few * 2, lambda n, at: {"who": "somebody", "what": "read a case", "about": f"i{n}", "at": at}),
        (Outbox, few * 2, lambda n, at: _outbox(n, at, now)),
    ]
    for model, many, more in made:
        rows = []
        for n in range(many):
            at = now - PAST * (n / many) - timedelta(minutes=1)
            row = {"id": f"i{n}", "line": "default", "contact_id": f"i{n % few}", "created_at": at} | more(n, at)
            rows.append({name: value for name, value in row.items() if name in model.__table__.columns})
        session.execute(insert(model), rows)
        _multiply(session, model, many)
    for column, said in WORDS.items():
        _encrypt(session, vault, column, said)
    session.commit()
    _take_your_time(session)
    session.execute(text("ANALYZE"))
    session.commit()


def _take_your_time(session: Session) -> None:
    """Until the commit: no line is filled in one statement, but this one is."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL statement_timeout = 0"))


def _contact(n: int, at: datetime) -> Row:
    crisis = at if n % 40 == 0 else None
    return {
        "alias": f"Quiet Heron {n}",
        "heard_at": at,
        "language": "en",
        "tags": [],
        "consents": [],
        "crisis_at": crisis,
    }


def _consent(n: int, at: datetime) -> Row:
    words = {"wording": "May we text you every week?", "wording_version": "v"}
    return {"name": "check_ins", "given": True, "channel": "sms", "at": at, **words}


def _encrypt(session: Session, vault: Vault, column: InstrumentedAttribute[Any], words: str) -> None:
    """What the newest rows say, each in its place and under the key of its contact."""
    model, table = column.class_, column.class_.__table__
    theirs = select(model.id, Contact).join(Contact, Contact.id == model.contact_id).order_by(_when(model).desc())
    made = [
        {"its": item, "value": vault.encrypted(column, item, words, of=contact)}
        for item, contact in session.execute(theirs.limit(NEWEST))
    ]
    session.flush()
    session.execute(
        update(table).where(table.c.id == bindparam("its")).values({column.key: bindparam("value")}), made
    )  # fmt: skip


def _when(model: Any) -> Any:
    return model.at if model is CheckIn else model.created_at


def _volunteer() -> Row:
    """Their names and numbers are nobody's."""
    known = {"name_encrypted": b"", "number_encrypted": b"", "number_key": b"i0"}
    return {"languages": ["en"], "channels": ["voice", "text"], **known}


def _story(n: int, at: datetime) -> Row:
    return {"title": f"A morning {n}", "language": "en", "state": "published", "topics": ["grief"], "published_at": at}


def _conversation(n: int, at: datetime) -> Row:
    where = {"flow": "main_menu" if n % 2 else "check_in", "flow_hash": "h", "step": STEPS[n % len(STEPS)]}
    times = {"opened_at": at, "updated_at": at, "ended_at": at, "outcome": "done"}
    return {"channel": "sms" if n % 3 else "voice", "position_encrypted": b"", **where, **times}


def _message(n: int, at: datetime, few: int) -> Row:
    how = {"status": "failed", "error_code": 30003} if n % 50 == 0 else {"status": "delivered"}
    what = {"inbound": n % 2 == 0, "kind": "reply", "sid": f"SM{n}", "body_encrypted": None, "sent_at": at}
    return {"error_code": None, "conversation_id": f"i{n % (few * 2)}", **how, **what}


def _follow_up(n: int, at: datetime, now: datetime) -> Row:
    planned = n % 20 == 0
    due = now + timedelta(minutes=n + 1) if planned else at
    state = {"state": "planned" if planned else "sent", "finished_at": None if planned else at}
    return {"flow": "check_in", "key": f"{n}", "planned_for": due, "due_at": due, "earlier_calls": [], **state}


def _case(n: int, at: datetime) -> Row:
    over = at if n % 100 else None
    state = {"state": "closed" if over else "open", "closed_at": over, "tags": [], "priority": "soon"}
    return {
        "number": n + 1,
        "kind": "message",
        "inbox": "team",
        "reason": "a message",
        "words_encrypted": None,
        **state,
    }


def _relay(n: int, at: datetime, few: int) -> Row:
    times = {"opened_at": at, "limit_at": at, "joined_at": at, "ended_at": at, "state": "ended", "channel": "voice"}
    what = {"number": n + 1, "token": f"t{n}", "room": f"r{n}", "conversation_id": f"i{n % (few * 2)}"}
    return {"volunteer_id": "i0", **what, **times}


def _offer(n: int, at: datetime, few: int) -> Row:
    what = {"relay_id": f"i{n % (few // 2)}", "volunteer_id": "i0", "token": f"o{n}", "channel": "voice", "wave": 1}
    return {"state": "accepted" if n % 3 == 0 else "canceled", "live": False, "planned_at": at, **what}


def _listen(n: int, at: datetime) -> Row:
    return {"story_id": f"i{n % 3}", "how": "finished" if n % 2 else "left", "thanked": n % 5 == 0, "at": at}


def _step_count(n: int, at: datetime) -> Row:
    """Counts of a month stand in one row, so they are fewer than what they count."""
    where = {"flow": "main_menu" if n % 2 else "check_in", "version": "h", "step": STEPS[n % len(STEPS)]}
    what = {"channel": "sms", "seconds": n % 97 if n % 3 else None, "times": 20, "until": at}
    return {"outcome": "(onward)", **where, **what}


def _outbox(n: int, at: datetime, now: datetime) -> Row:
    later = n % 10 == 0
    times = {"run_after": now + timedelta(days=1) if later else at, "done_at": None if later else at}
    return {"kind": "send_message", "queue": "text", "about_id": f"i{n}", "outcome": None if later else "done", **times}


def _multiply(session: Session, model: type[Base], many: int) -> None:
    """The rows again and again, each time with ids of their own, and about contacts of their own."""
    table = model.__table__
    again = select(literal(1).label("k")).cte("again", recursive=True)
    again = again.union_all(select(again.c.k + 1).where(again.c.k < TIMES - 1))
    ending = "-" + cast(again.c.k, String)
    taken: list[Any] = []
    for column in table.columns:
        if column.name in OWN:
            taken.append(column.concat(ending))
        elif column.name == "number" and model is not FollowUp:
            taken.append(column + again.c.k * many)
        elif column.name == "number_key" and not column.nullable:
            taken.append(cast(table.c.id.concat(ending), LargeBinary))
        else:
            taken.append(null() if column.unique or column.name == "number_key" else column)
    ours = table.c.id.startswith("i")  # the rest is what the line itself wrote down when it began
    copies = select(*taken).select_from(table).join(again, true()).where(ours)
    session.execute(insert(model).from_select([column.name for column in table.columns], copies))
