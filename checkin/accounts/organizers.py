"""Organizers' accounts: asked in by a one-time link, set up by themselves, changed and removed by an organizer lead."""

from __future__ import annotations

import re
import secrets as chance
from dataclasses import dataclass
from datetime import timedelta

from checkin.accounts import page_sessions, secrets
from checkin.accounts import queries as rows
from checkin.accounts.models import Organizer
from checkin.accounts.rules import ORGANIZING, Role, weak
from checkin.core import audit, lines
from checkin.core.audit import AuditAction
from checkin.core.errors import UserError
from checkin.core.unit_of_work import UnitOfWork

SETUP_LASTS = timedelta(days=2)
"""How long a one-time link is good for."""

LONGEST_NAME = 60
_EMAIL = re.compile(r"[^@\s\x00-\x1f<>\"(),;:\\]{1,64}@[^@\s\x00-\x1f<>\"(),;:\\]{1,180}\.[^@\s.]{2,60}")


@dataclass(frozen=True)
class SetUp:
    """What somebody with a one-time link typed. secret, code: None and empty where no codes are wanted.

    password_hash is made outside the transaction.
    """

    email: str
    name: str
    language: str
    password_hash: str
    secret: str | None
    code: str


def email_keys(uow: UnitOfWork, email: str) -> list[bytes]:
    """How an organizer is found again by their e-mail address; upper and lower case are alike. The newest first."""
    return uow.vault.blind_indexes("email", email.strip().casefold())


def add(uow: UnitOfWork, line: str, email: str, role: str, by: str) -> str:
    """Invite an organizer; answers what stands in their one-time link. Again for the same one: a new link.

    Raises UserError, NoSuchLine.
    """
    lines.get(uow, line)
    if not _EMAIL.fullmatch(email.strip()):
        raise UserError("that isn't an e-mail address: enter one like oda@example.org")
    known = rows.with_email(uow.session, email_keys(uow, email))
    if known is not None and known.line != line:
        raise UserError("they already organize another line: use a different address for this one")
    if known is not None and known.state == "active":
        raise UserError("they can already sign in", code="signs_in")
    organizer = known or _new(uow, line)
    organizer.role = _role(role)
    _keep_email(uow, organizer, email)
    audit.write(uow, by, AuditAction.INVITED_ORGANIZER, organizer.id, after=role)
    return _link(uow, organizer)


def link(uow: UnitOfWork, organizer: Organizer, by: str) -> str:
    """A new one-time link for somebody who lost their password or phone; they are signed out everywhere."""
    page_sessions.end_all(uow, organizer.id)
    audit.write(uow, by, AuditAction.MADE_SETUP_LINK, organizer.id)
    return _link(uow, organizer)


def first_link(uow: UnitOfWork, line: str) -> str | None:
    """The link for the line's first organizer lead, anew each time; None when there is one who can sign in."""
    if rows.how_many_leads(uow.session, line):
        return None
    waiting = rows.first(uow.session, line) or _new(uow, line)
    waiting.role = "lead"
    return _link(uow, waiting)


def invited(uow: UnitOfWork, token: str) -> Organizer | None:
    """Whoever this link is for; None when it was used, replaced, or is too old."""
    found = rows.with_setup(uow.session, _setup_keys(uow, token))
    good = found is not None and found.state != "removed" and found.setup_until is not None
    return found if good and found is not None and found.setup_until > uow.now else None  # type: ignore[operator]


def set_up(uow: UnitOfWork, token: str, typed: SetUp, *, codes: bool) -> Organizer:
    """Use a one-time link. codes: whether one-time codes are asked for. Raises UserError; then the link stays good."""
    organizer = invited(uow, token)
    if organizer is None:
        raise UserError("this link was already used or has expired: ask for a new one")
    name = typed.name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise UserError("enter the name the team knows you by, 1 to %(most)s characters", most=LONGEST_NAME)
    if organizer.email_key is None:
        _take_email(uow, organizer, typed.email)
    step = secrets.step_of(typed.secret, typed.code, uow.now.timestamp()) if typed.secret else None
    if codes and step is None:
        raise UserError("that code isn't right: enter the six digits your authenticator app shows now")
    uow.vault.encrypt(organizer, Organizer.name_encrypted, name)
    organizer.language = typed.language
    organizer.password_hash = typed.password_hash
    uow.vault.encrypt(organizer, Organizer.code_encrypted, typed.secret if typed.secret and step is not None else None)
    organizer.code_used = step
    organizer.state, organizer.setup_key, organizer.setup_until = "active", None, None
    page_sessions.end_all(uow, organizer.id)
    audit.write(uow, f"organizer {organizer.id}", AuditAction.SET_UP_ACCOUNT, organizer.id, after=organizer.role)
    return organizer


def check_password(password: str, *known: str) -> None:
    """Raises UserError when it is too easy."""
    if why := weak(password, *known):
        raise UserError("the password %(why)s", why=why)


def change_password(uow: UnitOfWork, person_id: str, password_hash: str, session_id: str) -> None:
    """A new password; every other browser is signed out."""
    organizer = uow.session.get_one(Organizer, person_id)
    organizer.password_hash = password_hash
    page_sessions.end_all(uow, person_id, but=session_id)
    audit.write(uow, f"organizer {person_id}", AuditAction.CHANGED_PASSWORD, person_id)


def ask_for_email(uow: UnitOfWork, person_id: str, *, wanted: bool) -> None:
    """They're told by e-mail of what happens from now on, or no longer."""
    organizer = uow.session.get_one(Organizer, person_id)
    organizer.told_by_email, organizer.emailed_at = wanted, uow.now if wanted else None
    after = "on" if wanted else "off"
    audit.write(uow, f"organizer {person_id}", AuditAction.CHANGED_EMAIL_ALERTS, person_id, after=after)


def change_role(uow: UnitOfWork, organizer: Organizer, role: str, by: str) -> None:
    """Another role; they are signed out, so that they see at once what it is. Raises UserError for the last lead."""
    before = organizer.role
    if role != "lead":
        _keep_a_lead(uow, organizer)
    organizer.role = _role(role)
    page_sessions.end_all(uow, organizer.id)
    audit.write(uow, by, AuditAction.CHANGED_ORGANIZERS_ROLE, organizer.id, before, role)


def remove(uow: UnitOfWork, organizer: Organizer, by: str) -> None:
    """Their name, address and password go at once; the audit keeps what they did. UserError for the last lead."""
    _keep_a_lead(uow, organizer)
    page_sessions.end_all(uow, organizer.id)
    organizer.state, organizer.told_by_email, organizer.emailed_at = "removed", False, None
    organizer.email_key = organizer.email_encrypted = organizer.name_encrypted = None
    organizer.password_hash = organizer.code_encrypted = organizer.setup_key = organizer.setup_until = None
    audit.write(uow, by, AuditAction.REMOVED_ORGANIZER, organizer.id, before=organizer.role)


def find(uow: UnitOfWork, email: str) -> Organizer:
    """The organizer with this address. Raises UserError."""
    found = rows.with_email(uow.session, email_keys(uow, email))
    if found is None:
        raise UserError("no organizer has this address", code="no_organizer")
    return found


def name_of(uow: UnitOfWork, organizer: Organizer) -> str:
    """What the team calls them; before they said so, their address."""
    return uow.vault.decrypt(organizer, Organizer.name_encrypted) or email_of(uow, organizer)


def email_of(uow: UnitOfWork, organizer: Organizer) -> str:
    """Their address; empty where they have not chosen one yet."""
    return uow.vault.decrypt(organizer, Organizer.email_encrypted)


def _new(uow: UnitOfWork, line: str) -> Organizer:
    organizer = Organizer(id=uow.new_id(), line=line, role="read_only", state="invited", created_at=uow.now)
    uow.session.add(organizer)
    return organizer


def _take_email(uow: UnitOfWork, organizer: Organizer, email: str) -> None:
    if not _EMAIL.fullmatch(email.strip()):
        raise UserError("that isn't an e-mail address: enter one like oda@example.org")
    if rows.with_email(uow.session, email_keys(uow, email)) is not None:
        raise UserError("someone already has this address")
    _keep_email(uow, organizer, email)


def _keep_email(uow: UnitOfWork, organizer: Organizer, email: str) -> None:
    organizer.email_key = email_keys(uow, email)[0]
    uow.vault.encrypt(organizer, Organizer.email_encrypted, email.strip())


def _link(uow: UnitOfWork, organizer: Organizer) -> str:
    token = chance.token_urlsafe(16)
    organizer.setup_key, organizer.setup_until = _setup_keys(uow, token)[0], uow.now + SETUP_LASTS
    return token


def _setup_keys(uow: UnitOfWork, token: str) -> list[bytes]:
    return uow.vault.blind_indexes("setup link", token)


def _role(role: str) -> Role:
    if role not in ORGANIZING:
        raise UserError("there's no role %(role)s: choose from %(roles)s", role=repr(role), roles=", ".join(ORGANIZING))
    return role


def _keep_a_lead(uow: UnitOfWork, organizer: Organizer) -> None:
    last = organizer.role == "lead" and organizer.state == "active"
    if last and rows.how_many_leads(uow.session, organizer.line) <= 1:
        raise UserError("they're the last organizer lead: make someone else a lead first")
