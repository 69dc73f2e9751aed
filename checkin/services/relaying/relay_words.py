"""What volunteers are told about relays, and where the words for contacts are found.

The contacts' words stand in words.yaml, where anyone can change them. A volunteer hears and reads their own language,
the first of theirs that stands here, never the contact's. The Spanish texts avoid letters that GSM-7 lacks, which
would halve a segment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from checkin.models.volunteers import Volunteer
from checkin.work import Work
from flows.engine.effects import Say
from flows.model import templates
from flows.model.text import Channel

VOICE: Mapping[str, Mapping[str, str]] = {
    "en": {
        "whisper": "{line}. Someone would like to talk with a peer, in {language}{topic}. They have waited {waited}. "
        "{danger}To take the call, press 1. If not now, press 2.",
        "danger": "Signs of danger were noticed with them within the last day. ",
        "whisper_topic": ", about {topic}",
        "whisper_again": "To take the call, press 1. If not now, press 2.",
        "whisper_lead": "{line}. {name} asks a lead to join a call. {danger}To join them, press 1. If not now, "
        "press 2.",
        "joining": "Thank you. Joining you now.",
        "ringing_contact": "We are calling them now. Please stay on the line.",
        "not_reached": "They could not be joined this time. Thank you for trying.",
        "declined": "That is fine. We will ask someone else. Thank you.",
        "no_key": "We will ask someone else. Thank you for picking up.",
        "taken": "Someone is with them already. Thank you.",
        "gone": "They had to go. Thank you for picking up.",
        "late": "The wait is over and they know about it. Thank you.",
        "after": "Thank you for being there. Take a breath.",
        "seconds": "{count} seconds",
        "minute": "a minute",
        "minutes": "{count} minutes",
    },
    "es": {
        "whisper": "{line}. Alguien quisiera hablar con una persona que le entienda, en {language}{topic}. "
        "Lleva esperando {waited}. {danger}Para tomar la llamada, oprima 1. Si ahora no puede, oprima 2.",
        "danger": "En el último día notamos señales de peligro. ",
        "whisper_topic": ", sobre {topic}",
        "whisper_again": "Para tomar la llamada, oprima 1. Si ahora no puede, oprima 2.",
        "whisper_lead": "{line}. {name} pide que alguien responsable entre en una llamada. {danger}Para entrar, oprima "
        "1. Si ahora no puede, oprima 2.",
        "joining": "Gracias. Le comunicamos ahora.",
        "ringing_contact": "Le llamamos ahora. Espere en la línea.",
        "not_reached": "Esta vez no se pudo hablar con esa persona. Gracias por intentarlo.",
        "declined": "No hay problema. Buscamos a otra persona. Gracias.",
        "no_key": "Buscamos a otra persona. Gracias por contestar.",
        "taken": "Ya hay alguien con esa persona. Gracias.",
        "gone": "Tuvo que irse. Gracias por contestar.",
        "late": "La espera terminó y ya lo sabe. Gracias.",
        "after": "Gracias por haber estado. Tome un respiro.",
        "seconds": "{count} segundos",
        "minute": "un minuto",
        "minutes": "{count} minutos",
    },
}

TEXT: Mapping[str, Mapping[str, str]] = {
    "en": {
        "offer": "Someone would like to text with a peer ({alias}, {language}). Reply TAKE {number}.",
        "offer_on_page": "Someone would like to text with a peer ({alias}, {language}). Take {number} on your page; "
        "LINK opens it.",
        "lead_on_page": "{name} asks for a lead with {alias} ({number}). Join them on your page; LINK opens it.",
        "taken": "You are with {alias} now ({number}). What you text here goes to them, without your number. "
        "DONE ends it, PASS hands them on.",
        "danger": " Signs of danger were read from them within the last day: LEAD asks a lead to join you.",
        "said_already": "They wrote:",
        "too_late": "Someone is with {number} already. Thank you.",
        "gone": "{number} had to go. Thank you for answering.",
        "limit": "The time for {number} ran out; they know about it. Thank you.",
        "unknown": "There is no {number} waiting. {open}",
        "which": "Which one do you mean? Begin with the number: {numbers}. Nothing was sent.",
        "none_open": "Nobody is waiting for a text just now.",
        "open": "Waiting: {numbers}. Reply TAKE and the number.",
        "held": "A phone number was taken out of what you sent: numbers never cross the line.",
        "pictures": "Pictures do not cross the line; your words were sent.",
        "only_pictures": "Pictures do not cross the line. Nothing was sent.",
        "full": "That is as many as you can have at once. Finish one with DONE first.",
        "done": "Thank you. {alias} has been told. How are you after that one? 1 fine, 2 tough, 3 call me.",
        "passed": "Handed on. Thank you for telling us.",
        "left": "{alias} left. Thank you. How are you after that one? 1 fine, 2 tough, 3 call me.",
        "gone_before": "{alias} left.",
        "idle": "{alias} has been quiet for a while, so it was closed. How are you after that one? "
        "1 fine, 2 tough, 3 call me.",
        "picture": "(something came with it that is not passed on)",
        "picture_only": "(a picture)",
        "picture_link": "(a picture, to be seen for {minutes} minutes: {link} )",
        "picture_lost": "(a picture that could not be opened)",
        "picture_unpassed": "The picture that you sent could not be opened, so it did not cross. Send it once more, or "
        "say it in words.",
        "number_out": "(number left out)",
        "peer": "Peer",
        "lead_asked": "A lead has been asked to join. Stay with {alias} until then.",
        "no_lead": "No lead can be reached right now. In danger call {emergency}, in a crisis {crisis}.",
        "lead": "{name} asks for a lead with {alias} ({number}). Reply LEAD {number} to read along and write too.",
        "lead_joined": "You are with {alias} and {name} ({number}). What you text here goes to both. DONE leaves them.",
        "lead_there": "{name} is with you and {alias} now ({number}).",
        "lead_taken": "A lead is with {number} already, or it is over. Thank you.",
        "lead_left": "{name} has left {number}. You go on with {alias}.",
        "lead_gone": "You have left {alias} ({number}). Thank you.",
        "lead_over": "{alias} ({number}) is finished. Thank you for joining.",
        "nobody": "You are with nobody at the moment, so there was nobody to say that about.",
        "blocked": "You will not be asked for {alias} again, and an organizer will look at it.",
        "blocked_handed": "You will not be asked for {alias} again. They have been handed on, and an organizer will "
        "look at it.",
        "lost": "Your last text did not reach {alias} ({number}): their phone may be off, or the network held it back. "
        "Try again in a while, or in other words.",
        "care": "How are you after that one? Reply 1 fine, 2 tough, 3 call me.",
        "care_fine": "Good to hear. Thank you for being there.",
        "care_tough": "Thank you for saying so. Take the time you need; OFF gives you a break, and a lead is one text "
        "away.",
        "care_call": "Someone will call you soon. You are off the rotation until then.",
        "missed": "{line}: we rang you {count} times and did not reach you. That is all right; we only wonder how you "
        "are. Reply 1 all is well, 2 I need a break, 3 please call me.",
        "missed_well": "Good to hear. Thank you for being there.",
        "missed_break": "Rest well. You are off duty until you text ON.",
        "missed_lead": "{name} did not pick up for a while and asks to be called. Please call them today.",
        "care_lead": "{name} had a hard one and asks to be called. Please call them today.",
        "danger_lead": "{name}, one of us, wrote something that may be a sign of danger. Please call them now.",
    },
    "es": {
        "offer": "Alguien quisiera escribirse con una persona ({alias}, {language}). Responda TOMAR {number}.",
        "offer_on_page": "Alguien quisiera escribirse con una persona ({alias}, {language}). Tome {number} en su "
        "pagina; ENLACE la abre.",
        "lead_on_page": "{name} pide apoyo con {alias} ({number}). Entre desde su pagina; ENLACE la abre.",
        "taken": "Ya esta con {alias} ({number}). Lo que escriba aqui le llega, sin su numero. LISTO termina, "
        "PASAR lo deja a otra persona.",
        "danger": " En el ultimo dia leimos señales de peligro: APOYO pide que entre alguien responsable.",
        "said_already": "Escribio:",
        "too_late": "Ya hay alguien con {number}. Gracias.",
        "gone": "{number} tuvo que irse. Gracias por responder.",
        "limit": "Se acabo el tiempo para {number}; ya lo sabe. Gracias.",
        "unknown": "Nadie espera con el {number}. {open}",
        "which": "¿A quién le escribe? Empiece con el numero: {numbers}. No se envio nada.",
        "none_open": "Ahora nadie espera por texto.",
        "open": "Esperan: {numbers}. Responda TOMAR y el numero.",
        "held": "Quitamos un numero de telefono de lo que escribio: los numeros no cruzan la linea.",
        "pictures": "Las imagenes no cruzan la linea; sus palabras si se enviaron.",
        "only_pictures": "Las imagenes no cruzan la linea. No se envio nada.",
        "full": "No puede tener mas a la vez. Termine una con LISTO primero.",
        "done": "Gracias. {alias} ya lo sabe. ¿Como quedo usted? 1 bien, 2 dura, 3 llamenme.",
        "passed": "Se lo dejamos a otra persona. Gracias por avisar.",
        "left": "{alias} se fue. Gracias. ¿Como quedo usted? 1 bien, 2 dura, 3 llamenme.",
        "gone_before": "{alias} se fue.",
        "idle": "{alias} lleva un rato sin escribir y se cerro. ¿Como quedo usted? 1 bien, 2 dura, 3 llamenme.",
        "picture": "(llego algo mas que no se pasa)",
        "picture_only": "(una imagen)",
        "picture_link": "(una imagen, se ve durante {minutes} minutos: {link} )",
        "picture_lost": "(una imagen que no se pudo abrir)",
        "picture_unpassed": "La imagen que envio no se pudo abrir y no paso. Enviela otra vez o digalo con palabras.",
        "number_out": "(numero quitado)",
        "peer": "Par",
        "lead_asked": "Pedimos a una persona responsable que entre. Siga con {alias} hasta entonces.",
        "no_lead": "Ahora no hay nadie responsable. En peligro llame al {emergency}, en crisis al {crisis}.",
        "lead": "{name} pide apoyo con {alias} ({number}). Responda APOYO {number} para leer y escribir.",
        "lead_joined": "Ya esta con {alias} y {name} ({number}). Lo que escriba les llega. LISTO: salir.",
        "lead_there": "{name} ya esta con usted y {alias} ({number}).",
        "lead_taken": "Ya hay apoyo con {number}, o ha terminado. Gracias.",
        "lead_left": "{name} ha salido de {number}. Usted sigue con {alias}.",
        "lead_gone": "Ha salido de {alias} ({number}). Gracias.",
        "lead_over": "{alias} ({number}) ha terminado. Gracias por acompañar.",
        "nobody": "Ahora no tiene a nadie, no hay de quien decirlo.",
        "blocked": "No se le va a pedir otra vez por {alias}, y alguien responsable lo va a ver.",
        "blocked_handed": "No se le va a pedir otra vez por {alias}. Lo dejamos a otra persona y alguien responsable "
        "lo va a ver.",
        "lost": "Su ultimo texto no le llego a {alias} ({number}): quizas el telefono esta apagado, o la red lo "
        "detuvo. Pruebe en un rato, o con otras palabras.",
        "care": "¿Como quedo usted después de esa? Responda 1 bien, 2 dura, 3 llamenme.",
        "care_fine": "Qué bueno. Gracias por haber estado.",
        "care_tough": "Gracias por decirlo. Tomese su tiempo; OFF le da un descanso, y alguien responsable esta a un "
        "texto.",
        "care_call": "Alguien le llamara pronto. Hasta entonces no se le pedira nada.",
        "missed": "{line}: le llamamos {count} veces y no le encontramos. No pasa nada; solo queremos saber que tal "
        "esta. Responda 1 bien, 2 necesito un descanso, 3 llamenme.",
        "missed_well": "Nos alegra. Gracias por estar.",
        "missed_break": "Que descanse. No se le llama hasta que escriba ON.",
        "missed_lead": "{name} lleva un rato sin contestar y pide que le llamen. Por favor llame hoy.",
        "care_lead": "{name} tuvo una dificil y pide que le llamen. Por favor llame hoy.",
        "danger_lead": "{name}, del equipo, ha escrito algo que puede ser una señal de peligro. Por favor llame ya.",
    },
}

LANGUAGES: Mapping[str, Mapping[str, str]] = {
    "en": {"en": "English", "es": "Spanish"},
    "es": {"en": "inglés", "es": "español"},
}


def to_contact(work: Work, line: str, channel: Channel, language: str, name: str, /, **holes: object) -> Say:
    """A sentence of words.yaml in the contact's language, else in the first language of the line that has it."""
    words = work.library.words
    languages = [one for one in (language, *work.library.lines[line].languages, *words) if one in words]
    picked = next(
        picked
        for one in languages
        if name in words[one].sentences and (picked := words[one].sentences[name].pick(channel, (one,))) is not None
    )
    return Say(templates.render(picked.text, holes), picked.language, picked.clip)


def language_of(volunteer: Volunteer | None, otherwise: Sequence[str] = ()) -> str:
    """The language that this volunteer is spoken to in; `otherwise` for the line's backup number."""
    known = volunteer.languages if volunteer is not None else otherwise
    return next((language for language in known if language in TEXT), "en")


def to_volunteer(volunteer: Volunteer, name: str, /, **holes: object) -> str:
    """A text to a volunteer. Whoever acts on their page alone is sent there, and not asked for a text."""
    words = TEXT[language_of(volunteer)]
    return words[f"{name}_on_page" if volunteer.page_only and f"{name}_on_page" in words else name].format(**holes)


def of_text(language: str, name: str) -> str:
    """A piece of a text in this language, else in English."""
    return TEXT.get(language, TEXT["en"])[name]


def aloud(language: str, name: str, /, **holes: object) -> str:
    """Words spoken to a volunteer."""
    return VOICE[language][name].format(**holes)


def whisper(language: str, *, line: str, wanted: str, topic: str | None, waited: timedelta, danger: bool) -> str:
    """What a volunteer hears before they decide: the line, language, topic, how long, and whether there were signs of
    danger. Never who, never their words."""
    about = aloud(language, "whisper_topic", topic=topic.replace("_", " ")) if topic else ""
    name, how_long = language_name(language, wanted), _length(language, waited)
    signs = danger_aloud(language, danger=danger)
    return aloud(language, "whisper", line=line, language=name, topic=about, waited=how_long, danger=signs)


def danger_aloud(language: str, *, danger: bool) -> str:
    """That there were signs of danger, to stand before a question; empty where there were none."""
    return aloud(language, "danger") if danger else ""


def language_name(language: str, wanted: str) -> str:
    """The name of the language `wanted`, in `language`; its code when we have no name for it."""
    return LANGUAGES[language].get(wanted, wanted)


def _length(language: str, length: timedelta) -> str:
    """A length of time as people say it: to ten seconds below a minute and a half, then in minutes."""
    seconds = max(10, round(length.total_seconds() / 10) * 10)
    if seconds == 60:
        return aloud(language, "minute")
    if seconds <= 90:
        return aloud(language, "seconds", count=seconds)
    return aloud(language, "minutes", count=round(seconds / 60))
