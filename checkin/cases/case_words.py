"""What volunteers read and hear about cases: messages that were left, and calling back.

The Spanish texts avoid letters that GSM-7 lacks, which would halve a segment.
"""

from __future__ import annotations

from collections.abc import Mapping

from checkin.models.volunteers import Volunteer
from checkin.services.relaying.relay_words import language_of

TEXT: Mapping[str, Mapping[str, str]] = {
    "en": {
        "announce": "Case {number}: {alias} {what}. Reply CLAIM {number} to take it up.",
        "again": "Case {number} still waits: {alias} {what}. Reply CLAIM {number} to take it up.",
        "message": "left a message",
        "handover": "asks for a person",
        "answer": "answered a text of ours",
        "claimed": "Case {number} is yours: {alias} {what}.{words}{answer}",
        "words": " They wrote: {words}",
        "recorded": " It is a recording: CALL {number} plays it to you first.",
        "by_call": " They would like a call: CALL {number}. Then DONE {number}.",
        "by_text": " They would like a text: TEXT {number}. Then DONE {number}.",
        "by_either": " A call or a text is welcome: CALL {number} or TEXT {number}. Then DONE {number}.",
        "by_none": " They want no call and no text. DONE {number} when you have read it.",
        "taken": "{name} has case {number}. Thank you.",
        "closed": "Case {number} is closed.",
        "unknown": "There is no case {number}.",
        "not_yours": "Case {number} is not yours: CLAIM {number} first.",
        "done": "Case {number} is closed. Thank you.",
        "calling": "Your phone will ring in a moment. Press 1 and we call {alias}; they see the line's number.",
        "playing": "Your phone will ring in a moment and play the message.",
        "no_call": "{alias} has not agreed to be called.",
        "no_number": "{alias} cannot be called: we have no number that we may dial.",
        "not_now": "{alias} may be called from {window}, by the clock where they are. It is not that time there now.",
        "busy": "You or {alias} are on the line already. Try again when that call is over.",
        "no_text": "{alias} would rather get no texts.",
        "no_text_number": "{alias} cannot be texted: we have no number that takes texts from us.",
        "no_text_now": "{alias} may be texted from {window}, by the clock where they are. It is not that time there "
        "now.",
        "is_blocked": "{alias} is blocked for now: an organizer knows why.",
        "not_reached": "{alias} could not be joined. CALL {number} tries again; DONE {number} closes the case.",
        "left_word": "{alias} could not be joined: a machine picked up, and was told that you called. DONE {number} "
        "closes the case.",
        "you_missed": "You did not pick up, so {alias} was not called. CALL {number} tries again.",
        "stale": "Case {number} went back to the others, since nothing was heard of it. CLAIM {number} if you go on.",
    },
    "es": {
        "announce": "Caso {number}: {alias} {what}. Responda CASO {number} para tomarlo.",
        "again": "El caso {number} sigue en espera: {alias} {what}. Responda CASO {number} para tomarlo.",
        "message": "dejo un mensaje",
        "handover": "pide hablar con una persona",
        "answer": "ha respondido a un texto nuestro",
        "claimed": "El caso {number} es suyo: {alias} {what}.{words}{answer}",
        "words": " Escribio: {words}",
        "recorded": " Es una grabacion: con LLAMAR {number} la escucha primero.",
        "by_call": " Quiere que le llamen: LLAMAR {number}. Luego LISTO {number}.",
        "by_text": " Prefiere un texto: ESCRIBIR {number}. Luego LISTO {number}.",
        "by_either": " Vale llamada o texto: LLAMAR {number} o ESCRIBIR {number}. Luego LISTO {number}.",
        "by_none": " No quiere llamadas ni textos. LISTO {number} cuando lo haya leido.",
        "taken": "{name} tiene el caso {number}. Gracias.",
        "closed": "El caso {number} ya se cerro.",
        "unknown": "No hay ningun caso {number}.",
        "not_yours": "El caso {number} no es suyo: primero CASO {number}.",
        "done": "El caso {number} se cerro. Gracias.",
        "calling": "Su telefono va a sonar. Oprima 1 y llamamos a {alias}; le aparece el numero de la linea.",
        "playing": "Su telefono va a sonar para que escuche el mensaje.",
        "no_call": "{alias} no ha pedido que le llamen.",
        "no_number": "No se puede llamar a {alias}: no tenemos un numero que marcar.",
        "not_now": "A {alias} se le puede llamar de {window}, hora de donde esta. Ahora no es esa hora.",
        "busy": "Usted o {alias} ya tienen una llamada. Pruebe cuando termine.",
        "no_text": "{alias} prefiere no recibir textos.",
        "no_text_number": "No se puede escribir a {alias}: no tenemos un numero que reciba textos.",
        "no_text_now": "A {alias} se le puede escribir de {window}, hora de donde esta. Ahora no es esa hora.",
        "is_blocked": "{alias} no recibe respuesta por ahora: alguien responsable sabe por que.",
        "not_reached": "No se pudo hablar con {alias}. LLAMAR {number} prueba otra vez; LISTO {number} cierra el caso.",
        "left_word": "Contesto una maquina y le dejamos dicho a {alias} que llamamos. LISTO {number} cierra el caso.",
        "you_missed": "No contesto, asi que no llamamos a {alias}. LLAMAR {number} prueba otra vez.",
        "stale": "El caso {number} volvio a los demas porque no hubo noticias. CASO {number} si sigue con el.",
    },
}

VOICE: Mapping[str, Mapping[str, str]] = {
    "en": {
        "before": "{line}. Case {number}, {alias}. {danger}",
        "message": "This is their message.",
        "press": "To call them now, press 1. If not now, just hang up.",
        "only_message": "That was the message. Thank you.",
    },
    "es": {
        "before": "{line}. Caso {number}, {alias}. {danger}",
        "message": "Este es su mensaje.",
        "press": "Para llamarle ahora, oprima 1. Si no, cuelgue.",
        "only_message": "Ese era el mensaje. Gracias.",
    },
}


def say(volunteer: Volunteer, name: str, /, **holes: object) -> str:
    """A text to a volunteer."""
    return TEXT[language_of(volunteer)][name].format(**holes)


def aloud(language: str, name: str, /, **holes: object) -> str:
    """Words spoken to a volunteer."""
    return VOICE[language][name].format(**holes)
