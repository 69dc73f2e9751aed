"""Volunteers sign in by a one-time link that is texted to their own phone. Whoever asks learns nothing of whom we know.

The link is made at the moment of sending and stands in no row: only its keyed hash does. A new one replaces the one
before. It is asked for on a page with a number, or by texting LINK to the line.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import select

from checkin.models.volunteers import Volunteer
from checkin.queries import volunteers as rows
from checkin.rules import phone
from checkin.rules.phone import Withheld
from checkin.rules.picture_notes import LINK
from checkin.services import audit, contacts, lines, messages
from checkin.services.access import page_sessions, tallies
from checkin.services.mistakes import Mistake
from checkin.services.team.volunteer_words import say
from checkin.work import Work

KIND = "sign_in"
"""The kind of such a text: in no other one a link is put."""

LASTS = timedelta(minutes=15)
WITHIN = timedelta(minutes=15)
LINKS_OF_A_NUMBER = 3
"""Links for one number within that time: more would be somebody who plays with the phone of a volunteer."""

TRIES_FROM_A_PLACE = 20
"""Numbers tried from one network address, which may be a whole office's."""

_TOKEN = 22


def asked(work: Work, written: str, place: str) -> None:
    """Somebody wrote a number on the page: if it is a volunteer's, a link is texted. It answers nothing, either way.

    place: the network address they came from. Raises Mistake for what is no number at all.
    """
    number = phone.parse(written)
    if isinstance(number, Withheld):
        raise Mistake("that is no full telephone number: write it with the country code, like +15555550111")
    tries = tallies.count(work, "volunteer from", place, WITHIN)
    for line in work.library.lines:
        key = contacts.key_of(work, line, number)
        found = rows.with_number(work.session, line, key)
        asks = tallies.count(work, "volunteer as", f"{line} {key.hex()}", WITHIN)
        if tries > TRIES_FROM_A_PLACE or asks > LINKS_OF_A_NUMBER or found is None or found.state != "active":
            continue
        _send(work, found)


def texted(work: Work, volunteer: Volunteer) -> str:
    """LINK by text. Answers what they are told besides; empty: the link itself is the answer."""
    as_one = f"{volunteer.line} {volunteer.number_key.hex()}"
    if tallies.count(work, "volunteer as", as_one, WITHIN) > LINKS_OF_A_NUMBER:
        return say(volunteer, "links_enough")
    _send(work, volunteer)
    return ""


def new(work: Work, volunteer: Volunteer) -> str:
    """What stands in a new link of theirs; the one before opens nothing any more."""
    token = secrets.token_urlsafe(16)
    volunteer.link_key, volunteer.link_until = _key(work, token), work.now + LASTS
    return token


def for_somebody(work: Work, volunteer: Volunteer, by: str) -> str:
    """A link that an organiser hands over, for whoever gets no text; noted in the audit. Raises Mistake."""
    if volunteer.state != "active":
        raise Mistake("they have not said yes to volunteering yet: a link is for those who have")
    audit.write(work, by, "made a link to a volunteer's page", volunteer.id)
    return new(work, volunteer)


def path(token: str) -> str:
    """Where a link leads, below PUBLIC_URL."""
    return f"/volunteer/in/{token}"


def holds(work: Work, token: str) -> Volunteer | None:
    """Whose link this is; None: it was used or replaced, or is too old. Looking at it uses nothing up."""
    if len(token) != _TOKEN or not token.isascii():
        return None
    found = work.session.scalars(
        select(Volunteer).where(Volunteer.link_key == _key(work, token)).execution_options(populate_existing=True)
    ).one_or_none()
    good = found is not None and found.state == "active" and found.link_until is not None
    return found if good and found is not None and found.link_until > work.now else None  # type: ignore[operator]


def use(work: Work, token: str, instead_of: str | None) -> str:
    """Sign in with the link, once; answers the cookie. Raises Mistake: it was used or replaced, or is too old."""
    volunteer = holds(work, token)
    if volunteer is None:
        raise Mistake("this link was used already, or is too old: ask for a new one")
    volunteer.link_key = volunteer.link_until = None
    audit.write(work, f"volunteer {volunteer.id}", "signed in", volunteer.id)
    return page_sessions.begin(work, volunteer, instead_of)


def _send(work: Work, volunteer: Volunteer) -> None:
    words = say(volunteer, "link", line=lines.get(work, volunteer.line).name, link=LINK)
    messages.send(work, line=volunteer.line, volunteer=volunteer, body=words, kind=KIND)


def _key(work: Work, token: str) -> bytes:
    return work.vault.look_up("volunteer link", token)
