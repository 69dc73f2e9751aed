"""What volunteers read about their duty and shifts, in their own language. (Relays have words of their own.)

Each fits two segments; the Spanish avoids letters that GSM-7 lacks, which would halve a segment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from checkin.core.rules.zones import from_to
from checkin.volunteers.duty import Standing
from checkin.volunteers.models import Volunteer
from checkin.volunteers.rules.shifts import Occurrence

TEXT: Mapping[str, Mapping[str, str]] = {
    "en": {
        "on": "You are on duty. Thank you. OFF ends it.",
        "on_until": "You are on duty until {until}. Thank you. OFF ends it sooner.",
        "off": "You are off duty until you text ON. Rest well.",
        "off_until": "You are off duty until {until}. Rest well. ON brings you back sooner.",
        "paused": "You are taking a break from the rotation. A lead will speak with you before you go on again.",
        "between": "You are off duty. Next shift: {until}.",
        "unplanned": "You are off duty, and no shift is planned. ON puts you on duty.",
        "shifts": "Your next shifts: {times}.",
        "always": "You have no shifts: you are on duty at any hour. OFF or OFF 2H gives you a break.",
        "no_shifts": "No shift is planned for you. ON puts you on duty whenever you have time.",
        "help": "{line}, for volunteers. ON, OFF, OFF 2H, SHIFTS. When asked: TAKE and the number. With someone: DONE "
        "or PASS. In danger call {emergency}, in crisis {crisis}. STOP ends texts.",
        "unknown": "That is no word we know, and nobody has read it. {help}",
        "resting": "That were many texts that we do not know, so our answers rest for a while. Every word of HELP "
        "still works.",
        "missed_thanks": "Thank you for writing back: good to hear from you. OFF gives you a break at any time. {help}",
        "too_long": "OFF goes up to 60 days at once: write OFF 2H, OFF 3D, or just OFF until you text ON.",
        "stopped": "{line}: you will get no more texts and no calls for the line. START brings you back.",
        "link": "{line}: your page, for 15 minutes, once, on this phone: {link}",
        "links_enough": "The link is in the texts above. Ask again in an hour.",
        "page_only": "Texts from your phone change nothing: somebody else could have sent them. Text LINK, and do it "
        "on your page.",
        "started": "{line}: welcome back. You get texts again, and you are off duty until you text ON.",
    },
    "es": {
        "on": "Tiene turno activo. Gracias. OFF lo termina.",
        "on_until": "Tiene turno activo hasta {until}. Gracias. OFF lo termina antes.",
        "off": "Descansa hasta que escriba ON. Que le vaya bien.",
        "off_until": "Descansa hasta {until}. ON le trae de vuelta antes.",
        "paused": "Usted tiene una pausa. Alguien responsable va a hablar con usted antes de seguir.",
        "between": "Ahora no tiene turno. El siguiente: {until}.",
        "unplanned": "Ahora no tiene turno ni hay uno previsto. ON le pone de turno.",
        "shifts": "Sus turnos: {times}.",
        "always": "No tiene horario: se le puede llamar a toda hora. OFF u OFF 2H le da un descanso.",
        "no_shifts": "No hay turnos previstos para usted. ON le pone de turno cuando tenga tiempo.",
        "help": "{line}, voluntariado: ON, OFF, OFF 2H, TURNOS. Cuando se le pida: TOMAR y la cifra. Con alguien: "
        "LISTO o PASAR. En peligro llame al {emergency}, en crisis al {crisis}. STOP termina.",
        "unknown": "No conocemos esa palabra y nadie la lee. {help}",
        "resting": "Han sido muchos textos que no conocemos: nuestras respuestas descansan un rato. Las palabras de "
        "AYUDA siguen valiendo.",
        "missed_thanks": "Gracias por responder: nos alegra saber de usted. OFF le da un descanso. {help}",
        "too_long": "OFF vale hasta dos meses: escriba OFF 2H, OFF 3D, o solo OFF hasta que escriba ON.",
        "stopped": "{line}: ya no recibe textos ni llamadas. START le trae de vuelta.",
        "link": "{line}: su pagina, durante 15 minutos, una vez y en este telefono: {link}",
        "links_enough": "El enlace esta en los textos de arriba. Pida otro en una hora.",
        "page_only": "Los textos de su telefono no cambian nada: otra persona pudo enviarlos. Escriba ENLACE y "
        "hagalo en su pagina.",
        "started": "{line}: gracias por volver. Descansa hasta que escriba ON.",
    },
}
_DAYS: Mapping[str, Sequence[str]] = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "es": ("lu", "ma", "mi", "ju", "vi", "sa", "do"),
}
_MONTHS: Mapping[str, Sequence[str]] = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "es": ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"),
}


def language_of(volunteer: Volunteer) -> str:
    """The first of their languages that we have words in."""
    return next((language for language in volunteer.languages if language in TEXT), "en")


def say(volunteer: Volunteer, name: str, **holes: object) -> str:
    """A text to a volunteer."""
    return TEXT[language_of(volunteer)][name].format(**holes)


def of_standing(volunteer: Volunteer, standing: Standing, now: datetime, zone: ZoneInfo) -> str:
    """How they stand, in words; times are on the clock of `zone`, theirs."""
    names = {"on": "on", "off": "off", "between shifts": "unplanned", "paused": "paused"}
    if standing.until is None:
        return say(volunteer, names[standing.state])
    until = moment(language_of(volunteer), standing.until, now, zone)
    return say(volunteer, {"between shifts": "between"}.get(standing.state, f"{standing.state}_until"), until=until)


def moment(language: str, when: datetime, now: datetime, zone: ZoneInfo) -> str:
    """18:00 today, Mon 18:00 within six days, else Mon 23 Nov 18:00."""
    there = when.astimezone(zone)
    days = (there.date() - now.astimezone(zone).date()).days
    if days == 0:
        return f"{there:%H:%M}"
    if 0 < days < 7:
        return f"{_DAYS[language][there.weekday()]} {there:%H:%M}"
    return f"{_date(language, there)} {there:%H:%M}"


def times(language: str, occurrences: Sequence[Occurrence], zone: ZoneInfo) -> str:
    """Mon 23 Nov 18:00-21:00; Wed 25 Nov 18:00-21:00."""
    return "; ".join(
        f"{_date(language, one.start.astimezone(zone))} {from_to(one.start, one.end, zone)}" for one in occurrences
    )


def _date(language: str, day: datetime) -> str:
    return f"{_DAYS[language][day.weekday()]} {day.day} {_MONTHS[language][day.month - 1]}"
