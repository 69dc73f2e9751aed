"""One case: read it, hear it, claim it, answer, note, tag, hand over, close."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Response

from checkin.cases import answer_hours
from checkin.cases import queries as rows
from checkin.cases import service as cases
from checkin.cases.models import Case
from checkin.core import audit, lines
from checkin.core.audit import AuditAction
from checkin.core.translatable import N_
from checkin.core.unit_of_work import Work
from checkin.i18n.gettext import _, said
from checkin.relays import call_backs
from checkin.web import audio_response
from checkin.web.context import Here
from checkin.web.reads import case as read
from checkin.web.registry import Pages
from flows.words.segments import sent_segments

Answer = TypeVar("Answer")

pages = Pages("cases", "/console/inbox")

REASONS = {
    "answered": N_("Answered by text"),
    "talked": N_("We talked with them"),
    "no_answer_wanted": N_("They want no answer"),
    "not_reached": N_("They could not be reached"),
    "handed_on": N_("Somebody outside takes care of it"),
    "abuse": N_("Abuse"),
    "mistake": N_("Opened by mistake"),
}
DONE = {
    "note": N_("noted"),
    "answered": N_("answered by text"),
    "claimed": N_("took it up"),
    "given_back": N_("gave it back"),
    "handed_over": N_("handed it over"),
    "closed": N_("closed it"),
}


@pages.page("/<int:number>", right="inbox.read")
def case(here: Here, number: int) -> str:
    """The case, with the talk that it comes from. That it was read is written down."""
    found = here.look(lambda work: read.page(work, here.line, number))
    if found is None:
        here.not_there()
    if not here.mistake:
        here.do(lambda work: audit.write(work, here.who.by, AuditAction.READ_CASE, found.case.id))

    def answering(work: Work) -> dict[str, object]:
        contact = found.contact
        why = cases.why_no_text(work, contact, found.case)
        later = answer_hours.opens_at(work, contact) if contact is not None and why is None else work.now
        replies = cases.written_answers(work, contact) if contact is not None and why is None else []
        no_call = call_backs.why_no_call(work, contact)
        phones = call_backs.phones(work, here.line) if no_call is None else []
        return {
            "why_not": said(why) if why else None, "later": later if later > work.now else None, "canned": replies,
            "no_call": said(no_call) if no_call else None, "phones": phones,
            "number_in_it": lines.strange_numbers(work, here.line, here.typed("body")),
        }  # fmt: skip

    sound = found.recording is not None and found.recording.state == "kept"
    return here.page(
        "console/inbox/case.html",
        found=found,
        reasons=REASONS,
        done=DONE,
        segments=sent_segments,
        sound=here.signed(here.url("cases.sound", number=number)) if sound else None,
        **here.look(answering),
    )


@pages.page("/<int:number>/sound", right="inbox.read", signed=True)
def sound(here: Here, number: int) -> Response:
    """The recording, by an address that works for minutes and in this browser alone."""
    found = here.look(lambda work: read.recording(work, here.line, number))
    if found is None or found.media_key is None:
        here.not_there()
    return audio_response.answer(here, found.media_key)


@pages.write("/<int:number>/claim", right="inbox.answer", shows=case)
def claim(here: Here, number: int) -> Response:
    """Take it up."""
    _do(here, number, lambda work, one: cases.claim(work, one, here.who))
    return here.to("cases.case", _("Case %(number)s is yours.", number=number), number=number)


@pages.write("/<int:number>/back", right="inbox.answer", shows=case)
def give_back(here: Here, number: int) -> Response:
    """Back to the others."""
    _do(here, number, lambda work, one: cases.release(work, one, here.who))
    return here.to("cases.case", _("Case %(number)s is open for the others.", number=number), number=number)


@pages.write("/<int:number>/answer", right="inbox.answer", shows=case)
def answer(here: Here, number: int) -> Response:
    """Text them as the line."""
    wait, anyway = here.field("when") != "now", bool(here.field("anyway"))
    waits = _do(
        here, number, lambda work, one: cases.answer(work, one, here.field("body"), here.who, wait=wait, anyway=anyway)
    )
    said = _("Your answer leaves when it is day where they are.") if waits else _("Your answer is on its way.")
    return here.to("cases.case", said, number=number)


@pages.write("/<int:number>/call", right="inbox.answer", shows=case)
def call(here: Here, number: int) -> Response:
    """Ring a volunteer's phone, who is joined with them."""
    name = _do(here, number, lambda work, one: call_backs.ring(work, one, here.field("phone"), here.who))
    words = _("The phone of %(name)s rings in a moment; when they press 1, we call.", name=name)
    return here.to("cases.case", words, number=number)


@pages.write("/<int:number>/note", right="inbox.answer", shows=case)
def note(here: Here, number: int) -> Response:
    """Write something down for the team."""
    _do(here, number, lambda work, one: cases.note(work, one, here.field("note"), here.who))
    return here.to("cases.case", _("Your note is kept."), number=number)


@pages.write("/<int:number>/tags", right="inbox.answer", shows=case)
def tag(here: Here, number: int) -> Response:
    """Its tags, all of them."""
    _do(here, number, lambda work, one: cases.tag(work, one, here.field("tags"), here.who))
    return here.to("cases.case", _("The tags are changed."), number=number)


@pages.write("/<int:number>/hand-over", right="inbox.answer", shows=case)
def hand_over(here: Here, number: int) -> Response:
    """Somebody else has it from now on."""
    name = _do(here, number, lambda work, one: cases.hand_over(work, one, here.field("to"), here.who))
    return here.to("cases.case", _("%(name)s has it now.", name=name), number=number)


@pages.write("/<int:number>/close", right="inbox.answer", shows=case)
def close(here: Here, number: int) -> Response:
    """Nothing is left to do."""
    _do(here, number, lambda work, one: cases.close(work, one, here.who, here.field("why")))
    return here.to("inbox.inbox", _("Case %(number)s is closed.", number=number))


def _do(here: Here, number: int, act: Callable[[Work, Case], Answer]) -> Answer:
    """Do something to the case, if it is there."""
    return here.do(lambda work: act(work, here.own(rows.by_number(work.session, here.line, number))))
