"""What volunteers read about a time on shift: reminders, gaps, and who took them. In their own language.

The Spanish avoids letters that GSM-7 lacks, which would halve a segment.
"""

from __future__ import annotations

from collections.abc import Mapping

from checkin.core.rules.zones import zone
from checkin.volunteers import volunteer_words
from checkin.volunteers.models import ShiftTurn, Volunteer
from checkin.volunteers.rules.shifts import Occurrence

TEXT: Mapping[str, Mapping[str, str]] = {
    "en": {
        "day_before": "{line}: you are on shift {when}. Reply {yes}, or {no} if you cannot.",
        "hour_before": "{line}: your shift begins soon, {when}. Reply {yes}, or {no} if you cannot.",
        "hour_confirmed": "{line}: your shift begins soon, {when}. Thank you. {no} if you cannot after all.",
        "confirmed": "Thank you. See you {when}.",
        "opened": "Thank you for telling us. {when} is offered to others. YES takes it back.",
        "offer": "{line}: can you take a shift? {when}. Reply GAP {gap} to take it.",
        "yours": "Thank you. The shift is yours: {when}.",
        "taken": "The shift {when} is taken. Thank you.",
        "covered": "Your shift {when} is covered. Thank you for telling us.",
        "too_late": "Somebody has taken gap {gap} already. Thank you.",
        "unknown_gap": "There is no open gap {gap}.",
        "over": "The time of gap {gap} is over. Thank you.",
        "hours": "Gap {gap} overlaps a shift of yours, or would be more hours than agreed. A lead can change that.",
        "which_gap": "Write the number too, such as GAP 12.",
        "alert": "Nobody has taken the shift of {name} yet: {when}. Others on duty then: {others}. GAP {gap} takes it.",
        "bad_number": "The phone of {name} could not be reached {count} times in a row and is not rung any more. "
        "Check the number, then resume them.",
    },
    "es": {
        "day_before": "{line}: usted tiene turno {when}. Responda {yes}, o {no} si no puede.",
        "hour_before": "{line}: su turno empieza pronto, {when}. Responda {yes}, o {no} si no puede.",
        "hour_confirmed": "{line}: su turno empieza pronto, {when}. Gracias. {no} si al final no puede.",
        "confirmed": "Gracias. Nos vemos {when}.",
        "opened": "Gracias por avisar. {when} se ofrece a otras personas. SI lo recupera.",
        "offer": "{line}: ¿puede tomar un turno? {when}. Responda CUBRIR {gap} para tomarlo.",
        "yours": "Gracias. El turno es suyo: {when}.",
        "taken": "El turno {when} ya lo tiene alguien. Gracias.",
        "covered": "Su turno {when} ya lo cubre alguien. Gracias por avisar.",
        "too_late": "Alguien ya tiene el turno {gap}. Gracias.",
        "unknown_gap": "No hay un turno libre {gap}.",
        "over": "El turno {gap} ya termino. Gracias.",
        "hours": "El turno {gap} coincide con uno suyo o son demasiadas horas. Alguien responsable puede cambiarlo.",
        "which_gap": "Escriba la cifra: CUBRIR 12.",
        "alert": "Nadie ha tomado el turno de {name}: {when}. De turno entonces: {others}. CUBRIR {gap} lo toma.",
        "bad_number": "No se pudo llamar a {name} {count} veces seguidas y ya no se le llama. "
        "Revise la cifra y reactive a {name}.",
    },
}

YES: Mapping[str, tuple[str, str]] = {"en": ("YES", "SHIFT YES"), "es": ("SI", "TURNO SI")}
NO: Mapping[str, tuple[str, str]] = {"en": ("NO", "SHIFT NO"), "es": ("NO", "TURNO NO")}
"""What to answer; the second while they text with a contact, who would get a plain YES."""


def say(volunteer: Volunteer, key: str, /, turn: ShiftTurn | None = None, **holes: object) -> str:
    """A text to a volunteer; of `turn` it says when, on their own clock, and its gap."""
    language = volunteer_words.language_of(volunteer)
    if turn is not None:
        when = volunteer_words.times(language, [Occurrence(turn.starts_at, turn.ends_at)], zone(volunteer.time_zone))
        holes = {"when": when, "gap": turn.gap, **holes}
    return TEXT[language][key].format(**holes)


def reminder(volunteer: Volunteer, turn: ShiftTurn, line: str, *, soon: bool, texting: bool) -> str:
    """The reminder of a turn. texting: they are joined with a contact by text just now."""
    language = volunteer_words.language_of(volunteer)
    name = "day_before" if not soon else "hour_confirmed" if turn.state == "confirmed" else "hour_before"
    return say(volunteer, name, turn, line=line, yes=YES[language][texting], no=NO[language][texting])
