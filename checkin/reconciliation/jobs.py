"""Compares the network's log of texts and calls with ours, and brings in what never reached us."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkin.compliance.jobs import deleted
from checkin.compliance.models import Erasure
from checkin.contacts import service as contacts
from checkin.core import lines
from checkin.core.lines import NoSuchLine
from checkin.core.rules.phone import Withheld
from checkin.core.unit_of_work import UnitOfWork
from checkin.dispatch.steps import Claimed, Steps
from checkin.outbox import recurring_jobs
from checkin.outbox.outcomes import Outcome
from checkin.reconciliation import away, missed_calls, missed_texts, receipts, runs
from checkin.reconciliation import queries as rows
from checkin.reconciliation.receipts import NEAR
from checkin.runtime import Runtime
from checkin.telephony.plain import fit
from checkin.telephony.rules import delivery_state
from checkin.telephony.rules.arrivals import LONGEST_TEXT, IncomingText
from checkin.telephony.rules.delivery_state import is_over
from checkin.telephony.rules.network_log import LoggedCall, LoggedText, not_after

One = TypeVar("One")
Entry = TypeVar("Entry", LoggedText, LoggedCall)

AT_ONCE = 100
"""Receipts that are caught up with in one transaction."""


class Reconciled(Protocol):
    """Hands on what it is given, and may show how far we are."""

    def __call__(self, found: Sequence[One], what: str) -> Iterable[One]:
        """The same, one by one."""


def unseen(found: Sequence[One], what: str) -> Iterable[One]:
    """Shows nothing."""
    return found


def compare(runtime: Runtime, since: datetime, shown: Reconciled = unseen) -> Counter[str]:
    """Read the log from `since` on and bring in what is missing, each in a transaction of its own.

    Answers how often what was done: "texts answered", "texts to a person", "calls texted", "receipts" ... Safe to
    run twice and at once. Raises GatewayError when the log cannot be read; what was done until then stays.
    """
    began = runtime.clock()
    settled = began - runs.SETTLING
    counted: Counter[str] = Counter()
    texts = [text for text in runtime.gateway.texts_since(since) if text.at <= settled]
    texts = _let_go(runtime, texts, rows.known_texts, since, counted)
    _texts(runtime, texts, counted, shown)
    calls = [call for call in runtime.gateway.calls_since(since) if call.at <= settled]
    calls = _let_go(runtime, calls, rows.known_calls, since, counted)
    _calls(runtime, calls, texts, counted, shown)
    _receipts(runtime, since, texts, calls, counted, shown)
    runtime.do(lambda uow: runs.done(uow, began))
    return counted


def _compared(uow: UnitOfWork, row: Claimed, _since: datetime, counted: Counter[str]) -> Outcome:
    said = ", ".join(f"{count} {what}" for what, count in sorted(counted.items())) or "nothing missing"
    return recurring_jobs.put_off(uow.now, row.kind, said)


def _let_go(
    runtime: Runtime,
    entries: list[Entry],
    known_to_us: Callable[[Session, Sequence[str]], set[str]],
    since: datetime,
    counted: Counter[str],
) -> list[Entry]:
    """The entries without those of people who were forgotten, which are deleted at the network; tried again next time.

    What we have a row for is deleted by that row's own job (compliance.jobs), and may need its receipt.
    """
    known = runtime.read(lambda session: known_to_us(session, [entry.sid for entry in entries]))
    unknown = [entry for entry in entries if entry.sid not in known]
    theirs = {entry.sid: entry for entry in runtime.do(lambda uow: of_the_forgotten(uow, unknown, since))}
    for sid, logged in theirs.items():
        if may_be_deleted(logged, runtime.clock()):
            delete = runtime.gateway.delete_text if isinstance(logged, LoggedText) else runtime.gateway.delete_call
            counted["deleted of forgotten people"] += deleted(delete, sid)
    return [entry for entry in entries if entry.sid not in theirs]


def _texts(runtime: Runtime, texts: list[LoggedText], counted: Counter[str], shown: Reconciled) -> None:
    inbound = [text for text in texts if text.inbound]
    known = runtime.read(lambda session: rows.known_texts(session, [entry.sid for entry in inbound]))
    missing = [entry for entry in inbound if entry.sid not in known and entry.sid.startswith(("SM", "MM"))]
    for entry in shown(missing, "texts"):
        _count(counted, "texts", _bring_text(runtime, entry, not_after(inbound, entry)))


def _bring_text(runtime: Runtime, logged_text: LoggedText, before: frozenset[str]) -> str:
    if isinstance(logged_text.to, Withheld):
        return "not ours"
    arrived = IncomingText(logged_text.sid, logged_text.from_, logged_text.to, fit(logged_text.body)[:LONGEST_TEXT])
    return runtime.do(lambda uow: missed_texts.bring_in(uow, arrived, logged_text.at, before))


def _calls(
    runtime: Runtime, calls: list[LoggedCall], texts: list[LoggedText], counted: Counter[str], shown: Reconciled
) -> None:
    inbound = [call for call in calls if call.inbound]
    known = runtime.read(lambda session: rows.known_calls(session, [entry.sid for entry in inbound]))
    for entry in shown([entry for entry in inbound if entry.sid not in known], "calls"):
        bring = partial(missed_calls.bring_in, call=entry, not_after=not_after([*calls, *texts], entry))
        _count(counted, "calls", runtime.do(bring))


def _receipts(
    runtime: Runtime,
    since: datetime,
    texts: list[LoggedText],
    calls: list[LoggedCall],
    counted: Counter[str],
    shown: Reconciled,
) -> None:
    ours = [text for text in texts if not text.inbound]
    parts = [ours[first : first + AT_ONCE] for first in range(0, len(ours), AT_ONCE)]
    for part in shown(parts, "receipts"):
        counted["receipts of texts"] += runtime.do(partial(receipts.of_texts, logged=part))
    counted["answers sent again"] += runtime.do(
        lambda uow: receipts.lost_answers(uow, ours, since, runtime.clock() - runs.ANSWER_LOST_AFTER)
    )
    over = {call.sid: call for call in calls if is_over(call.status)}
    for sid in runtime.read(lambda session: rows.open_calls(session, list(over))):
        runtime.do(partial(receipts.of_call, call=over[sid]))
        counted["ends of calls"] += 1
    for sid, token in runtime.read(lambda session: rows.live_offers(session, list(over))):
        runtime.do(partial(receipts.of_offer, token=token, call=over[sid]))
        counted["ends of calls"] += 1
    for what in [what for what, count in counted.items() if not count]:
        del counted[what]


def _count(counted: Counter[str], what: str, how: str) -> None:
    if how not in ("known", "not ours", "still going on"):
        counted[f"{what} {how}"] += 1


RECONCILE = Steps(lambda uow, _row: runs.since(uow), compare, _compared)
"""The log is read every few minutes. A log that cannot be read is read a little later."""


NEVER_OVER = timedelta(hours=6)
"""Some carriers say nothing after `sent`: an entry so old is deleted all the same."""


def of_the_forgotten(
    uow: UnitOfWork, entries: Sequence[LoggedText | LoggedCall], since: datetime
) -> list[LoggedText | LoggedCall]:
    """Those of these entries, none of which we have a row for, that are from before their person was forgotten.

    The answer to FORGET itself is made a moment after it; it counts too, unless they are somebody whom we know again.
    """
    erased = {
        (row.line, row.number_key): row.at for row in uow.session.scalars(select(Erasure).where(Erasure.at >= since))
    }
    return [entry for entry in entries if _is_theirs(uow, entry, erased)] if erased else []


def may_be_deleted(logged_text: LoggedText | LoggedCall, now: datetime) -> bool:
    """Whether the network lets go of it by now."""
    return delivery_state.is_over(logged_text.status) or logged_text.at < now - NEVER_OVER


def _is_theirs(
    uow: UnitOfWork, logged_text: LoggedText | LoggedCall, erased: dict[tuple[str, bytes], datetime]
) -> bool:
    ours, person = (logged_text.to, logged_text.from_) if logged_text.inbound else (logged_text.from_, logged_text.to)
    if isinstance(ours, Withheld) or (isinstance(person, Withheld) and not person.sender):
        return False  # two of whom nothing is known are never one person
    try:
        line = lines.of_number(uow, ours)
    except NoSuchLine:
        return False
    at = max((erased[line, key] for key in contacts.keys_of(uow, line, person) if (line, key) in erased), default=None)
    if at is None:
        return False
    return logged_text.at <= at or (
        not logged_text.inbound and logged_text.at <= at + NEAR and away.contact_of(uow, line, person) is None
    )
