"""Which processes of the line live, by what each says in the database every few seconds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkin.outbox.models import Heartbeat

STALE_AFTER = timedelta(seconds=90)
"""A process that has not said that it lives for so long is taken for dead."""

PROCESSES = ("worker", "clock")


def ages(session: Session, now: datetime) -> dict[str, timedelta]:
    """Processes, and how long ago each said that it lives. One statement."""
    return {name: now - at for name, at in session.execute(select(Heartbeat.name, Heartbeat.at))}


def silent(beats: Mapping[str, timedelta]) -> list[str]:
    """Of the worker and the clock, those that none has been heard of lately."""
    return [
        kind
        for kind in PROCESSES
        if not any(name.startswith(kind) and age < STALE_AFTER for name, age in beats.items())
    ]
