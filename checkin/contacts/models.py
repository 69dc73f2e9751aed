"""Contacts: people who text or call, and what they agreed to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from checkin.core.models import Base, Id, PartialIndex, of
from checkin.core.vault import ContactKey


class Contact(Base):
    """Someone who texted or called a line. Their number is encrypted; `number_key` finds it again.

    A withheld caller has a row of their own for each call, without number or key; so has whoever calls without the
    network vouching for their number: `shown_key` is the keyed hash of the number that such a call showed, asked_at
    when its owner was asked by text whether it was them (checkin.conversations.unproved). `kept_encrypted` holds the
    variables that flows keep with a contact, as encrypted JSON. `key` comes with the row in the same statement: what
    is written of them is encrypted under it (checkin.core.vault). `replies` counts what we answered since
    `replies_since` (short window) and today (`replies_day`), for the reply budget. opted_out_by: "network" when they
    did not say it to us. unreachable_at: since when texts do not reach them. looping_until: it texts like a machine and
    gets no answers.
    """

    __tablename__ = "contacts"
    __table_args__ = (
        UniqueConstraint("line", "number_key"),
        Index("ix_contacts_line_alias", "line", "alias"),
        Index("ix_contacts_line_heard_at", "line", "heard_at"),
        PartialIndex(
            "ix_contacts_line_shown_key",
            "line",
            "shown_key",
            where=text("shown_key IS NOT NULL"),
        ),
        PartialIndex(
            "ix_contacts_asked",
            "line",
            "shown_key",
            where=text("asked_at IS NOT NULL"),
        ),
        *(
            PartialIndex(
                f"ix_contacts_line_{mark}",
                "line",
                mark,
                where=text(f"{mark} IS NOT NULL"),
            )
            for mark in ("crisis_at", "blocked_until")
        ),
    )

    id: Mapped[Id]
    line: Mapped[str] = mapped_column(String(40))
    key_id: Mapped[str | None] = mapped_column(String(32))
    number_key: Mapped[bytes | None]
    shown_key: Mapped[bytes | None]
    number_encrypted: Mapped[bytes | None]
    alias: Mapped[str] = mapped_column(String(60))
    name_encrypted: Mapped[bytes | None]
    language: Mapped[str | None] = mapped_column(String(10))
    time_zone: Mapped[str | None] = mapped_column(String(60))
    hours: Mapped[str | None] = mapped_column(String(11))
    tags: Mapped[list[str]] = mapped_column(default=list)
    consents: Mapped[list[str]] = mapped_column(default=list)
    kept_encrypted: Mapped[bytes | None]
    opted_out_at: Mapped[datetime | None]
    opted_out_by: Mapped[str | None] = mapped_column(String(10))
    paused_until: Mapped[datetime | None]
    blocked_until: Mapped[datetime | None]
    blocked_reason: Mapped[str | None] = mapped_column(String(200))
    unreachable_at: Mapped[datetime | None]
    looping_until: Mapped[datetime | None]
    crisis_at: Mapped[datetime | None]
    greeted_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    heard_at: Mapped[datetime | None]
    unanswered: Mapped[int] = mapped_column(default=0)
    replies: Mapped[int] = mapped_column(default=0)
    replies_since: Mapped[datetime | None]
    replies_today: Mapped[int] = mapped_column(default=0)
    replies_day: Mapped[str | None] = mapped_column(String(10))
    last_text_key: Mapped[bytes | None]
    same_texts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]

    key: Mapped[ContactKey | None] = relationship(
        lazy="joined", foreign_keys=key_id, primaryjoin=lambda: Contact.key_id == ContactKey.id
    )


class Consent(Base):
    """The ledger: append only. A yes or a no, the exact words that were shown, and how it reached us.

    It outlives the contact: `number_key` is a keyed hash, and `contact_id` is blanked when they are erased.
    """

    __tablename__ = "consents"
    __table_args__ = (
        Index("ix_consents_number_key", "number_key"),
        Index("ix_consents_contact_id_at", "contact_id", "at"),
    )

    id: Mapped[Id]
    line: Mapped[str] = mapped_column(String(40))
    contact_id: Mapped[str | None] = mapped_column(String(32))
    number_key: Mapped[bytes | None]
    name: Mapped[str] = mapped_column(String(60))
    given: Mapped[bool]
    wording: Mapped[str] = mapped_column(String(2000))
    wording_version: Mapped[str] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(10))
    source: Mapped[str | None] = mapped_column(String(64))
    at: Mapped[datetime]


class CheckIn(Base):
    """One dated answer that a flow keeps the history of (a mood from 1 to 5, say)."""

    __tablename__ = "check_ins"
    __table_args__ = (
        Index("ix_check_ins_contact_id_at", "contact_id", "at"),
        Index("ix_check_ins_line_at", "line", "at"),
    )

    id: Mapped[Id]
    line: Mapped[str] = mapped_column(String(40))
    contact_id: Mapped[str] = mapped_column(of("contacts.id"))
    name: Mapped[str] = mapped_column(String(60))
    value_encrypted: Mapped[bytes]
    at: Mapped[datetime]


class StoredValue(Base):
    """A small fact of the whole installation that processes share (never a secret, never personal)."""

    __tablename__ = "stored_values"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    value: Mapped[dict[str, Any]]
    updated_at: Mapped[datetime]


NETWORK = "network"
"""Who says that they opted out. None: they said it to us."""
