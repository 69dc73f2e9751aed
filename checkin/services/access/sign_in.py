"""Signing in with e-mail, password and code. Every wrong one gets the same answer, after the same time.

Three steps, so that no transaction waits for the slow check of a password: `begin` (counts the try), the check
(secrets.is_right), `finish` (checks the code, signs in).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from checkin.models.organisers import Organiser
from checkin.queries import organisers as rows
from checkin.services import audit
from checkin.services.access import page_sessions, secrets, tallies
from checkin.services.access.organisers import email_key
from checkin.work import Work

WITHIN = timedelta(minutes=15)
TRIES_OF_AN_ADDRESS = 5
"""Tries with one e-mail address, whether there is such an organiser or not."""

TRIES_FROM_A_PLACE = 60
"""Tries from one network address, which may be a whole office's, or our own proxy's."""


@dataclass(frozen=True)
class Attempt:
    """A try that was counted. organiser_id, password_hash: None when nobody has the address."""

    allowed: bool
    email: str
    organiser_id: str | None
    password_hash: str | None


def begin(work: Work, email: str, place: str) -> Attempt:
    """Count a try; answers what the password is checked against. place: the network address it came from."""
    key = email_key(work, email)
    found = rows.with_email(work.session, key)
    by_email = tallies.count(work, "sign in as", key.hex(), WITHIN)
    by_place = tallies.count(work, "sign in from", place, WITHIN)
    known = found is not None and found.state == "active"
    return Attempt(
        allowed=by_email <= TRIES_OF_AN_ADDRESS and by_place <= TRIES_FROM_A_PLACE,
        email=email,
        organiser_id=found.id if known and found is not None else None,
        password_hash=found.password_hash if known and found is not None else None,
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
    tallies.clear(work, "sign in as", email_key(work, attempt.email).hex())
    organiser.signed_in_at = work.now
    audit.write(work, f"organiser {organiser.id}", "signed in", organiser.id)
    return page_sessions.begin(work, organiser, instead_of)


def takes_code(work: Work, organiser: Organiser, code: str) -> bool:
    """Whether the code is theirs and was not used before (RFC 6238, section 5.2). True when they have no codes."""
    if organiser.code_sealed is None:
        return True
    step = secrets.step_of(work.vault.open(organiser.code_sealed), code, work.now.timestamp())
    if step is None or (organiser.code_used is not None and step <= organiser.code_used):
        return False
    organiser.code_used = step
    return True
