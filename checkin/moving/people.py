"""Contacts, STOPs and blocks out of a table. A STOP or a block always wins, and none that holds here is ever ended."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from checkin.cases import blocks
from checkin.cases import queries as case_rows
from checkin.compliance import consent
from checkin.compliance.models import Erasure
from checkin.contacts import preferences
from checkin.contacts import service as contacts
from checkin.contacts.models import Consent, Contact
from checkin.core import lines
from checkin.core.errors import UserError
from checkin.core.rules.phone import PhoneNumber
from checkin.core.rules.zones import zone
from checkin.core.unit_of_work import UnitOfWork
from checkin.moving import team
from checkin.moving.rules import cells
from checkin.moving.rules.kinds import full_name
from checkin.moving.rules.sheets import SheetRow
from checkin.moving.run import MoveRun, Verdict, What, made
from checkin.relays import service as relays
from checkin.volunteers import queries as team_rows

AGREE_TO = ("check_ins", "follow_ups", "caring", *sorted(preferences.ALL))
"""What somebody may have agreed to elsewhere."""

STATUSES = {
    "": "", "active": "", "subscribed": "", "archived": "", "stopped": "stopped", "unsubscribed": "stopped",
    "opted out": "stopped", "blocked": "blocked",
}  # fmt: skip
_TAG = re.compile(r"[^\W_][\w -]{0,39}")
EARLIEST = 1990


@dataclass(frozen=True)
class ToldContact:
    """What a row tells of somebody, read and found possible."""

    name: str = ""
    language: str = ""
    time_zone: str = ""
    tags: tuple[str, ...] = ()
    consents: tuple[tuple[str, datetime], ...] = ()
    source: str = ""
    note: UserError | None = None


def contact_row(uow: UnitOfWork, run: MoveRun, row: SheetRow) -> Verdict:
    """Somebody, with what they agreed to and their STOP. What we know from themselves goes before the file."""
    number = run.number(row)
    status = row.of("status").casefold()
    stop = cells.stop(row.of("stopped")) or (cells.SaidStop(None) if STATUSES.get(status) == "stopped" else None)
    blocked = STATUSES.get(status) == "blocked"
    told, wrong = ToldContact(), None
    try:
        told = _told(uow, run, row)
    except UserError as error:
        wrong = error
    contact, forgotten = _known(uow, run.line, number)
    if wrong is None and contact is None and forgotten:
        wrong = UserError("they asked us to delete their data, so nothing is imported: they can text us at any time")
    if wrong is None and (first := run.repeats(number.e164, row)):
        wrong = UserError("the same number is in row %(row)s: put both into one row", row=first)
    if wrong is not None and stop is None and not blocked:
        raise wrong
    return _bring_in(uow, run, number, contact, told if wrong is None else None, stop, blocked, wrong)


def stop_row(uow: UnitOfWork, run: MoveRun, row: SheetRow) -> Verdict:
    """Somebody in a list of STOPs: they said it, whatever stands beside their number but a plain no."""
    number = run.number(row)
    stop = cells.stop(row.of("stopped")) if row.of("stopped") else cells.SaidStop(None)
    if stop is None:
        raise UserError("it says that they didn't say STOP: delete the row")
    contact, _ = _known(uow, run.line, number)
    return _bring_in(uow, run, number, contact, None, stop, blocked=False, note=None)


def block_row(uow: UnitOfWork, run: MoveRun, row: SheetRow) -> Verdict:
    """Somebody who is connected with nobody until a day; the longer of two blocks holds."""
    number = run.number(row)
    until = cells.moment(row.of("until")) if row.of("until") else uow.now + blocks.USUAL
    if until <= uow.now:
        return Verdict("here", str(number), UserError("the block is over already: there's nothing to do"))
    reason = row.of("reason") or f"blocked before, in {run.called}"
    if lines.strange_numbers(uow, run.line, reason):
        raise UserError("there's a phone number in its reason: leave it out")
    contact, _ = _known(uow, run.line, number)
    new = contact is None
    contact = contact or _new(uow, run, number)
    length = min(until - uow.now, blocks.LONGEST)
    done = _block(uow, run, contact, reason, length)
    note = UserError("a block lasts for a year at most") if until - uow.now > blocks.LONGEST else None
    what: What = "added" if new else "changed" if done else "here"
    return Verdict(what, _shown(contact, number, new), note)


def _bring_in(
    uow: UnitOfWork,
    run: MoveRun,
    number: PhoneNumber,
    contact: Contact | None,
    told: ToldContact | None,
    stop: cells.SaidStop | None,
    blocked: bool,
    note: UserError | None,
) -> Verdict:
    """told: None takes their STOP or block alone."""
    new = contact is None
    contact = contact or _new(uow, run, number)
    changed = _describe(uow, contact, number, told) if told is not None else False
    if stop is not None:
        changed |= _stop(uow, run, contact, stop, told.source if told else "")
    if blocked:
        changed |= _block(uow, run, contact, f"blocked before, in {run.called}", blocks.USUAL)
    if told is not None:
        agreed, note = _agree(uow, run, contact, told)
        changed |= agreed
        note = note or told.note
    elif note is not None:
        note = UserError("only their STOP or block was taken; besides, %(why)s", why=note.text)
    if note is None and stop is not None and not stop.sure:
        note = UserError("what stands under the STOP isn't a day or a yes: it counts as a STOP")
    what: What = "added" if new else "changed" if changed else "here"
    return Verdict(what, _shown(contact, number, new), note)


def _told(uow: UnitOfWork, run: MoveRun, row: SheetRow) -> ToldContact:
    """Raises UserError for what cannot be."""
    if row.of("status").casefold() not in STATUSES:
        raise UserError("the status is none we know: use active, stopped or blocked")
    name, note = full_name(row), None
    if len(name) > 60:
        raise UserError("a name has 1 to 60 characters, on one line", code="no_name")
    language = cells.language(row.of("language"))
    if language and language not in lines.get(uow, run.line).languages:
        language, note = "", UserError("the line doesn't speak their language: it's left open")
    if row.of("time_zone"):
        zone(row.of("time_zone"))
    tags = tuple(tag.casefold() for tag in cells.listed(row.of("tags")))
    if len(tags) > 20 or any(_TAG.fullmatch(tag) is None for tag in tags):
        raise UserError("a tag is a word or two of up to 40 letters and digits, and nobody has more than 20")
    return ToldContact(
        name, language, row.of("time_zone"), tags, _consents(uow, row), row.of("consent_source"), note
    )  # fmt: skip


def _consents(uow: UnitOfWork, row: SheetRow) -> tuple[tuple[str, datetime], ...]:
    """Each with its day: what has none is no consent that we could show to anybody."""
    found = []
    for part in cells.listed(row.of("consents")):
        name, _, day = (piece.strip() for piece in part.partition("="))
        name = re.sub(r"[\s-]+", "_", name.casefold())
        if name not in AGREE_TO:
            raise UserError(
                "%(name)s isn't a consent we ask for: use %(known)s", name=repr(name[:40]), known=", ".join(AGREE_TO)
            )
        if not (day or row.of("consent_date")):
            raise UserError("a consent needs the day they gave it: write %(name)s=2026-05-17", name=name)
        at = cells.moment(day or row.of("consent_date"))
        if at > uow.now + timedelta(days=1) or at.year < EARLIEST:
            raise UserError("the day of a consent is in the future, or long before there were texts: correct it")
        found.append((name, min(at, uow.now)))
    return tuple(found)


def _known(uow: UnitOfWork, line: str, number: PhoneNumber) -> tuple[Contact | None, bool]:
    """Who has this number here, and whether they asked us to forget them."""
    if number.e164 in {ours for known in uow.library.lines.values() for ours in known.numbers}:
        raise UserError("the phone number belongs to a line: delete the row")
    keys = contacts.keys_of(uow, line, number)
    mine = Contact.line == line, Contact.number_key.in_(keys)
    contact = uow.session.scalars(select(Contact).where(*mine)).first()
    erased = select(Erasure.at).where(Erasure.line == line, Erasure.number_key.in_(keys)).limit(1)
    nothing_left = contact is None or contact.number_encrypted is None
    forgotten = nothing_left and uow.session.scalar(erased) is not None
    return contact, forgotten


def _new(uow: UnitOfWork, run: MoveRun, number: PhoneNumber) -> Contact:
    names = contacts.aliases(contacts.key_of(uow, run.line, number))
    namesakes = select(func.count()).select_from(Contact).where(Contact.line == run.line, Contact.alias.in_(names))
    contact = contacts.new(uow, run.line, number, uow.session.scalar(namesakes) or 0)
    made(uow, run, "contact", contact.id)
    return contact


def _describe(uow: UnitOfWork, contact: Contact, number: PhoneNumber, told: ToldContact) -> bool:
    """Fill in what we don't know yet; whether there was anything."""
    changed = False
    if contact.number_encrypted is None:  # it was let go when they had been silent for long
        uow.vault.encrypt(contact, Contact.number_encrypted, number.e164, of=contact)
        changed = True
    if told.name and contact.name_encrypted is None:
        uow.vault.encrypt(contact, Contact.name_encrypted, told.name, of=contact)
        changed = True
    for column in ("language", "time_zone"):
        value = getattr(told, column)
        if value and getattr(contact, column) is None:
            setattr(contact, column, value)
            changed = True
    tags = [tag for tag in dict.fromkeys(told.tags) if tag not in contact.tags]
    if tags:
        contact.tags = [*contact.tags, *tags]
    return changed or bool(tags)


def _stop(uow: UnitOfWork, run: MoveRun, contact: Contact, stop: cells.SaidStop, source: str) -> bool:
    """Whether it was news: a START that they texted us since the very same STOP was moved in holds."""
    if contact.opted_out_at is not None and contact.opted_out_by is None:
        return False
    at = min(stop.at, uow.now) if stop.at is not None else None
    before = select(Consent.id).where(
        Consent.line == run.line, Consent.number_key == contact.number_key, Consent.name == consent.TEXTS,
        Consent.channel == consent.MOVED_IN, Consent.given.is_(False),
    )  # fmt: skip
    if at is not None:
        before = before.where(Consent.at == at)
    if contact.number_key is not None and uow.session.scalar(before.limit(1)) is not None:
        return False
    volunteer = team_rows.with_number(uow.session, run.line, [contact.number_key] if contact.number_key else [])
    if volunteer is not None:
        team.leave_in_peace(uow, volunteer)
    consent.stopped_elsewhere(uow, contact, wording=run.wording(source), source=run.source, at=at)
    made(uow, run, "stop", contact.id)
    return True


def _block(uow: UnitOfWork, run: MoveRun, contact: Contact, reason: str, length: timedelta) -> bool:
    """Whether it was news: the longer of two holds. Raises UserError for a reason that is none."""
    uow.session.flush()
    standing = case_rows.standing_block(uow.session, contact.id)
    until = uow.now + length
    if standing is not None and blocks.state_of(standing, uow) == "active":
        if standing.until >= until - timedelta(days=1) or _moved_in(reason, standing.reason):
            return False
        blocks.confirm(uow, contact, run.by, length)
        return True
    block = relays.block(uow, contact, reason, run.by, length)
    made(uow, run, "block", block.id)
    return True


def _moved_in(reason: str, standing: str) -> bool:
    """Whether a block without an end of its own came from the same table already."""
    return reason == standing and reason.startswith("blocked before, in ")


def _agree(uow: UnitOfWork, run: MoveRun, contact: Contact, told: ToldContact) -> tuple[bool, UserError | None]:
    """Note what they agreed to, unless they have said no here; whether it was news."""
    wanted = [(name, at) for name, at in told.consents if name not in contact.consents]
    if not wanted:
        return False, None
    if contact.opted_out_at is not None:
        return False, UserError("they said STOP, so their consents weren't taken: they can text START")
    refused = set(
        uow.session.scalars(
            select(Consent.name).where(
                Consent.line == run.line, Consent.number_key == contact.number_key, Consent.given.is_(False),
                Consent.channel != consent.MOVED_IN,
            )
        )
    )  # fmt: skip
    for name, at in wanted:
        if name not in refused:
            contacts.record_consent(
                uow, contact, name, given=True, wording=run.wording(told.source), version=consent.MOVED_IN,
                channel=consent.MOVED_IN, source=run.source, at=at,
            )  # fmt: skip
            made(uow, run, "consent", contact.id, name)
            if name in preferences.ALL:
                contacts.keep(uow, contact, preferences.ASKED, value=True, history=False)
    kept = [name for name, _ in wanted if name in refused]
    note = UserError("they said no here to %(what)s, and that holds", what=", ".join(kept)) if kept else None
    return len(kept) < len(wanted), note


def _shown(contact: Contact, number: PhoneNumber, new: bool) -> str:
    return str(number) if new else contact.alias
