"""Pictures that came with texts: fetched, kept sealed for a while, shown by a link of ours that soon expires.

Nobody ever gets the network's own address of one: it would open for anybody, for ever, and name the account.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from checkin.contacts.models import Contact
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import Message, Picture
from checkin.outbox import outbox
from checkin.outbox.outcomes import Done, Outcome, Skipped


@dataclass(frozen=True)
class ShownPicture:
    """Where a picture is: under this key in our store; None while nobody has fetched it."""

    media_key: str | None


def arrived(uow: UnitOfWork, message: Message, text_sid: str, sids: Sequence[str]) -> list[str]:
    """Note the pictures of a text that came; the worker fetches them. Answers our ids of them, in order."""
    made = []
    for sid in sids:
        row = Picture(
            id=uow.new_id(), line=message.line, message_id=message.id, contact_id=message.contact_id,
            text_sid=text_sid, sid=sid, state="expected", network_state="there", created_at=uow.now,
        )  # fmt: skip
        uow.session.add(row)
        outbox.later(uow, "fetch_picture", row.id, uow.now)
        made.append(row.id)
    return made


def unreadable(uow: UnitOfWork, message: Message, text_sid: str, sids: Sequence[str]) -> None:
    """Note those in a format that cannot be shown: what the network holds of them goes at once."""
    for sid in sids:
        row = Picture(
            id=uow.new_id(), line=message.line, message_id=message.id, contact_id=message.contact_id,
            text_sid=text_sid, sid=sid, state="lost", network_state="there", created_at=uow.now,
        )  # fmt: skip
        uow.session.add(row)
        outbox.later(uow, "delete_picture", row.id, uow.now)


def to_fetch(uow: UnitOfWork, picture_id: str) -> tuple[str, str] | None:
    """The network's two ids of a picture that is not kept yet; None when there is nothing to fetch (any more)."""
    row = uow.session.get(Picture, picture_id)
    return (row.text_sid, row.sid) if row is not None and row.state == "expected" else None


def fetched(uow: UnitOfWork, picture_id: str) -> bool:
    """It is in our store. The network's copy goes at once, ours when its time has come. False: dropped meanwhile."""
    row = uow.session.get(Picture, picture_id)
    outbox.later(uow, "delete_picture", picture_id, uow.now)
    if row is None or row.state != "expected":
        outbox.later(uow, "destroy_media", picture_id, uow.now)
        return False
    row.state, row.media_key = "kept", picture_id
    outbox.later(uow, "forget_picture", picture_id, row.created_at + uow.policy(row.line).kept.voicemail)
    return True


def lost(uow: UnitOfWork, picture_id: str) -> bool:
    """It cannot be had or cannot be read; what the network holds of it goes too. False: it was dropped before."""
    row = uow.session.get(Picture, picture_id)
    if row is None or row.state != "expected":
        return False
    row.state = "lost"
    outbox.later(uow, "delete_picture", picture_id, uow.now)
    return True


def is_kept(uow: UnitOfWork, picture_id: str) -> bool:
    """Whether it was seen to be a picture, and is there."""
    row = uow.session.get(Picture, picture_id)
    return row is not None and row.state == "kept"


def came_with(uow: UnitOfWork, picture_id: str) -> tuple[Message | None, bool]:
    """The text that a picture came with, if it is still there; and whether another picture of it was lost before."""
    row = uow.session.get(Picture, picture_id)
    if row is None:
        return None, False
    others = select(Picture.id).where(
        Picture.message_id == row.message_id, Picture.id != row.id, Picture.state == "lost"
    )
    return uow.session.get(Message, row.message_id), uow.session.scalar(others.limit(1)) is not None


def to_delete(uow: UnitOfWork, picture_id: str) -> tuple[str, str] | None:
    """The network's two ids of a picture whose copy there is to go; None when it has gone."""
    row = uow.session.get(Picture, picture_id)
    return (row.text_sid, row.sid) if row is not None and row.network_state == "there" else None


def deleted(uow: UnitOfWork, picture_id: str) -> None:
    """The network's copy is gone."""
    uow.session.execute(update(Picture).where(Picture.id == picture_id).values(network_state="deleted"))


def forget(uow: UnitOfWork, picture_id: str) -> Outcome:
    """Its time has come, or its contact is forgotten: our copy goes, and one that is still to come is not kept."""
    row = uow.session.get(Picture, picture_id)
    if row is None or row.state == "lost":
        return Skipped("gone already")
    if row.media_key is not None:
        outbox.later(uow, "destroy_media", row.media_key, uow.now)
    if row.network_state == "there":
        outbox.later(uow, "delete_picture", row.id, uow.now)
    row.state, row.media_key = "lost", None
    return Done()


def forget_of(uow: UnitOfWork, contact: Contact) -> None:
    """Everything that this contact sent."""
    for picture_id in uow.session.scalars(select(Picture.id).where(Picture.contact_id == contact.id)):
        forget(uow, picture_id)


def shown(uow: UnitOfWork, picture_id: str) -> ShownPicture | None:
    """Where the picture is to be had now; None when it is not (any more)."""
    row = uow.session.get(Picture, picture_id)
    return None if row is None or row.state == "lost" else ShownPicture(row.media_key)


def left_with(uow: UnitOfWork, contact_id: str | None, since: datetime, until: datetime) -> list[str]:
    """What a contact sent in this time and was seen to be a picture: those of a message that they left by text."""
    wanted = select(Picture.id).where(
        Picture.contact_id == contact_id,
        Picture.created_at >= since - timedelta(seconds=1),
        Picture.created_at <= until,
        Picture.state == "kept",
    )
    return list(uow.session.scalars(wanted.order_by(Picture.created_at, Picture.id))) if contact_id else []
