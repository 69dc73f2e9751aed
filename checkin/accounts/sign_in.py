"""Signing in with e-mail, password and code. Every wrong one gets the same answer, after the same time.

Three steps, so that no transaction waits for the slow check of a password: `begin` (counts the try), the check
(secrets.is_right), `finish` (checks the code, signs in).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from checkin.accounts import page_sessions, secrets
from checkin.accounts import queries as rows
from checkin.accounts.models import Organizer
from checkin.accounts.organizers import email_keys
from checkin.core import audit, rate_limits
from checkin.core.audit import AuditAction
from checkin.core.unit_of_work import UnitOfWork

WITHIN = timedelta(minutes=15)
TRIES_OF_AN_ADDRESS = 5
"""Tries with one e-mail address, whether there is such an organizer or not."""

TRIES_FROM_A_PLACE = 60
"""Tries from one network address, which may be a whole office's."""

TRIES_OF_A_BROWSER = 10
"""Tries of somebody in a browser that they have signed in with before. Nobody else's tries count against them there."""


@dataclass(frozen=True)
class Attempt:
    """A try that was counted. organizer_id, password_hash: None when nobody has the address.

    slowly: allowed, from a place where too much is tried. browser: by what the browser is known, if it is.
    """

    allowed: bool
    email: str
    organizer_id: str | None
    password_hash: str | None
    slowly: bool = False
    browser: str | None = None


def begin(uow: UnitOfWork, email: str, place: str, held: str = "") -> Attempt:
    """Count a try; answers what the password is checked against.

    place: where it came from (checkin.core.rules.proxies.place). held: what the browser holds that knows people
    (checkin.accounts.page_sessions). Whoever wants to lock an organizer out can do so for browsers that never saw
    them, and no further.
    """
    keys = email_keys(uow, email)
    found = rows.with_email(uow.session, keys)
    there = found if found is not None and found.state == "active" else None
    browser = page_sessions.known_device(uow, held, there.id) if there is not None else None
    by_place = rate_limits.count(uow, "sign in from", place, WITHIN)
    if browser is not None:
        tries, most = rate_limits.count(uow, "sign in with", browser, WITHIN), TRIES_OF_A_BROWSER
    else:
        tries, most = rate_limits.count(uow, "sign in as", keys[0].hex(), WITHIN), TRIES_OF_AN_ADDRESS
    crowded = by_place > TRIES_FROM_A_PLACE
    return Attempt(
        allowed=tries <= most and (browser is not None or not crowded),
        email=email,
        organizer_id=there.id if there is not None else None,
        password_hash=there.password_hash if there is not None else None,
        slowly=crowded,
        browser=browser,
    )


def finish(uow: UnitOfWork, attempt: Attempt, code: str, instead_of: str | None) -> str | None:
    """Sign in whoever gave the right password, if the code is right, too. Answers the cookie; None: it is wrong.

    instead_of: the cookie that the browser had, which ends: nobody's old one becomes a signed-in one.
    """
    organizer = uow.session.get(Organizer, attempt.organizer_id, with_for_update=True, populate_existing=True)
    if organizer is None or organizer.state != "active" or organizer.password_hash != attempt.password_hash:
        return None
    if not takes_code(uow, organizer, code):
        return None
    address = email_keys(uow, attempt.email)[0].hex()
    tried = ("sign in with", attempt.browser) if attempt.browser else ("sign in as", address)
    rate_limits.clear(uow, *tried)
    organizer.signed_in_at = uow.now
    audit.write(uow, f"organizer {organizer.id}", AuditAction.SIGNED_IN, organizer.id)
    return page_sessions.begin(uow, organizer, instead_of)


def takes_code(uow: UnitOfWork, organizer: Organizer, code: str) -> bool:
    """Whether the code is theirs and was not used before (RFC 6238, section 5.2). True when they have no codes."""
    if organizer.code_encrypted is None:
        return True
    step = secrets.step_of(uow.vault.decrypt(organizer, Organizer.code_encrypted), code, uow.now.timestamp())
    if step is None or (organizer.code_used is not None and step <= organizer.code_used):
        return False
    organizer.code_used = step
    return True
