"""What is still to be done: rows that are written in the same commit as the fact they follow from."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update

from checkin.core.unit_of_work import Work
from checkin.outbox.models import Outbox
from checkin.outbox.rules import Queue

QUEUE_OF: dict[str, Queue] = {
    "ring_offer": "ring",
    "cancel_offer": "ring",
    "move_caller": "ring",
    "call_contact": "ring",
    "leave_message": "ring",
    "next_wave": "ring",
    "give_up": "ring",
    "talk_warning": "ring",
    "send_message": "text",
    "tell_later": "bulk",
    "follow_up": "bulk",
    "call_out_machine": "ring",
    "call_out_watch": "upkeep",
    "text_failed": "text",
    "relay_lost": "text",
    "send_again": "bulk",
    "text_timeout": "text",
    "text_reminder": "text",
    "relay_idle": "text",
    "case_watch": "text",
    "settle_waiting": "text",
    "shift_reminder": "text",
    "shift_gap": "text",
    "plan_shifts": "upkeep",
    "bad_number": "upkeep",
    "block_review": "upkeep",
    "close_call": "upkeep",
    "fetch_recording": "upkeep",
    "delete_recording": "upkeep",
    "forget_recording": "upkeep",
    "destroy_media": "upkeep",
    "count_listen": "upkeep",
    "count_thanks": "upkeep",
    "count_report": "upkeep",
    "draw_story": "upkeep",
    "transcribe_story": "upkeep",
    "forget_story": "upkeep",
    "story_consent": "upkeep",
    "story_waits": "upkeep",
    "review_watch": "upkeep",
    "tell_thanks": "upkeep",
    "tell_teller": "text",
    "fetch_picture": "text",
    "delete_picture": "upkeep",
    "forget_picture": "upkeep",
    "redact_message": "upkeep",
    "resolve_message": "upkeep",
    "reconcile": "upkeep",
    "retention": "upkeep",
    "clear_network": "upkeep",
    "erase_at_network": "upkeep",
}
"""Every kind of thing to do, and the queue it waits in: ringing first, live texts before those that can wait (bulk),
upkeep last."""


def later(
    work: Work,
    kind: str,
    about_id: str,
    at: datetime,
    *,
    turn: int | None = None,
    unique_key: str | None = None,
) -> Outbox:
    """Add one thing to do at `at`, about the row `about_id`. What is due already is knocked for after the commit."""
    due = at <= work.now
    row = Outbox(
        id=work.new_id(),
        kind=kind,
        queue=QUEUE_OF[kind],
        about_id=about_id,
        turn=turn,
        run_after=at,
        queued_at=work.now if due else None,
        unique_key=unique_key,
        created_at=work.now,
    )
    work.session.add(row)
    if due:
        work.due.append((row.queue, row.id))
    return row


def drop(work: Work, about_id: str, *kinds: str) -> int:
    """Settle what is pending about this row (of these kinds, or all) as dropped. Answers how many rows it was."""
    statement = update(Outbox).where(Outbox.about_id == about_id, Outbox.done_at.is_(None))
    if kinds:
        statement = statement.where(Outbox.kind.in_(kinds))
    settled = work.session.execute(
        statement.where(Outbox.claimed_at.is_(None)).values(done_at=work.now, result="dropped"),
        execution_options={"synchronize_session": False},
    )
    return int(settled.rowcount)  # type: ignore[attr-defined]


def claim(work: Work, row_id: str) -> Outbox | None:
    """Take one row that is due, for this process alone; None if it is done, taken, or not due yet."""
    taken = work.session.scalars(
        update(Outbox)
        .where(
            Outbox.id == row_id,
            Outbox.claimed_at.is_(None),
            Outbox.done_at.is_(None),
            Outbox.run_after <= work.now,
        )
        .values(claimed_at=work.now, attempts=Outbox.attempts + 1)
        .returning(Outbox),
        execution_options={"populate_existing": True, "synchronize_session": False},
    )
    return taken.first()


def is_held(work: Work, row_id: str, attempts: int) -> bool:
    """Whether the claim that was this row's try number `attempts` still holds: nobody was given it since."""
    mine = Outbox.id == row_id, Outbox.attempts == attempts, Outbox.claimed_at.is_not(None), Outbox.done_at.is_(None)
    return work.session.scalar(select(Outbox.id).where(*mine)) is not None


def settle(work: Work, row_id: str, result: str) -> None:
    """Record how it went; the row is never carried out again."""
    work.session.execute(
        update(Outbox).where(Outbox.id == row_id).values(done_at=work.now, result=result[:200], unique_key=None)
    )


def again(work: Work, row_id: str, at: datetime, why: str) -> None:
    """Give the row back, to be carried out at `at`; `why` is kept until then."""
    work.session.execute(
        update(Outbox)
        .where(Outbox.id == row_id)
        .values(claimed_at=None, queued_at=None, run_after=at, result=why[:200])
    )


def due(work: Work, limit: int, knock_again_after: timedelta, queue: str | None = None) -> list[tuple[str, str]]:
    """Rows whose time has come (of this queue), oldest first, as (queue, id); those knocked for lately are left out."""
    query = (
        select(Outbox.queue, Outbox.id)
        .where(
            Outbox.done_at.is_(None),
            Outbox.claimed_at.is_(None),
            Outbox.run_after <= work.now,
            Outbox.queued_at.is_(None) | (Outbox.queued_at <= work.now - knock_again_after),
        )
        .order_by(Outbox.run_after)
    )
    if queue is not None:
        query = query.where(Outbox.queue == queue)
    return [(queue, row_id) for queue, row_id in work.session.execute(query.limit(limit))]


def mark_queued(work: Work, ids: list[str]) -> None:
    """Remember that these were knocked for."""
    if ids:
        work.session.execute(update(Outbox).where(Outbox.id.in_(ids)).values(queued_at=work.now))


def mark_unheard(work: Work, ids: list[str]) -> None:
    """Nobody heard the knock for these: the clock may knock again at once."""
    work.session.execute(update(Outbox).where(Outbox.id.in_(ids)).values(queued_at=None))
