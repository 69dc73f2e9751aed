"""A volunteer rings the line's number: their own menu, never the last contact."""

from __future__ import annotations

from datetime import timedelta

from checkin.models.volunteers import Volunteer
from checkin.reply import Reply, VolunteerMenu
from checkin.services.team import duty
from checkin.work import Work
from flows.effects import Ask, HangUp, Say

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
TRIES = 2


def greet(work: Work, volunteer: Volunteer, tries: int = 0) -> Reply:
    """The menu: on duty, off duty."""
    language = _language(volunteer)
    ask = Ask(language, wait=timedelta(seconds=8), digits=1, speech=False)
    return Reply((Say(MENU[language], language), ask), VolunteerMenu(tries))


def pressed(work: Work, volunteer: Volunteer, tries: int, keys: str | None) -> Reply:
    """What they pressed: duty is changed, or the menu is said once more."""
    language = _language(volunteer)
    if keys in ("1", "2"):
        standing = duty.go_on(work, volunteer) if keys == "1" else duty.go_off(work, volunteer)
        said = {"on": ON, "off": OFF}.get(standing.state, STILL)
        return Reply((Say(said[language], language), HangUp()))
    if tries + 1 < TRIES:
        return greet(work, volunteer, tries + 1)
    return Reply((Say(BYE[language], language), HangUp()))


def _language(volunteer: Volunteer) -> str:
    first = volunteer.languages[0] if volunteer.languages else "en"
    return first if first in MENU else "en"
