"""A volunteer rings the line's number: their own menu, never the last contact.

It opens by itself where the network vouches for the number. Elsewhere a code opens it, since whoever forges the number
is not to learn that it is a volunteer's, or to take them off duty: six digits, for this number alone.
"""

from __future__ import annotations

from datetime import timedelta
from hmac import compare_digest

from checkin.models.volunteers import Volunteer
from checkin.queries import volunteers as rows
from checkin.reply import Reply, VolunteerCode, VolunteerMenu
from checkin.services import audit, messages
from checkin.services.access import tallies
from checkin.services.team import duty
from checkin.work import Work
from flows.engine.effects import Ask, HangUp, Say

MENU = {
    "en": "Hello. This is your volunteer menu. To go on duty, press 1. To go off duty, press 2.",
    "es": "Hola. Este es su menú de voluntariado. Para estar de turno, oprima 1. Para descansar, oprima 2.",
}
ON = {"en": "You are on duty. Thank you.", "es": "Está de turno. Gracias."}
OFF = {"en": "You are off duty. Rest well.", "es": "Ya no está de turno. Buen descanso."}
STILL = {
    "en": "You are paused for now: an organizer will talk with you first. Thank you.",
    "es": "Por ahora está en pausa: antes hablará con alguien del equipo. Gracias.",
}
BYE = {"en": "Nothing was changed. Goodbye.", "es": "No cambió nada. Hasta luego."}
CODE = {
    "en": "Volunteers, please enter your code.",
    "es": "Voluntarios, por favor marquen su código.",
}
TRIES = 2
DIGITS = 6
WRONG_A_DAY = 6
"""Codes that are tried for one number, whether it is a volunteer's or not. After that the right one opens nothing, too:
texts and the page still do."""

TRIED = "volunteer's code"


def code(work: Work, volunteer: Volunteer) -> str:
    """The code of this volunteer. A new one is made by counting up `volunteer.code`, and by a new secret."""
    known = work.vault.keys.derived("volunteer's code", f"{volunteer.id}:{volunteer.code}")
    return f"{int.from_bytes(known[:8], 'big') % 10**DIGITS:0{DIGITS}}"


def renew(work: Work, volunteer: Volunteer, by: str) -> str:
    """A new code; the old one opens nothing any more."""
    volunteer.code += 1
    audit.write(work, by, "renewed a volunteer's code", volunteer.id)
    return code(work, volunteer)


def ask_code(work: Work, line: str, tries: int = 0) -> Reply:
    """The question for the code, in the line's first language: nothing is known of whoever is asked."""
    spoken = work.policy(line).languages[0]
    language = spoken if spoken in CODE else "en"
    ask = Ask(language, wait=timedelta(seconds=8), digits=DIGITS, finish_on="#", speech=False)
    return Reply((Say(CODE[language], language), ask), VolunteerCode(tries))


def opened(work: Work, line: str, number_key: bytes, keys: str | None) -> Volunteer | None:
    """The volunteer with this number, if these keys are their code. Each try is counted, whoever has the number."""
    volunteer = rows.with_number(work.session, line, [number_key])
    tried = tallies.count(work, TRIED, f"{line} {number_key.hex()}", tallies.DAY) if keys else 0
    if volunteer is None or volunteer.state != "active" or keys is None or tried > WRONG_A_DAY:
        return None
    if not compare_digest(code(work, volunteer), keys):
        return None
    tallies.clear(work, TRIED, f"{line} {number_key.hex()}")
    return volunteer


def greet(work: Work, volunteer: Volunteer, tries: int = 0) -> Reply:
    """The menu: on duty, off duty."""
    language = _language(volunteer)
    ask = Ask(language, wait=timedelta(seconds=8), digits=1, speech=False)
    return Reply((Say(MENU[language], language), ask), VolunteerMenu(tries))


def pressed(work: Work, volunteer: Volunteer, tries: int, keys: str | None, *, told: bool) -> Reply:
    """What they pressed: duty is changed, or the menu is said once more. told: their own phone is texted of it."""
    language = _language(volunteer)
    if keys in ("1", "2"):
        standing = duty.go_on(work, volunteer) if keys == "1" else duty.go_off(work, volunteer)
        said = {"on": ON, "off": OFF}.get(standing.state, STILL)
        if told:
            messages.send(work, line=volunteer.line, volunteer=volunteer, body=said[language], kind="notice")
        return Reply((Say(said[language], language), HangUp()))
    if tries + 1 < TRIES:
        return greet(work, volunteer, tries + 1)
    return Reply((Say(BYE[language], language), HangUp()))


def _language(volunteer: Volunteer) -> str:
    first = volunteer.languages[0] if volunteer.languages else "en"
    return first if first in MENU else "en"
