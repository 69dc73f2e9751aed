"""What stands on the card: every word that a volunteer can text, and what happens when the phone rings.

A test texts each of these words to the line, in the situation that it is for: the card promises nothing that the line
doesn't understand, and leaves out nothing that it does. 42 and 12 stand for the number that the line tells them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """word: what to text (or press), as written. meaning: what it does."""

    word: str
    meaning: str


@dataclass(frozen=True)
class Section:
    """A box on the card."""

    title: str
    entries: tuple[Entry, ...]
    before: str = ""


@dataclass(frozen=True)
class Words:
    """The card in one language. Holes: {line}, {number}, {crisis}, {emergency}."""

    heading: str
    lead: str
    rings: Section
    left: tuple[Section, ...]
    right: tuple[Section, ...]
    never: tuple[str, ...]

    @property
    def sections(self) -> tuple[Section, ...]:
        """All boxes, in the order in which they are read."""
        return (self.rings, *self.left, *self.right)


ENGLISH = Words(
    heading="For volunteers",
    lead="Save {number} in your phone as {line}. All calls and texts come from it and go to it.",
    rings=Section(
        "When the phone rings",
        (
            Entry("1", "Take the call. You are joined at once; hang up when you are both done."),
            Entry(
                "2",
                "Not now. Others are asked, as when you press nothing or don't pick up. Wrong key: once more.",
            ),
        ),
        "{line} calls you. You hear the language, the topic, and how long they have waited, never a number. Press:",
    ),
    left=(
        Section(
            "When somebody would like to text",
            (
                Entry("TAKE 42", "You are with them. The first to say so is."),
                Entry("42 your words", "With several at once: begin with the number. With one: just write."),
                Entry("DONE", "It is over; they are told."),
                Entry("PASS", "Hand them on to somebody else."),
                Entry("LEAD", "A lead joins the two of you."),
                Entry("BLOCK", "Handed on; you are not asked for them again, and an organizer looks at it."),
            ),
        ),
        Section(
            "After each talk",
            (
                Entry("1", "That was fine."),
                Entry("2", "That was tough."),
                Entry("3", "Call me: a lead rings you, and you are not asked until then."),
            ),
        ),
        Section(
            "When somebody has left a message",
            (
                Entry("CLAIM 42", "You take it up and read it. The first to say so has it."),
                Entry("CALL 42", "Your phone rings; with 1 we call them, if they asked for it. They see the line."),
                Entry("TEXT 42", "You write to them, as in any talk by text, if they asked for that."),
                Entry("DONE 42", "It is answered; nobody else needs to."),
            ),
        ),
    ),
    right=(
        Section(
            "Your time",
            (
                Entry("ON", "On duty, also outside of a shift."),
                Entry("OFF", "Off duty until you text ON."),
                Entry("OFF 2H", "Off for two hours; 30M, 3D work too."),
                Entry("SHIFTS", "Your next shifts."),
                Entry("YES", "You come to the shift that we reminded you of."),
                Entry("NO", "You cannot; others are asked. YES takes it back."),
                Entry("GAP 12", "You take over that shift. The first to say so has it."),
                Entry("SHIFT NO", "The same as NO, while you text with somebody. So is SHIFT YES."),
            ),
        ),
        Section(
            "Always",
            (
                Entry("HELP", "This list, in short."),
                Entry("LINK", "The way to your page: shifts, talks, messages. Works once."),
                Entry("STOP", "No more texts and calls from the line."),
                Entry("START", "Back again; then ON puts you on duty."),
            ),
            "You can also call the line: 1 puts you on duty, 2 off. If you hear the greeting first, press # and your "
            "code (it is on your page).",
        ),
    ),
    never=(
        "In danger: {emergency}. In crisis: call or text {crisis}. Say it to anyone who needs it, also to yourself.",
        "Numbers never cross the line: yours isn't seen, and a number in a text is taken out.",
        "Calls are not recorded. What you hear stays with you; talk about it with a lead, without names.",
    ),
)

SPANISH = Words(
    heading="Para el voluntariado",
    lead="Guarde {number} en su teléfono como {line}. Todas las llamadas y textos vienen de ahí y van ahí.",
    rings=Section(
        "Cuando suena el teléfono",
        (
            Entry("1", "Tomar la llamada. Se les comunica enseguida; cuelgue cuando terminen."),
            Entry(
                "2", "Ahora no. Buscamos a otra persona. Igual si no oprime nada o no contesta. Otra tecla: se repite."
            ),
        ),
        "{line} le llama. Oye el idioma, el tema y cuánto lleva esperando; nunca un número. Después oprima:",
    ),
    left=(
        Section(
            "Cuando alguien quiere escribirse",
            (
                Entry("TOMAR 42", "Ya está con esa persona. La primera respuesta la tiene."),
                Entry("42 sus palabras", "Con varias a la vez: empiece con el número. Con una: solo escriba."),
                Entry("LISTO", "Terminó; se le avisa."),
                Entry("PASAR", "La deja a otra persona."),
                Entry("APOYO", "Alguien responsable se une."),
                Entry("BLOQUEAR", "Pasa a otra persona; no se le pide otra vez, y la coordinación lo revisa."),
            ),
        ),
        Section(
            "Después de cada charla",
            (
                Entry("1", "Estuvo bien."),
                Entry("2", "Fue dura."),
                Entry("3", "Llámenme: alguien responsable le llama, y hasta entonces no se le pide nada."),
            ),
        ),
        Section(
            "Cuando alguien dejó un mensaje",
            (
                Entry("CASO 42", "Lo toma y lo lee. La primera respuesta lo tiene."),
                Entry("LLAMAR 42", "Suena su teléfono; con 1 le llamamos, si lo pidió. Le aparece la línea."),
                Entry("ESCRIBIR 42", "Le escribe, como en una charla por texto, si lo pidió."),
                Entry("LISTO 42", "Ya tiene respuesta; nadie más hace falta."),
            ),
        ),
    ),
    right=(
        Section(
            "Su tiempo",
            (
                Entry("ACTIVO", "De turno, también fuera de su horario. ON vale igual."),
                Entry("DESCANSO", "Sin turno hasta que escriba ON. OFF vale igual."),
                Entry("OFF 2H", "Dos horas de descanso; 30M y 3D también valen."),
                Entry("TURNOS", "Sus próximos turnos."),
                Entry("SI", "Viene al turno que le recordamos."),
                Entry("NO", "No puede; se pide a otras personas. SI lo recupera."),
                Entry("CUBRIR 12", "Toma ese turno. La primera respuesta lo tiene."),
                Entry("TURNO NO", "Igual que NO, mientras se escribe con alguien. También TURNO SI."),
            ),
        ),
        Section(
            "Siempre",
            (
                Entry("AYUDA", "Esta lista, en breve."),
                Entry("ENLACE", "El camino a su página: turnos, charlas, mensajes. Vale una vez."),
                Entry("STOP", "Ni textos ni llamadas de la línea. PARAR vale igual."),
                Entry("START", "De vuelta; después ON le pone de turno."),
            ),
            "También puede llamar a la línea: 1 le pone de turno, 2 le da descanso. Si oye antes el saludo, oprima # y "
            "su código (está en su página).",
        ),
    ),
    never=(
        "En peligro: {emergency}. En crisis: llame o escriba al {crisis}. Dígalo a quien lo necesite, también a usted.",
        "Los números no cruzan la línea: el suyo no se ve, y un número en un texto se quita.",
        "Las llamadas no se graban. Lo que oye se queda con usted; háblelo con alguien responsable, sin nombres.",
    ),
)

CARDS: Mapping[str, Words] = {"en": ENGLISH, "es": SPANISH}
