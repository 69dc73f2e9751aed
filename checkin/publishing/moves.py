"""Moves people who wait in older versions of a flow on to its new one, where what they were asked is still the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from sqlalchemy import select

from checkin.contacts.models import Contact
from checkin.core import audit
from checkin.core.audit import AuditAction
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import Conversation
from flows.engine.position import Position
from flows.model.flow import Flow
from flows.views.diff import why_not

BATCH = 200
"""Conversations in one transaction: whoever texts meanwhile waits for no more than these."""


def move(uow: UnitOfWork, flow: Flow, after: str = "") -> tuple[int, str | None]:
    """Move the next batch of open conversations of this flow, those whose id comes after `after`.

    Answers how many were moved, and the id after which to go on (None: that was the last). A conversation that is
    stepped at the same moment rolls the batch back, and it runs again.
    """
    rows = list(uow.session.scalars(
        select(Conversation)
        .where(
            Conversation.flow == flow.name, Conversation.ended_at.is_(None), Conversation.flow_hash != flow.hash,
            Conversation.id > after,
        )
        .order_by(Conversation.id)
        .limit(BATCH)
    ))  # fmt: skip
    moved = sum(_moved(uow, row, flow) for row in rows)
    return moved, rows[-1].id if len(rows) == BATCH else None


def move_all(
    do: Callable[[Callable[[UnitOfWork], Any]], Any],
    flow: Flow,
    by: str,
    told: Callable[[int], object] = lambda _moved: None,
) -> int:
    """Move everybody who can be moved, each batch in a transaction of its own; answers how many.

    do: runs a use case in one transaction. told: hears after each batch how many were moved so far.
    """
    moved = 0
    after = ""
    while True:
        count, last = do(partial(move, flow=flow, after=after))
        moved += int(count)
        told(moved)
        if last is None:
            break
        after = last
    if moved:
        do(partial(note_moved, flow=flow, by=by, moved=moved))
    return moved


def note_moved(uow: UnitOfWork, flow: Flow, by: str, moved: int) -> None:
    """Write down how many were moved, and who did it."""
    audit.write(uow, by, AuditAction.MOVED_PEOPLE_WAITING, flow.name, after=f"{moved} to {flow.hash}")


def _moved(uow: UnitOfWork, row: Conversation, flow: Flow) -> bool:
    old = uow.pinned(row.flow_hash)
    if old is None or why_not(old, flow, row.step) is not None:
        return False
    position = Position.from_json(json.loads(uow.vault.decrypt(row, Conversation.position_encrypted)))
    if (position.flow_hash, position.step) != (row.flow_hash, row.step):
        return False
    changed = replace(position, flow_hash=flow.hash)
    owner = uow.session.get_one(Contact, row.contact_id)
    uow.vault.encrypt(row, Conversation.position_encrypted, json.dumps(changed.to_json()), of=owner)
    row.flow_hash = flow.hash
    return True
