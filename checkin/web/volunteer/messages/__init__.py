"""Messages that were left: CLAIM, hear or read, CALL, TEXT, DONE."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response

from checkin.cases import by_text
from checkin.cases import queries as case_rows
from checkin.cases import service as cases
from checkin.core.errors import UserError
from checkin.core.rules.typed_numbers import without_numbers
from checkin.core.translatable import N_
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.gettext import _
from checkin.i18n.say import say
from checkin.relays import call_backs, write_backs
from checkin.volunteers.models import Volunteer
from checkin.web import audio_response
from checkin.web.context import RequestContext
from checkin.web.registry import Menu, Pages
from checkin.web.volunteer import current_volunteer
from checkin.web.volunteer.current_volunteer import SIGN_IN_AT, do, look, there
from checkin.web.volunteer.reads import cases as rows
from checkin.web.volunteer.reads.cases import LeftMessage
from checkin.web.volunteer.services import talking

pages = Pages("volunteer_left", "/volunteer/messages", Menu(N_("Messages"), "volunteering", 20), sign_in_at=SIGN_IN_AT)

HERE = "volunteer_left.left"
KINDS = {"message": N_("left a message"), "answer": N_("answered one of our texts")}
OTHER = N_("asks for a person")


@pages.page("/", right="volunteering")
def left(ctx: RequestContext, **_sent_from: object) -> str:
    """What waits for somebody, without its words; and what this volunteer has claimed, with them."""

    def read(uow: UnitOfWork, volunteer: Volunteer) -> dict[str, Any]:
        found = rows.waiting(uow.session, volunteer)
        mine = [each for each in found if each.case.state == "claimed"]
        return {
            "mine": [_opened(uow, ctx, volunteer, each) for each in mine],
            "waiting": [each for each in found if each.case.state == "open"],
            "form": uow.new_id(),
        }

    return ctx.page("volunteer/messages/left.html", kinds=KINDS, other=OTHER, **look(ctx, read))


@pages.page("/<int:number>/sound", right="volunteering", signed=True)
def sound(ctx: RequestContext, number: int) -> Response:
    """The recording of a message that is theirs, by an address that works for minutes and on this phone alone."""

    def read(uow: UnitOfWork, volunteer: Volunteer) -> str:
        recording = there(rows.held(uow.session, volunteer, number)).recording
        return there(recording.media_key if recording is not None and recording.state == "kept" else None)

    return audio_response.answer(ctx, look(ctx, read))


@pages.write("/<int:number>/claim", right="volunteering", shows=left)
def claim(ctx: RequestContext, number: int) -> Response:
    """CLAIM: the first has it; whoever comes later learns who."""

    def act(uow: UnitOfWork, volunteer: Volunteer) -> None:
        by_text.take_up(uow, volunteer, there(case_rows.by_number(uow.session, volunteer.line, number)))

    do(ctx, act)
    return ctx.to(HERE, _("It's yours. Thank you."))


@pages.write("/<int:number>/call", right="volunteering", shows=left)
def call(ctx: RequestContext, number: int) -> Response:
    """CALL: their phone rings, they hear the message, and with 1 the contact is called."""

    def act(uow: UnitOfWork, volunteer: Volunteer, _held: LeftMessage) -> str:
        if not current_volunteer.first_time(uow, volunteer.id, ctx.field("form"), f"call {number}"):
            return _("Your phone will ring in a moment.")
        return call_backs.start(uow, volunteer, number)

    return ctx.to(HERE, _with(ctx, number, act))


@pages.write("/<int:number>/text", right="volunteering", shows=left)
def text(ctx: RequestContext, number: int) -> Response:
    """TEXT: a talk by text begins, as the line."""

    def act(uow: UnitOfWork, volunteer: Volunteer, held: LeftMessage) -> int:
        joined = [each for each in talking.now(uow, volunteer) if each.relay.case_id == held.case.id]
        if joined:
            return joined[0].relay.number
        said = write_backs.start(uow, volunteer, number)
        begun = [each for each in talking.now(uow, volunteer) if each.relay.case_id == held.case.id]
        if not begun:
            raise UserError(said)
        return begun[0].relay.number

    return ctx.to("volunteer_talks.talk", number=_with(ctx, number, act))


@pages.write("/<int:number>/done", right="volunteering", shows=left)
def done(ctx: RequestContext, number: int) -> Response:
    """DONE: it is answered."""
    _with(ctx, number, lambda uow, me, held: cases.close(uow, held.case, me))
    return ctx.to(HERE, _("Closed. Thank you."))


@pages.write("/<int:number>/back", right="volunteering", shows=left)
def give_back(ctx: RequestContext, number: int) -> Response:
    """Back to the others."""

    _with(ctx, number, lambda uow, me, held: cases.release(uow, held.case, me))
    return ctx.to(HERE, _("It's open to the others again."))


def _with(ctx: RequestContext, number: int, act: Callable[[UnitOfWork, Volunteer, LeftMessage], Any]) -> Any:
    """Do something about a message that is theirs; anybody else's is not there."""
    return do(ctx, lambda uow, me: act(uow, me, there(rows.held(uow.session, me, number))))


def _opened(uow: UnitOfWork, ctx: RequestContext, volunteer: Volunteer, found: LeftMessage) -> dict[str, Any]:
    """Its words without numbers, its sound, and how they may be answered."""
    words = cases.words(uow, found.case)
    kept = found.recording is not None and found.recording.state == "kept"
    return {
        "case": found.case,
        "contact": found.contact,
        "recording": found.recording,
        "words": without_numbers(words, say(uow, volunteer, "relays.number_out")),
        "by": by_text.answer_by(uow, found.contact) if found.contact is not None else "none",
        "sound": ctx.signed(ctx.url("volunteer_left.sound", number=found.case.number)) if kept else None,
    }
