"""Volunteers, their shifts and days that differ, and alerts to leads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column

from checkin.core.models import Base, Id, PartialIndex, of

OPEN = text("closed_at IS NULL")
"""Of alerts: those that nobody closed yet."""


def _same_as(column: str) -> Callable[[DefaultExecutionContext], Any]:
    """What a column is unless somebody says otherwise: the same as another of its row."""

    def value(context: DefaultExecutionContext) -> Any:
        return context.get_current_parameters()[column]  # type: ignore[no-untyped-call]

    return value


class Alert(Base):
    """Something that someone must see now, with its age counted until a person closes it. `rule`, never the words.

    There is one open row for each kind and what it is `about`: the id of a contact or a volunteer, or what tells it
    from others of its kind. count: how often it happened since raised_at, the last time at last_at. told, told_at: how
    often the leads were texted about it, and when last. message_id: the newest text that it is about.
    """

    __tablename__ = "alerts"
    __table_args__ = (
        Index("ix_alerts_line_closed_at", "line", "closed_at"),
        Index("ix_alerts_about_kind", "about", "kind"),
        PartialIndex("uq_alerts_open", "line", "kind", "about", unique=True, where=OPEN),
    )

    id: Mapped[Id]
    line: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(30))
    rule: Mapped[str] = mapped_column(String(80))
    about: Mapped[str] = mapped_column(String(80), default=_same_as("rule"))
    contact_id: Mapped[str | None] = mapped_column(of("contacts.id"))
    volunteer_id: Mapped[str | None] = mapped_column(of("volunteers.id"))
    conversation_id: Mapped[str | None] = mapped_column(of("conversations.id"))
    message_id: Mapped[str | None] = mapped_column(of("messages.id"))
    note: Mapped[str | None] = mapped_column(Text)
    count: Mapped[int] = mapped_column(default=1)
    raised_at: Mapped[datetime]
    last_at: Mapped[datetime] = mapped_column(default=_same_as("raised_at"))
    told: Mapped[int] = mapped_column(default=0)
    told_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(String(80))


class Volunteer(Base):
    """A peer who takes relays on their own phone. Their number is encrypted; `number_key` finds it again.

    on_duty: None follows the shifts; True or False was said by text or page and holds until `duty_until`; True began at
    `duty_since`. always: on shift at any hour. state: invited (asked by text and not answered yet: neither rung nor
    offered anything), active, removed (nothing of theirs is left then). wishes: what they offer, such as "woman".
    off_rotation: paused by an organizer or by "call me", until an organizer resumes them. stopped_at: they texted STOP
    and get no texts; stopped_by: "network" when they did not say it to us. hours_agreed: an organizer said yes to
    longer hours. failures: calls and texts in a row that their number could not take; texts_failed: texts in a row that
    did not reach them. missed: calls in a row that rang out. feed: which address of their calendar holds; a new one
    counts up. code: likewise, which code opens their menu on a call. page_only: what they do for the line they do on
    their page, where they are signed in: a text from their number proves nothing. replies, ...: as a contact has, for
    the reply budget.
    """

    __tablename__ = "volunteers"
    __table_args__ = (UniqueConstraint("line", "number_key"),)

    id: Mapped[Id]
    line: Mapped[str] = mapped_column(String(40))
    name_encrypted: Mapped[bytes]
    number_key: Mapped[bytes]
    number_encrypted: Mapped[bytes]
    languages: Mapped[list[str]] = mapped_column(default=list)
    channels: Mapped[list[str]] = mapped_column(default=list)
    topics: Mapped[list[str]] = mapped_column(default=list)
    wishes: Mapped[list[str]] = mapped_column(default=list)
    lead: Mapped[bool] = mapped_column(default=False)
    always: Mapped[bool] = mapped_column(default=False)
    time_zone: Mapped[str] = mapped_column(String(60), default="UTC")
    state: Mapped[str] = mapped_column(String(10), default="active")
    on_duty: Mapped[bool | None]
    duty_since: Mapped[datetime | None]
    duty_until: Mapped[datetime | None]
    rest_until: Mapped[datetime | None]
    off_rotation: Mapped[bool] = mapped_column(default=False)
    stopped_at: Mapped[datetime | None]
    stopped_by: Mapped[str | None] = mapped_column(String(10))
    hours_agreed: Mapped[bool] = mapped_column(default=False)
    daily_limit: Mapped[int | None]
    failures: Mapped[int] = mapped_column(default=0)
    texts_failed: Mapped[int] = mapped_column(default=0)
    missed: Mapped[int] = mapped_column(default=0)
    feed: Mapped[int] = mapped_column(default=0)
    code: Mapped[int] = mapped_column(default=0)
    page_only: Mapped[bool] = mapped_column(default=False)
    replies: Mapped[int] = mapped_column(default=0)
    replies_since: Mapped[datetime | None]
    replies_today: Mapped[int] = mapped_column(default=0)
    replies_day: Mapped[str | None] = mapped_column(String(10))
    last_text_key: Mapped[bytes | None]
    same_texts: Mapped[int] = mapped_column(default=0)
    last_relay_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class VolunteerLink(Base):
    """A one-time link to a volunteer's pages. `key`: the keyed hash of what stands in it. Good until `until`, also when
    another one was asked for; using it deletes the row.
    """

    __tablename__ = "volunteer_links"
    __table_args__ = (Index("ix_volunteer_links_volunteer_id", "volunteer_id"),)

    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    volunteer_id: Mapped[str] = mapped_column(of("volunteers.id"))
    until: Mapped[datetime]


class Shift(Base):
    """When a volunteer is on shift: a rule of recurrence in wall-clock time of `time_zone`, and a length.

    `rule` is an RFC 5545 RRULE ("FREQ=WEEKLY;BYDAY=MO"), empty for one time only. `starts_on` is the first day
    (YYYY-MM-DD), `starts_at` the wall-clock time (HH:MM); a shift may pass midnight.
    """

    __tablename__ = "shifts"
    __table_args__ = (Index("ix_shifts_volunteer_id", "volunteer_id"),)

    id: Mapped[Id]
    line: Mapped[str] = mapped_column(String(40))
    volunteer_id: Mapped[str] = mapped_column(of("volunteers.id"))
    rule: Mapped[str] = mapped_column(String(200), default="")
    starts_on: Mapped[str] = mapped_column(String(10))
    starts_at: Mapped[str] = mapped_column(String(5))
    minutes: Mapped[int]
    time_zone: Mapped[str] = mapped_column(String(60))
    days_off: Mapped[list[str]] = mapped_column(default=list)
    extra_days: Mapped[list[str]] = mapped_column(default=list)
    channels: Mapped[list[str]] = mapped_column(default=list)
    created_at: Mapped[datetime]


class ShiftOccurrence(Base):
    """One time on shift that comes soon: who was reminded of it, what they said, and who takes it over.

    state: planned, confirmed (YES), gap (NO, or its volunteer is away: offered to others), taken (by `taken_by`, who
    has a shift of their own for it). starts_at, ends_at: aware UTC. gap: what others type to take it ("GAP 12").
    asked: ids of the volunteers whom it was offered to. alerted_at: when the leads were told that nobody has it.
    """

    __tablename__ = "shift_occurrences"
    __table_args__ = (
        UniqueConstraint("shift_id", "starts_at"),
        UniqueConstraint("line", "gap"),
        Index("ix_shift_occurrences_volunteer_id_starts_at", "volunteer_id", "starts_at"),
    )

    id: Mapped[Id]
    line: Mapped[str] = mapped_column(String(40))
    shift_id: Mapped[str] = mapped_column(of("shifts.id"))
    volunteer_id: Mapped[str] = mapped_column(of("volunteers.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10), default="planned")
    day_reminded_at: Mapped[datetime | None]
    hour_reminded_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    gap: Mapped[int | None]
    asked: Mapped[list[str]] = mapped_column(default=list)
    taken_by: Mapped[str | None] = mapped_column(of("volunteers.id"))
    alerted_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
