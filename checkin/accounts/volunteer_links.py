"""Volunteers sign in by a one-time link that is texted to their own phone. Whoever asks learns nothing of whom we know.

The link is made at the moment of sending and stands in no row: only its keyed hash does. It is good until its own end,
whatever else is asked for. It is asked for on a page with a number, where a stranger may ask, too, so that such texts
are few and come by day; or by texting LINK to the line, which is counted apart, so that no stranger uses it up.
"""

from __future__ import annotations

import secrets
from datetime import time, timedelta

from sqlalchemy import delete, select

from checkin.accounts import page_sessions
from checkin.contacts import service as contacts
from checkin.core import audit, lines, rate_limits
from checkin.core.audit import AuditAction
from checkin.core.errors import UserError
from checkin.core.rules import phone
from checkin.core.rules.phone import Withheld
from checkin.core.rules.quiet_hours import Window
from checkin.core.rules.zones import zone
from checkin.core.statements import changed
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.say import say
from checkin.messages import service as messages
from checkin.messages.rules.picture_notes import LINK
from checkin.volunteers import queries as rows
from checkin.volunteers.models import Volunteer, VolunteerLink

KIND = "sign_in"
"""The kind of such a text: in no other one a link is put."""

LASTS = timedelta(minutes=15)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

ASKED_AN_HOUR, ASKED_A_DAY = 1, 3
"""Links that anybody may have texted to one number from the page, by day."""

BY_DAY = Window(time(8), time(21))
"""When a text that a stranger asked for may make a phone ring, on its owner's clock (47 CFR 64.1200(c)(1))."""

ASKED_OF_A_BROWSER, TEXTED = 4, 4
"""Links an hour to whoever asks in a browser that they were signed in with, and to whoever texts LINK: at any time."""

TRIES_FROM_A_PLACE = 20
"""Numbers tried within an hour from one network address, which may be a whole office's."""

_TOKEN = 22


def asked(uow: UnitOfWork, written: str, place: str, held: str = "") -> None:
    """Somebody wrote a number on the page: if it is a volunteer's, a link is texted. It answers nothing, either way.

    place: where they came from (checkin.core.rules.proxies.place). held: what their browser holds that knows people.
    UserError for what is no number at all.
    """
    number = phone.parse(written)
    if isinstance(number, Withheld):
        raise UserError("that isn't a full phone number: enter it with the country code, like +15555550111")
    crowded = rate_limits.count(uow, "volunteer from", place, HOUR) > TRIES_FROM_A_PLACE
    for line in uow.library.lines:
        keys = contacts.keys_of(uow, line, number)
        found = rows.with_number(uow.session, line, keys)
        there = found if found is not None and found.state == "active" else None
        browser = page_sessions.known_device(uow, held, there.id) if there is not None else None
        if browser is not None:
            allowed = rate_limits.count(uow, "volunteer with", browser, HOUR) <= ASKED_OF_A_BROWSER
        else:
            allowed = not crowded and _is_day(uow, line, there) and _few(uow, f"{line} {keys[0].hex()}")
        if allowed and there is not None:
            _send(uow, there)


def _is_day(uow: UnitOfWork, line: str, there: Volunteer | None) -> bool:
    return BY_DAY.holds(uow.now.astimezone(zone(there.time_zone if there is not None else uow.policy(line).time_zone)))


def _few(uow: UnitOfWork, as_one: str) -> bool:
    """One more of those that anybody may ask for; whether it is one of the few. What is too soon does not use up the
    day's."""
    if rate_limits.count(uow, "volunteer as", as_one, HOUR) > ASKED_AN_HOUR:
        return False
    return rate_limits.count(uow, "volunteer of the day", as_one, DAY) <= ASKED_A_DAY


def texted(uow: UnitOfWork, volunteer: Volunteer) -> str:
    """LINK by text. Answers what they are told besides; empty: the link itself is the answer, or was before."""
    as_one = f"{volunteer.line} {volunteer.number_key.hex()}"
    asks = rate_limits.count(uow, "volunteer texted", as_one, HOUR)
    if asks > TEXTED:
        return say(uow, volunteer, "duty.links_enough") if asks == TEXTED + 1 else ""
    _send(uow, volunteer)
    return ""


def new(uow: UnitOfWork, volunteer: Volunteer) -> str:
    """What stands in a new link of theirs. Those before stay good until their own end."""
    token = secrets.token_urlsafe(16)
    uow.session.add(VolunteerLink(key=_keys(uow, token)[0], volunteer_id=volunteer.id, until=uow.now + LASTS))
    return token


def for_somebody(uow: UnitOfWork, volunteer: Volunteer, by: str) -> str:
    """A link that an organizer hands over, for whoever gets no text; noted in the audit. Raises UserError."""
    if volunteer.state != "active":
        raise UserError("they haven't agreed to volunteer yet: a link is only for those who have")
    audit.write(uow, by, AuditAction.MADE_LINK_TO_VOLUNTEERS_PAGE, volunteer.id)
    return new(uow, volunteer)


def path(token: str) -> str:
    """Where a link leads, below PUBLIC_URL."""
    return f"/volunteer/in/{token}"


def holds(uow: UnitOfWork, token: str) -> Volunteer | None:
    """Whose link this is; None: it was used, or is too old. Looking at it uses nothing up."""
    if len(token) != _TOKEN or not token.isascii():
        return None
    return uow.session.scalars(
        select(Volunteer)
        .join(VolunteerLink, VolunteerLink.volunteer_id == Volunteer.id)
        .where(VolunteerLink.key.in_(_keys(uow, token)), VolunteerLink.until > uow.now, Volunteer.state == "active")
        .execution_options(populate_existing=True)
    ).one_or_none()


def use(uow: UnitOfWork, token: str, instead_of: str | None) -> tuple[Volunteer, str]:
    """Sign in with the link, once; answers who, and the cookie. Raises UserError: it was used, or is too old."""
    volunteer = holds(uow, token)
    link = delete(VolunteerLink).where(VolunteerLink.key.in_(_keys(uow, token)))
    if volunteer is None or not changed(uow.session, link):
        raise UserError("this link was already used or has expired: ask for a new one")
    audit.write(uow, f"volunteer {volunteer.id}", AuditAction.SIGNED_IN, volunteer.id)
    return volunteer, page_sessions.begin(uow, volunteer, instead_of)


def _send(uow: UnitOfWork, volunteer: Volunteer) -> None:
    words = say(uow, volunteer, "duty.link", line=lines.get(uow, volunteer.line).name, link=LINK)
    messages.send(uow, line=volunteer.line, volunteer=volunteer, body=words, kind=KIND)


def _keys(uow: UnitOfWork, token: str) -> list[bytes]:
    return uow.vault.blind_indexes("volunteer link", token)
