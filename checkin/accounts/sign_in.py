"""Signing in with e-mail, password and code. Every wrong one gets the same answer, after the same time.

Three steps, so that no transaction waits for the slow check of a password: `begin` (counts the try), the check
(secrets.is_right), `finish` (checks the code, signs in).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from checkin.accounts import devices, page_sessions, secrets
from checkin.accounts import queries as rows
from checkin.accounts.models import Organiser
from checkin.accounts.organizers import email_keys
from checkin.core import audit, rate_limits
from checkin.core.audit import AuditAction
from checkin.core.unit_of_work import Work

WITHIN = timedelta(minutes=15)
TRIES_OF_AN_ADDRESS = 5
"""Tries with one e-mail address, whether there is such an organiser or not."""

TRIES_FROM_A_PLACE = 60
"""Tries from one network address, which may be a whole office's."""

TRIES_OF_A_BROWSER = 10
"""Tries of somebody in a browser that they have signed in with before. Nobody else's tries count against them there."""


@dataclass(frozen=True)
class Attempt:
    """A try that was counted. organiser_id, password_hash: None when nobody has the address.

    slowly: allowed, from a place where too much is tried. browser: by what the browser is known, if it is.
    """

    allowed: bool
    email: str
    organiser_id: str | None
    password_hash: str | None
    slowly: bool = False
    browser: str | None = None


def begin(work: Work, email: str, place: str, held: str = "") -> Attempt:
    """Count a try; answers what the password is checked against.

    place: where it came from (checkin.core.rules.proxies.place). held: what the browser holds that knows people
    (checkin.accounts.devices). Whoever wants to lock an organiser out can do so for browsers that never saw
    them, and no further.
    """
    keys = email_keys(work, email)
    found = rows.with_email(work.session, keys)
    there = found if found is not None and found.state == "active" else None
    browser = devices.known(work, held, there.id) if there is not None else None
    by_place = rate_limits.count(work, "sign in from", place, WITHIN)
    if browser is not None:
        tries, most = rate_limits.count(work, "sign in with", browser, WITHIN), TRIES_OF_A_BROWSER
    else:
        tries, most = rate_limits.count(work, "sign in as", keys[0].hex(), WITHIN), TRIES_OF_AN_ADDRESS
    crowded = by_place > TRIES_FROM_A_PLACE
    return Attempt(
        allowed=tries <= most and (browser is not None or not crowded),
        email=email,
        organiser_id=there.id if there is not None else None,
        password_hash=there.password_hash if there is not None else None,
        slowly=crowded,
        browser=browser,
    )


def finish(work: Work, attempt: Attempt, code: str, instead_of: str | None) -> str | None:
    """Sign in whoever gave the right password, if the code is right, too. Answers the cookie; None: it is wrong.

    instead_of: the cookie that the browser had, which ends: nobody's old one becomes a signed-in one.
    """
    organiser = work.session.get(Organiser, attempt.organiser_id, with_for_update=True, populate_existing=True)
    if organiser is None or organiser.state != "active" or organiser.password_hash != attempt.password_hash:
        return None
    if not takes_code(work, organiser, code):
        return None
    address = email_keys(work, attempt.email)[0].hex()
    tried = ("sign in with", attempt.browser) if attempt.browser else ("sign in as", address)
    rate_limits.clear(work, *tried)
    organiser.signed_in_at = work.now
    audit.write(work, f"organiser {organiser.id}", AuditAction.SIGNED_IN, organiser.id)
    return page_sessions.begin(work, organiser, instead_of)


def takes_code(work: Work, organiser: Organiser, code: str) -> bool:
    """Whether the code is theirs and was not used before (RFC 6238, section 5.2). True when they have no codes."""
    if organiser.code_encrypted is None:
        return True
    step = secrets.step_of(work.vault.decrypt(organiser, Organiser.code_encrypted), code, work.now.timestamp())
    if step is None or (organiser.code_used is not None and step <= organiser.code_used):
        return False
    organiser.code_used = step
    return True
