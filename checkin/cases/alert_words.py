"""What leads read about alerts, each in their own language. Never the words of a contact, never a number.

The Spanish texts avoid letters that GSM-7 lacks, which would halve a segment.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from checkin.models.contacts import Contact
from checkin.models.volunteers import Volunteer
from checkin.rules.reach import Unreached
from checkin.rules.zones import zone
from checkin.services import preferences, turning_away, unproved
from checkin.services.relaying.relay_words import language_of
from checkin.services.team import volunteer_words
from checkin.work import Work

TEXT: Mapping[str, Mapping[str, str]] = {
    "en": {
        "crisis": "A contact ({alias}) may be in crisis. {state} Please look in on them.",
        "help": "{alias} asked for help. {state} Please look in on them.",
        "opted_out_texts": "{alias} texted after STOP: we cannot answer them by text.",
        "flow_error": "A flow failed for {alias}. They were told that a person will look at it.",
        "no_peer": "Nobody took a relay for {alias} in time.",
        "ringing_failed": "No phone could be rung for {alias}: the console says why.",
        "block_proposed": "A volunteer asks that {alias} is blocked. Please look at it.",
        "block_review": "The block of {alias} is to be looked at again.",
        "unreachable": "Texts do not reach {alias} any more. Nothing more is sent to them.",
        "elsewhere": "{alias} texts from where the line does not write to. They get no answer but in danger.",
        "reply_budget": "{alias} sends more texts than we answer.",
        "call_budget": "{alias} has asked for a peer by call so often that we ring nobody for them for now. They have "
        "the crisis number, and may leave a message.",
        "call_budget_withheld": "Callers who withhold their number ask for a peer so often that we ring nobody for "
        "such calls for now. They have the crisis number, and may leave a message.",
        "story_care": "What {alias} says in a story may mean that they need somebody. Please look in on them.",
        "otherwise": "Please look at the line: {alias}.",
        "again": "{count} times since {since}: {words}",
        "line_mute": "The line may not be able to send texts: {what}. Please look at it now: Twilio's console, under "
        "Monitor, Error logs, says which and why.",
        "bad_text": "A text of ours could not be sent: {what}. Please look at the flows.",
        "many_new_numbers": "More than {most} numbers that are new to us texted within ten minutes. New ones get a "
        "short answer with the crisis number, and follow-ups wait. Please look at the inbox; if they are people, raise "
        "new_numbers in lines.yaml.",
        "lead_away": "{name}, a lead, cannot be told of danger: {why}. Please see that somebody else is there.",
    },
    "es": {
        "crisis": "Un contacto ({alias}) puede estar en crisis. {state} Por favor, vea como esta.",
        "help": "{alias} pide ayuda. {state} Por favor, vea como esta.",
        "opted_out_texts": "{alias} escribe tras un STOP: no podemos responderle por texto.",
        "flow_error": "Un flujo fallo con {alias}. Le dijimos que una persona lo va a ver.",
        "no_peer": "Nadie respondio a tiempo cuando {alias} pidio hablar con alguien.",
        "ringing_failed": "No se pudo llamar a nadie para {alias}: la consola dice por que.",
        "block_proposed": "Alguien del equipo pide bloquear a {alias}. Por favor, decida.",
        "block_review": "Toca revisar el bloqueo de {alias}.",
        "unreachable": "Los textos ya no llegan a {alias}. No se le envia nada mas.",
        "elsewhere": "{alias} escribe desde donde la linea no escribe. Solo recibe respuesta en peligro.",
        "reply_budget": "{alias} envia mas textos de los que respondemos.",
        "call_budget": "{alias} ha pedido hablar con alguien tantas veces por llamada que por ahora no llamamos a "
        "nadie. Tiene el numero de crisis y puede dejar un mensaje.",
        "call_budget_withheld": "Quienes llaman con numero oculto piden hablar con alguien tantas veces que por ahora "
        "no llamamos a nadie para esas llamadas. Tienen el numero de crisis y pueden dejar un mensaje.",
        "story_care": "Lo que {alias} cuenta en una historia puede indicar que necesita a alguien. Vea como esta.",
        "otherwise": "Por favor, mire la linea: {alias}.",
        "again": "{count} veces desde {since}: {words}",
        "line_mute": "Puede que la linea no pueda enviar textos (error {code}). Por favor, mire ahora en la consola de "
        "Twilio, en Monitor, Error logs, cual es y por que.",
        "bad_text": "Un texto nuestro no se pudo enviar (error {code}). Por favor, revise los flujos.",
        "many_new_numbers": "Mas de {most} contactos que no conocemos escribieron en diez minutos. Reciben una "
        "respuesta breve con el numero de crisis. Por favor, mire la bandeja; si son personas, suba new_numbers en "
        "lines.yaml.",
        "lead_away": "No se puede avisar del peligro a {name}, responsable: {why}. Por favor, vea que haya otra "
        "persona.",
    },
}

STATES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "told": "They have the crisis number.",
        "watched": "They asked us not to write or call: somebody may read their phone. Answer when they write.",
        "blocked": "They are blocked, and have the crisis number.",
        "stopped": "They cannot be answered by text: they texted STOP.",
        "network": "They cannot be answered by text: the network says that they opted out.",
        "no number": "They cannot be answered by text: we have no number of theirs.",
        "landline": "They cannot be answered by text: their phone takes none.",
        "elsewhere": "They cannot be answered by text: the line does not write to their number.",
        "unreachable": "They cannot be answered by text: none reaches them.",
    },
    "es": {
        "told": "Tiene el numero de crisis.",
        "watched": "Pidio que no le escriban ni llamen: alguien puede leer su telefono. Responda cuando escriba.",
        "blocked": "Tiene un bloqueo, y tiene el numero de crisis.",
        "stopped": "No se le puede responder por texto: escribio STOP.",
        "network": "No se le puede responder por texto: la red dice que no quiere textos.",
        "no number": "No se le puede responder por texto: no tenemos su numero.",
        "landline": "No se le puede responder por texto: su telefono no los recibe.",
        "elsewhere": "No se le puede responder por texto: la linea no escribe a ese numero.",
        "unreachable": "No se le puede responder por texto: no le llega ninguno.",
    },
}
"""How it stands with whoever may be in danger: what they have been told, or why nobody can answer them by text."""

WHY: Mapping[str, Mapping[Unreached, str]] = {
    "en": {
        "stopped": "they texted STOP",
        "texts fail": "texts do not reach them",
        "bad number": "their phone cannot be reached",
    },
    "es": {
        "stopped": "escribio STOP",
        "texts fail": "los textos no le llegan",
        "bad number": "su telefono no contesta",
    },
}
"""Why a lead cannot be reached."""


def say(lead: Volunteer, name: str, /, **holes: object) -> str:
    """A text to a lead."""
    return TEXT[language_of(lead)][name].format(**holes)


def of_contact(work: Work, lead: Volunteer, contact: Contact, kind: str) -> str:
    """What a lead reads about this contact."""
    language = language_of(lead)
    words = TEXT[language].get(kind, TEXT[language]["otherwise"])
    return words.format(alias=contact.alias, state=STATES[language][_state(work, contact)])


def again(work: Work, lead: Volunteer, words: str, count: int, since: datetime) -> str:
    """The same once more: how often it was, by the lead's own clock."""
    when = volunteer_words.moment(language_of(lead), since, work.now, zone(lead.time_zone))
    return say(lead, "again", count=count, since=when, words=words)


def lead_away(lead: Volunteer, name: str, why: Unreached) -> str:
    """What the other leads read of one who cannot be reached."""
    return say(lead, "lead_away", name=name, why=WHY[language_of(lead)][why])


def _state(work: Work, contact: Contact) -> str:
    why = unproved.no_texts(work, contact)
    if why is not None:
        return why
    said = preferences.of(work, contact)
    if said.asked and not (said.call or said.text):
        return "watched"
    return "blocked" if turning_away.is_blocked(work, contact) else "told"
