"""What an organizer may take to another system: the same tables, in the same columns, as what moves in."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy import select

from checkin.cases.models import Block
from checkin.contacts import service as contacts
from checkin.contacts.models import Consent, Contact
from checkin.core import audit
from checkin.core.audit import AuditAction
from checkin.core.unit_of_work import UnitOfWork
from checkin.moving.people import AGREE_TO
from checkin.moving.rules import cells
from checkin.moving.rules.kinds import KINDS
from checkin.stories import service as stories
from checkin.stories.models import Story, StoryInReview
from checkin.volunteers import invitations
from checkin.volunteers import queries as team
from checkin.volunteers import service as volunteers

Told = dict[str, str]

_MEANS = {"voice": "calls", "text": "texts"}


def table(uow: UnitOfWork, kind: str, line: str, by: str) -> tuple[tuple[str, ...], list[list[str]]]:
    """The headers and rows of one kind; that it was taken is written down."""
    headers = KINDS[kind].out
    rows = [[told.get(name, "") for name in headers] for told in _TABLES[kind](uow, line)]
    audit.write(uow, by, AuditAction.MOVED_OUT, f"{kind} of {line}"[:80], after=f"{len(rows)} rows")
    return headers, rows


def _volunteers(uow: UnitOfWork, line: str) -> Iterator[Told]:
    for member in team.team(uow.session, line):
        yield {
            "name": volunteers.name_of(uow, member),
            "number": volunteers.number_of(uow, member).e164,
            "languages": cells.joined(member.languages),
            "channels": cells.joined([_MEANS.get(channel, channel) for channel in member.channels]),
            "topics": cells.joined(member.topics),
            "wishes": cells.joined(member.wishes),
            "time_zone": member.time_zone,
            "daily_limit": "" if member.daily_limit is None else str(member.daily_limit),
            **{name: _yes(getattr(member, name)) for name in ("always", "lead", "hours_agreed", "page_only")},
            "agreed": _yes(member.state == "active"),
            "agreed_source": _agreed(uow, line, member.number_key),
            "stopped": _day(member.stopped_at),
        }


def _agreed(uow: UnitOfWork, line: str, number_key: bytes) -> str:
    said = select(Consent).where(
        Consent.line == line, Consent.number_key == number_key, Consent.name == invitations.VOLUNTEERING,
        Consent.given,
    )  # fmt: skip
    found = uow.session.scalars(said.order_by(Consent.at.desc()).limit(1)).first()
    return "" if found is None else f"{found.channel}, {_day(found.at)}"


def _shifts(uow: UnitOfWork, line: str) -> Iterator[Told]:
    members = {member.id: volunteers.name_of(uow, member) for member in team.team(uow.session, line)}
    for volunteer_id, shifts in team.shifts_by_volunteer(uow.session, members).items():
        for shift in shifts:
            hour, minute = map(int, shift.starts_at.split(":"))
            ends = (hour * 60 + minute + shift.minutes) % (24 * 60)
            yield {
                "volunteer": members[volunteer_id],
                "begins": shift.starts_at,
                "ends": f"{ends // 60:02}:{ends % 60:02}",
                "first": shift.starts_on,
                "rule": shift.rule,
                "time_zone": shift.time_zone,
                "channels": cells.joined([_MEANS.get(channel, channel) for channel in shift.channels]),
            }


def _contacts(uow: UnitOfWork, line: str) -> Iterator[Told]:
    """Whoever we have the number of: it is how they are found elsewhere."""
    given: dict[str, dict[str, str]] = {}
    ledger = select(Consent).where(Consent.line == line, Consent.given, Consent.name.in_(AGREE_TO)).order_by(Consent.at)
    for said in uow.session.scalars(ledger):
        given.setdefault(said.contact_id or "", {})[said.name] = _day(said.at)
    for contact in _numbered(uow, line):
        number = contacts.number_of(uow, contact)
        if number is None:
            continue
        days = given.get(contact.id, {})
        yield {
            "number": number.e164,
            "name": uow.vault.decrypt(contact, Contact.name_encrypted),
            "language": contact.language or "",
            "time_zone": contact.time_zone or "",
            "tags": cells.joined(contact.tags),
            "consents": cells.joined(
                [f"{name}={days.get(name, _day(contact.created_at))}" for name in contact.consents if name in AGREE_TO]
            ),
            "stopped": _time(contact),
        }


def _stops(uow: UnitOfWork, line: str) -> Iterator[Told]:
    for told in _contacts(uow, line):
        if told["stopped"]:
            yield {"number": told["number"], "stopped": told["stopped"]}


def _blocks(uow: UnitOfWork, line: str) -> Iterator[Told]:
    standing = select(Block, Contact).join(Contact, Contact.id == Block.contact_id)
    holds = Block.line == line, Block.state == "active", Block.until > uow.now, Contact.number_key.is_not(None)
    for block, contact in uow.session.execute(standing.where(*holds).order_by(Block.created_at)):
        number = contacts.number_of(uow, contact)
        if number is not None:
            yield {"number": number.e164, "until": f"{block.until:%Y-%m-%dT%H:%M:%SZ}", "reason": block.reason}


def _stories(uow: UnitOfWork, line: str) -> Iterator[Told]:
    """Those that are heard and have words. Recordings go with their files: `checkin stories export`."""
    heard = select(Story, StoryInReview).outerjoin(StoryInReview, StoryInReview.story_id == Story.id)
    here = Story.line == line, Story.state == "published", Story.words_encrypted.is_not(None)
    for story, desk in uow.session.execute(heard.where(*here).order_by(Story.published_at, Story.id)):
        agreed_at = (desk.consent_at if desk is not None else None) or story.published_at or story.created_at
        yield {
            "title": story.title,
            "topics": cells.joined(story.topics),
            "language": story.language,
            "consent": _day(agreed_at),
            "words": stories.words_of(uow, story),
            "note": story.note,
            "credit": story.credit or "",
            "kind": story.kind,
            "name": story.id,
        }


def _numbered(uow: UnitOfWork, line: str) -> list[Contact]:
    """Contacts by a number that is theirs: none that a call only showed."""
    theirs = Contact.line == line, Contact.number_key.is_not(None), Contact.number_encrypted.is_not(None)
    found = list(uow.session.scalars(select(Contact).where(*theirs).order_by(Contact.created_at, Contact.id)))
    uow.vault.look_ahead(contact.number_encrypted for contact in found)
    return found


def _yes(value: bool) -> str:
    return "yes" if value else ""


def _day(at: object) -> str:
    return f"{at:%Y-%m-%d}" if at is not None else ""


def _time(contact: Contact) -> str:
    """When they said STOP, to the second: imported twice it is still the same."""
    return f"{contact.opted_out_at:%Y-%m-%dT%H:%M:%SZ}" if contact.opted_out_at is not None else ""


_TABLES: dict[str, Callable[[UnitOfWork, str], Iterator[Told]]] = {
    "volunteers": _volunteers, "shifts": _shifts, "contacts": _contacts, "stops": _stops, "blocks": _blocks,
    "stories": _stories,
}  # fmt: skip
