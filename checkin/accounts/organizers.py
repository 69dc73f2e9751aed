"""Organisers' accounts: asked in by a one-time link, set up by themselves, changed and removed by an organiser lead."""

from __future__ import annotations

import re
import secrets as chance
from dataclasses import dataclass
from datetime import timedelta

from checkin.accounts import page_sessions, secrets
from checkin.accounts import queries as rows
from checkin.accounts.models import Organiser
from checkin.accounts.rules import ORGANISING, Role, weak
from checkin.core import audit, lines
from checkin.core.audit import AuditAction
from checkin.core.errors import UserError
from checkin.core.unit_of_work import Work

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


def email_keys(work: Work, email: str) -> list[bytes]:
    """How an organiser is found again by their e-mail address; upper and lower case are alike. The newest first."""
    return work.vault.blind_indexes("email", email.strip().casefold())


def add(work: Work, line: str, email: str, role: str, by: str) -> str:
    """Invite an organiser; answers what stands in their one-time link. Again for the same one: a new link.

    Raises UserError, NoSuchLine.
    """
    lines.get(work, line)
    if not _EMAIL.fullmatch(email.strip()):
        raise UserError("that is no e-mail address: write one like oda@example.org")
    known = rows.with_email(work.session, email_keys(work, email))
    if known is not None and known.line != line:
        raise UserError("they organize another line already: use another address for this one")
    if known is not None and known.state == "active":
        raise UserError("they can sign in already", code="signs_in")
    organiser = known or _new(work, line)
    organiser.role = _role(role)
    _keep_email(work, organiser, email)
    audit.write(work, by, AuditAction.INVITED_ORGANIZER, organiser.id, after=role)
    return _link(work, organiser)


def link(work: Work, organiser: Organiser, by: str) -> str:
    """A new one-time link for somebody who lost their password or phone; they are signed out everywhere."""
    page_sessions.end_all(work, organiser.id)
    audit.write(work, by, AuditAction.MADE_SETUP_LINK, organiser.id)
    return _link(work, organiser)


def first_link(work: Work, line: str) -> str | None:
    """The link for the line's first organiser lead, anew each time; None when there is one who can sign in."""
    if rows.how_many_leads(work.session, line):
        return None
    waiting = rows.first(work.session, line) or _new(work, line)
    waiting.role = "lead"
    return _link(work, waiting)


def invited(work: Work, token: str) -> Organiser | None:
    """Whoever this link is for; None when it was used, replaced, or is too old."""
    found = rows.with_setup(work.session, _setup_keys(work, token))
    good = found is not None and found.state != "removed" and found.setup_until is not None
    return found if good and found is not None and found.setup_until > work.now else None  # type: ignore[operator]


def set_up(work: Work, token: str, typed: SetUp, *, codes: bool) -> Organiser:
    """Use a one-time link. codes: whether one-time codes are asked for. Raises UserError; then the link stays good."""
    organiser = invited(work, token)
    if organiser is None:
        raise UserError("this link was used already, or is too old: ask for a new one")
    name = typed.name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise UserError("write what the team calls you, in 1 to %(most)s letters", most=LONGEST_NAME)
    if organiser.email_key is None:
        _take_email(work, organiser, typed.email)
    step = secrets.step_of(typed.secret, typed.code, work.now.timestamp()) if typed.secret else None
    if codes and step is None:
        raise UserError("that code is not right: write the six digits that your authenticator shows now")
    work.vault.encrypt(organiser, Organiser.name_encrypted, name)
    organiser.language = typed.language
    organiser.password_hash = typed.password_hash
    work.vault.encrypt(organiser, Organiser.code_encrypted, typed.secret if typed.secret and step is not None else None)
    organiser.code_used = step
    organiser.state, organiser.setup_key, organiser.setup_until = "active", None, None
    page_sessions.end_all(work, organiser.id)
    audit.write(work, f"organiser {organiser.id}", AuditAction.SET_UP_ACCOUNT, organiser.id, after=organiser.role)
    return organiser


def check_password(password: str, *known: str) -> None:
    """Raises UserError when it is too easy."""
    if why := weak(password, *known):
        raise UserError("the password %(why)s", why=why)


def change_password(work: Work, person_id: str, password_hash: str, session_id: str) -> None:
    """A new password; every other browser is signed out."""
    organiser = work.session.get_one(Organiser, person_id)
    organiser.password_hash = password_hash
    page_sessions.end_all(work, person_id, but=session_id)
    audit.write(work, f"organiser {person_id}", AuditAction.CHANGED_PASSWORD, person_id)


def change_role(work: Work, organiser: Organiser, role: str, by: str) -> None:
    """Another role; they are signed out, so that they see at once what it is. Raises UserError for the last lead."""
    before = organiser.role
    if role != "lead":
        _keep_a_lead(work, organiser)
    organiser.role = _role(role)
    page_sessions.end_all(work, organiser.id)
    audit.write(work, by, AuditAction.CHANGED_ORGANIZERS_ROLE, organiser.id, before, role)


def remove(work: Work, organiser: Organiser, by: str) -> None:
    """Their name, address and password go at once; the audit keeps what they did. UserError for the last lead."""
    _keep_a_lead(work, organiser)
    page_sessions.end_all(work, organiser.id)
    organiser.state = "removed"
    organiser.email_key = organiser.email_encrypted = organiser.name_encrypted = None
    organiser.password_hash = organiser.code_encrypted = organiser.setup_key = organiser.setup_until = None
    audit.write(work, by, AuditAction.REMOVED_ORGANIZER, organiser.id, before=organiser.role)


def find(work: Work, email: str) -> Organiser:
    """The organiser with this address. Raises UserError."""
    found = rows.with_email(work.session, email_keys(work, email))
    if found is None:
        raise UserError("no organizer has this address", code="no_organizer")
    return found


def name_of(work: Work, organiser: Organiser) -> str:
    """What the team calls them; before they said so, their address."""
    return work.vault.decrypt(organiser, Organiser.name_encrypted) or email_of(work, organiser)


def email_of(work: Work, organiser: Organiser) -> str:
    """Their address; empty where they have not chosen one yet."""
    return work.vault.decrypt(organiser, Organiser.email_encrypted)


def _new(work: Work, line: str) -> Organiser:
    organiser = Organiser(id=work.new_id(), line=line, role="read_only", state="invited", created_at=work.now)
    work.session.add(organiser)
    return organiser


def _take_email(work: Work, organiser: Organiser, email: str) -> None:
    if not _EMAIL.fullmatch(email.strip()):
        raise UserError("that is no e-mail address: write one like oda@example.org")
    if rows.with_email(work.session, email_keys(work, email)) is not None:
        raise UserError("somebody has this address already")
    _keep_email(work, organiser, email)


def _keep_email(work: Work, organiser: Organiser, email: str) -> None:
    organiser.email_key = email_keys(work, email)[0]
    work.vault.encrypt(organiser, Organiser.email_encrypted, email.strip())


def _link(work: Work, organiser: Organiser) -> str:
    token = chance.token_urlsafe(16)
    organiser.setup_key, organiser.setup_until = _setup_keys(work, token)[0], work.now + SETUP_LASTS
    return token


def _setup_keys(work: Work, token: str) -> list[bytes]:
    return work.vault.blind_indexes("setup link", token)


def _role(role: str) -> Role:
    if role not in ORGANISING:
        raise UserError(
            "there is no role %(role)s: choose from %(roles)s", role=repr(role), roles=", ".join(ORGANISING)
        )
    return role


def _keep_a_lead(work: Work, organiser: Organiser) -> None:
    last = organiser.role == "lead" and organiser.state == "active"
    if last and rows.how_many_leads(work.session, organiser.line) <= 1:
        raise UserError("they are the last organizer lead: make somebody else one first")
