"""A volunteer rings the line's number: their own menu, never the last contact.

It opens by itself where the network vouches for the number. Elsewhere a code opens it, since whoever forges the number
is not to learn that it is a volunteer's, or to take them off duty: six digits, for this number alone.
"""

from __future__ import annotations

from datetime import timedelta
from hmac import compare_digest

from checkin.core import audit, rate_limits
from checkin.core.audit import AuditAction
from checkin.core.reply import Reply, VolunteerCode, VolunteerMenu
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.say import aloud
from checkin.messages import service as messages
from checkin.volunteers import duty
from checkin.volunteers import queries as rows
from checkin.volunteers.models import Volunteer
from flows.engine.effects import Ask, HangUp

TRIES = 2
DIGITS = 6
WRONG_A_DAY = 6
"""Codes that are tried for one number, whether it is a volunteer's or not. After that the right one opens nothing, too:
texts and the page still do."""

TRIED = "volunteer's code"


def code(uow: UnitOfWork, volunteer: Volunteer) -> str:
    """The code of this volunteer. A new one is made by counting up `volunteer.code`, and by a new secret."""
    known = uow.vault.keys.derived("volunteer's code", f"{volunteer.id}:{volunteer.code}")
    return f"{int.from_bytes(known[:8], 'big') % 10**DIGITS:0{DIGITS}}"


def renew(uow: UnitOfWork, volunteer: Volunteer, by: str) -> str:
    """A new code; the old one opens nothing any more."""
    volunteer.code += 1
    audit.write(uow, by, AuditAction.RENEWED_VOLUNTEERS_CODE, volunteer.id)
    return code(uow, volunteer)


def ask_code(uow: UnitOfWork, line: str, tries: int = 0) -> Reply:
    """The question for the code, in the line's first language: nothing is known of whoever is asked."""
    question = aloud(uow, uow.policy(line).languages[0], "menu.code")
    ask = Ask(question.language, wait=timedelta(seconds=8), digits=DIGITS, finish_on="#", speech=False)
    return Reply((question, ask), VolunteerCode(tries))


def opened(uow: UnitOfWork, line: str, number_key: bytes, keys: str | None) -> Volunteer | None:
    """The volunteer with this number, if these keys are their code. Each try is counted, whoever has the number."""
    volunteer = rows.with_number(uow.session, line, [number_key])
    tried = rate_limits.count(uow, TRIED, f"{line} {number_key.hex()}", rate_limits.DAY) if keys else 0
    if volunteer is None or volunteer.state != "active" or keys is None or tried > WRONG_A_DAY:
        return None
    if not compare_digest(code(uow, volunteer), keys):
        return None
    rate_limits.clear(uow, TRIED, f"{line} {number_key.hex()}")
    return volunteer


def greet(uow: UnitOfWork, volunteer: Volunteer, tries: int = 0) -> Reply:
    """The menu: on duty, off duty."""
    menu = aloud(uow, volunteer, "menu.hello")
    ask = Ask(menu.language, wait=timedelta(seconds=8), digits=1, speech=False)
    return Reply((menu, ask), VolunteerMenu(tries))


def pressed(uow: UnitOfWork, volunteer: Volunteer, tries: int, keys: str | None, *, told: bool) -> Reply:
    """What they pressed: duty is changed, or the menu is said once more. told: their own phone is texted of it."""
    if keys in ("1", "2"):
        standing = duty.go_on(uow, volunteer) if keys == "1" else duty.go_off(uow, volunteer)
        key = {"on": "menu.on", "off": "menu.off"}.get(standing.state, "menu.still_paused")
        said = aloud(uow, volunteer, key)
        if told:
            messages.send(uow, line=volunteer.line, volunteer=volunteer, body=said.text, kind="notice")
        return Reply((said, HangUp()))
    if tries + 1 < TRIES:
        return greet(uow, volunteer, tries + 1)
    return Reply((aloud(uow, volunteer, "menu.bye"), HangUp()))
