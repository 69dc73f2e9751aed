"""Deeds about what we write later: plan it, begin a plan, drop it. Told with the others in flows.engine.effects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class ScheduleFollowUp:
    """Plan flow `flow` for later, replacing the pending one with the same `key`. `between` is HH:MM-HH:MM."""

    flow: str
    key: str
    after: timedelta | None = None
    at: datetime | None = None
    between: str | None = None


@dataclass(frozen=True)
class BeginPlan:
    """Begin a plan of plans.yaml anew. `flow` and `after`: its first text, and how long until it is due."""

    plan: str
    flow: str
    after: timedelta


@dataclass(frozen=True)
class CancelFollowUp:
    """Drop the pending follow-up with this key (a plan's key is its name)."""

    key: str
