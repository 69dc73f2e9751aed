"""Volunteers: who they are, what they offer, and how they come and go."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from checkin.contacts import service as contacts
from checkin.core import audit, lines
from checkin.core.audit import AuditAction
from checkin.core.errors import UserError
from checkin.core.rules import phone
from checkin.core.rules.phone import PhoneNumber, Withheld
from checkin.core.rules.zones import zone
from checkin.core.translatable import Translatable
from checkin.core.unit_of_work import UnitOfWork
from checkin.volunteers import alerts, reach
from checkin.volunteers import queries as rows
from checkin.volunteers.models import Volunteer

CHANNELS = ("voice", "text")
_NAME = re.compile(r"[^\n\r\t]{1,60}")
_TOPIC = re.compile(r"[a-z0-9_]{1,40}")


@dataclass(frozen=True)
class Offered:
    """What somebody offers. time_zone None: the line's. daily_limit None: the line's. always: at any hour. page_only:
    they act on their page, and a text from their number is not obeyed.
    """

    languages: Sequence[str] = ("en",)
    channels: Sequence[str] = CHANNELS
    topics: Sequence[str] = ()
    wishes: Sequence[str] = ()
    always: bool = False
    lead: bool = False
    time_zone: str | None = None
    daily_limit: int | None = None
    hours_agreed: bool = False
    page_only: bool = False


def add(uow: UnitOfWork, line: str, name: str, number: str, offered: Offered, by: str) -> Volunteer:
    """A new volunteer of the line, who may be asked from now on. Raises UserError, and NoSuchLine.

    Their yes belongs in the ledger: see invitations.take_on.
    """
    _check_name(uow, line, name)
    _check(uow, line, offered)
    parsed = _number(uow, line, number, offered)
    volunteer = Volunteer(
        id=uow.new_id(),
        line=line,
        number_key=contacts.key_of(uow, line, parsed),
        created_at=uow.now,
    )
    uow.vault.encrypt(volunteer, Volunteer.name_encrypted, name.strip())
    uow.vault.encrypt(volunteer, Volunteer.number_encrypted, parsed.e164)
    _write(uow, volunteer, offered)
    uow.session.add(volunteer)
    audit.write(uow, by, AuditAction.ADDED_VOLUNTEER, volunteer.id)
    return volunteer


def change(uow: UnitOfWork, volunteer: Volunteer, offered: Offered, by: str) -> None:
    """What they offer from now on, in place of what `offered_by` tells. Raises UserError."""
    _check(uow, volunteer.line, offered)
    if "text" in offered.channels and not phone.can_text(number_of(uow, volunteer)):
        raise UserError("their phone takes no texts", code="calls_only")
    _write(uow, volunteer, offered)
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


def offered_by(volunteer: Volunteer) -> Offered:
    """What they offer now."""
    return Offered(
        languages=tuple(volunteer.languages),
        channels=tuple(volunteer.channels),
        topics=tuple(volunteer.topics),
        wishes=tuple(volunteer.wishes),
        always=volunteer.always,
        lead=volunteer.lead,
        time_zone=volunteer.time_zone,
        daily_limit=volunteer.daily_limit,
        hours_agreed=volunteer.hours_agreed,
        page_only=volunteer.page_only,
    )


def find(uow: UnitOfWork, line: str, name: str) -> Volunteer:
    """The volunteer who goes by this name (upper and lower case alike, or its first letters). Raises UserError."""
    wanted = name.strip().casefold()
    named = {name_of(uow, member).casefold(): member for member in rows.team(uow.session, line)}
    if wanted in named:
        return named[wanted]
    beginning = [item for known, item in named.items() if wanted and known.startswith(wanted)]
    if len(beginning) == 1:
        return beginning[0]
    if beginning:
        names = ", ".join(sorted(name_of(uow, item) for item in beginning))
        raise UserError("%(name)s could be %(names)s: write the whole name", name=repr(name), names=names)
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


def _write(uow: UnitOfWork, volunteer: Volunteer, offered: Offered) -> None:
    volunteer.languages = list(dict.fromkeys(offered.languages))
    volunteer.channels = [channel for channel in CHANNELS if channel in offered.channels]
    volunteer.topics = sorted({_topic(topic) for topic in offered.topics})
    volunteer.wishes = sorted({wish.strip().lower() for wish in offered.wishes})
    volunteer.lead = offered.lead
    volunteer.always = offered.always
    volunteer.time_zone = offered.time_zone or uow.policy(volunteer.line).time_zone
    volunteer.daily_limit = offered.daily_limit
    volunteer.hours_agreed = offered.hours_agreed
    volunteer.page_only = offered.page_only


def _check_name(uow: UnitOfWork, line: str, name: str) -> None:
    wanted = name.strip()
    if _NAME.fullmatch(wanted) is None:
        raise UserError("a name has from 1 to 60 characters, on one line", code="no_name")
    if wanted.casefold() in {name_of(uow, member).casefold() for member in rows.team(uow.session, line)}:
        raise UserError(
            "there is a volunteer called %(wanted)s already: write another name, such as %(wanted)s B.", wanted=wanted
        )


def _check(uow: UnitOfWork, line: str, offered: Offered) -> None:
    speaks = lines.get(uow, line).languages
    for given, known, what in (
        (offered.languages, speaks, Translatable("language of this line")),
        (offered.channels, CHANNELS, Translatable("channel")),
    ):
        if not given or set(given) - set(known):
            strange = ", ".join(sorted(set(given) - set(known))) or Translatable("nothing")
            raise UserError(
                "%(strange)s is no %(what)s: choose from %(known)s, with commas between",
                strange=strange,
                what=what,
                known=", ".join(known),
            )
    if offered.daily_limit is not None and offered.daily_limit < 1:
        raise UserError(
            "a daily limit of %(daily_limit)s: write a whole number from 1 on", daily_limit=offered.daily_limit
        )
    zone(offered.time_zone or uow.policy(line).time_zone)


def _number(uow: UnitOfWork, line: str, written: str, offered: Offered) -> PhoneNumber:
    """The number, if we can reach a person at it. Its digits stand in no error."""
    number = phone.parse(written)
    if isinstance(number, Withheld):
        raise UserError("that is no full telephone number: write it with the country code, like +15555550111")
    if reason := phone.dialable(number, uow.policy(line).countries):
        raise UserError("the phone number cannot be used because %(reason)s", reason=reason)
    if number.e164 in {number for item in uow.library.lines.values() for number in item.numbers}:
        raise UserError("the phone number is a line's own: write the volunteer's")
    if "text" in offered.channels and not phone.can_text(number):
        raise UserError("the phone number takes no texts", code="no_mobile")
    known = rows.with_number(uow.session, line, contacts.keys_of(uow, line, number))
    if known is not None:
        raise UserError("the phone number is %(name)s's already", name=name_of(uow, known))
    return number


def _topic(written: str) -> str:
    topic = re.sub(r"[\s-]+", "_", written.strip().lower())
    if _TOPIC.fullmatch(topic) is None:
        raise UserError(
            "%(written)s is no topic: write letters and digits, such as family or new_here", written=repr(written)
        )
    return topic
