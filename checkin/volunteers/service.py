"""Volunteers: who they are, what they offer, and how they come and go."""

from __future__ import annotations

import re
from difflib import get_close_matches

from checkin.contacts import service as contacts
from checkin.core import audit, lines
from checkin.core.audit import AuditAction
from checkin.core.errors import UserError
from checkin.core.rules import phone
from checkin.core.rules.phone import PhoneNumber, Withheld
from checkin.core.unit_of_work import UnitOfWork
from checkin.volunteers import alerts, profile, reach
from checkin.volunteers import queries as rows
from checkin.volunteers.models import Volunteer
from checkin.volunteers.profile import Offered

_NAME = re.compile(r"[^\n\r\t]{1,60}")


def add(uow: UnitOfWork, line: str, name: str, number: str, offered: Offered, by: str) -> Volunteer:
    """A new volunteer of the line, who may be asked from now on. Raises UserError, and NoSuchLine.

    Their yes belongs in the ledger: see invitations.take_on.
    """
    _check_name(uow, line, name)
    profile.check(offered, lines.get(uow, line).languages)
    parsed = _number(uow, line, number, offered)
    volunteer = Volunteer(
        id=uow.new_id(),
        line=line,
        number_key=contacts.key_of(uow, line, parsed),
        created_at=uow.now,
    )
    uow.vault.encrypt(volunteer, Volunteer.name_encrypted, name.strip())
    uow.vault.encrypt(volunteer, Volunteer.number_encrypted, parsed.e164)
    profile.write(volunteer, offered, uow.policy(volunteer.line).time_zone)
    uow.session.add(volunteer)
    audit.write(uow, by, AuditAction.ADDED_VOLUNTEER, volunteer.id)
    return volunteer


def change(uow: UnitOfWork, volunteer: Volunteer, offered: Offered, by: str) -> None:
    """What they offer from now on, in place of what `profile.offered_by` tells. Raises UserError."""
    profile.check(offered, lines.get(uow, volunteer.line).languages)
    if "text" in offered.channels and not phone.can_text(number_of(uow, volunteer)):
        raise UserError("their phone can't receive texts", code="calls_only")
    profile.write(volunteer, offered, uow.policy(volunteer.line).time_zone)
    if not volunteer.lead:
        alerts.close_about(uow, volunteer.line, reach.LEAD_AWAY, volunteer.id, by)
    audit.write(uow, by, AuditAction.CHANGED_VOLUNTEER, volunteer.id)


def rename(uow: UnitOfWork, volunteer: Volunteer, name: str, by: str) -> None:
    """Another name, if it is one. Raises UserError for one that somebody has, or that is none."""
    if name.strip() == name_of(uow, volunteer):
        return
    if name.strip().casefold() != name_of(uow, volunteer).casefold():
        _check_name(uow, volunteer.line, name)
    uow.vault.encrypt(volunteer, Volunteer.name_encrypted, name.strip())
    audit.write(uow, by, AuditAction.RENAMED_VOLUNTEER, volunteer.id)


def find(uow: UnitOfWork, line: str, name: str) -> Volunteer:
    """The volunteer who goes by this name (upper and lower case alike, or its first letters). Raises UserError."""
    wanted = name.strip().casefold()
    named = {name_of(uow, member).casefold(): member for member in rows.team(uow.session, line)}
    if wanted in named:
        return named[wanted]
    beginning = [member for known, member in named.items() if wanted and known.startswith(wanted)]
    if len(beginning) == 1:
        return beginning[0]
    if beginning:
        names = ", ".join(sorted(name_of(uow, member) for member in beginning))
        raise UserError("%(name)s could be %(names)s: enter the whole name", name=repr(name), names=names)
    near = get_close_matches(wanted, list(named), n=1)
    if near:
        raise UserError(
            "no volunteer of the line %(line)s is called %(name)s: did you mean %(near)s?",
            line=repr(line), name=repr(name), near=name_of(uow, named[near[0]]),
        )  # fmt: skip
    raise UserError(
        "no volunteer of the line %(line)s is called %(name)s", code="no_volunteer", line=repr(line), name=repr(name)
    )


def pause(uow: UnitOfWork, volunteer: Volunteer, by: str) -> None:
    """Off the rotation until an organizer resumes them. What they are in goes on."""
    volunteer.off_rotation = True
    audit.write(uow, by, AuditAction.PAUSED_VOLUNTEER, volunteer.id)


def resume(uow: UnitOfWork, volunteer: Volunteer, by: str) -> None:
    """Back on the rotation: what paused them, kept them off duty, or set their number aside is forgotten."""
    volunteer.off_rotation = False
    volunteer.on_duty = volunteer.duty_since = volunteer.duty_until = volunteer.rest_until = None
    volunteer.failures = volunteer.missed = 0
    reach.on_back(uow, volunteer)
    audit.write(uow, by, AuditAction.RESUMED_VOLUNTEER, volunteer.id)


def erase(uow: UnitOfWork, volunteer: Volunteer) -> None:
    """Take their name, number and shifts out; the row stays for what they did."""
    rows.forget_shifts(uow.session, volunteer.id)
    alerts.close_about(uow, volunteer.line, reach.LEAD_AWAY, volunteer.id, "the line")
    volunteer.state = "removed"
    for column in (Volunteer.name_encrypted, Volunteer.number_encrypted):
        uow.vault.encrypt(volunteer, column, "")
    volunteer.number_key = uow.vault.blind_index("removed volunteer", volunteer.id)
    rows.forget_links(uow.session, volunteer.id)
    volunteer.last_text_key = None


def name_of(uow: UnitOfWork, volunteer: Volunteer) -> str:
    """What they are called; empty once they are removed."""
    return uow.vault.decrypt(volunteer, Volunteer.name_encrypted)


def number_of(uow: UnitOfWork, volunteer: Volunteer) -> PhoneNumber:
    """Their number, opened: for the network, and masked for tables."""
    return PhoneNumber(uow.vault.decrypt(volunteer, Volunteer.number_encrypted))


def _check_name(uow: UnitOfWork, line: str, name: str) -> None:
    wanted = name.strip()
    if _NAME.fullmatch(wanted) is None:
        raise UserError("a name has 1 to 60 characters, on one line", code="no_name")
    if wanted.casefold() in {name_of(uow, member).casefold() for member in rows.team(uow.session, line)}:
        raise UserError(
            "there's already a volunteer called %(wanted)s: use a different name, such as %(wanted)s B.", wanted=wanted
        )


def _number(uow: UnitOfWork, line: str, written: str, offered: Offered) -> PhoneNumber:
    """The number, if we can reach a person at it. Its digits stand in no error."""
    number = phone.parse(written)
    if isinstance(number, Withheld):
        raise UserError("that isn't a full phone number: enter it with the country code, like +15555550111")
    if reason := phone.dialable(number, uow.policy(line).countries):
        raise UserError("the phone number can't be used because %(reason)s", reason=reason)
    if number.e164 in {number for ours in uow.library.lines.values() for number in ours.numbers}:
        raise UserError("the phone number belongs to a line: enter the volunteer's")
    if "text" in offered.channels and not phone.can_text(number):
        raise UserError("the phone number can't receive texts", code="no_mobile")
    known = rows.with_number(uow.session, line, contacts.keys_of(uow, line, number))
    if known is not None:
        raise UserError("the phone number is already %(name)s's", name=name_of(uow, known))
    return number
