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
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.gettext import _, said
from checkin.relays import call_backs
from checkin.web import audio_response
from checkin.web.context import RequestContext
from checkin.web.reads import case as read
from checkin.web.registry import Pages
from flows.words.segments import sent_segments

Answer = TypeVar("Answer")

pages = Pages("cases", "/console/inbox")

REASONS = {
    "answered": N_("Answered by text"),
    "talked": N_("We talked with them"),
    "no_answer_wanted": N_("They don't want an answer"),
    "not_reached": N_("We couldn't reach them"),
    "handed_on": N_("Someone outside the team is handling it"),
    "abuse": N_("Abuse"),
    "mistake": N_("Opened by mistake"),
}
DONE = {
    "note": N_("added a note"),
    "answered": N_("answered by text"),
    "claimed": N_("claimed it"),
    "given_back": N_("released it"),
    "handed_over": N_("handed it over"),
    "closed": N_("closed it"),
}


@pages.page("/<int:number>", right="inbox.read")
def case(ctx: RequestContext, number: int) -> str:
    """The case, with the talk that it comes from. That it was read is written down."""
    found = ctx.look(lambda uow: read.page(uow, ctx.line, number))
    if found is None:
        ctx.not_there()
    if not ctx.error:
        ctx.do(lambda uow: audit.write(uow, ctx.who.by, AuditAction.READ_CASE, found.case.id))

    def answering(uow: UnitOfWork) -> dict[str, object]:
        contact = found.contact
        why = cases.why_no_text(uow, contact, found.case)
        later = answer_hours.opens_at(uow, contact) if contact is not None and why is None else uow.now
        replies = cases.written_answers(uow, contact) if contact is not None and why is None else []
        no_call = call_backs.why_no_call(uow, contact)
        phones = call_backs.phones(uow, ctx.line) if no_call is None else []
        return {
            "why_not": said(why) if why else None, "later": later if later > uow.now else None, "canned": replies,
            "no_call": said(no_call) if no_call else None, "phones": phones,
            "number_in_it": lines.strange_numbers(uow, ctx.line, ctx.typed("body")),
        }  # fmt: skip

    sound = found.recording is not None and found.recording.state == "kept"
    return ctx.page(
        "console/inbox/case.html",
        found=found,
        reasons=REASONS,
        done=DONE,
        segments=sent_segments,
        sound=ctx.signed(ctx.url("cases.sound", number=number)) if sound else None,
        **ctx.look(answering),
    )


@pages.page("/<int:number>/sound", right="inbox.read", signed=True)
def sound(ctx: RequestContext, number: int) -> Response:
    """The recording, by an address that works for minutes and in this browser alone."""
    found = ctx.look(lambda uow: read.recording(uow, ctx.line, number))
    if found is None or found.media_key is None:
        ctx.not_there()
    return audio_response.answer(ctx, found.media_key)


@pages.write("/<int:number>/claim", right="inbox.answer", shows=case)
def claim(ctx: RequestContext, number: int) -> Response:
    """Take it up."""
    _do(ctx, number, lambda uow, held: cases.claim(uow, held, ctx.who))
    return ctx.to("cases.case", _("Case %(number)s is yours.", number=number), number=number)


@pages.write("/<int:number>/back", right="inbox.answer", shows=case)
def give_back(ctx: RequestContext, number: int) -> Response:
    """Back to the others."""
    _do(ctx, number, lambda uow, held: cases.release(uow, held, ctx.who))
    return ctx.to("cases.case", _("Case %(number)s is open to the others.", number=number), number=number)


@pages.write("/<int:number>/answer", right="inbox.answer", shows=case)
def answer(ctx: RequestContext, number: int) -> Response:
    """Text them as the line."""
    wait, anyway = ctx.field("when") != "now", bool(ctx.field("anyway"))
    waits = _do(
        ctx, number, lambda uow, held: cases.answer(uow, held, ctx.field("body"), ctx.who, wait=wait, anyway=anyway)
    )
    said = _("Your answer will be sent when it's daytime where they are.") if waits else _("Your answer is on its way.")
    return ctx.to("cases.case", said, number=number)


@pages.write("/<int:number>/call", right="inbox.answer", shows=case)
def call(ctx: RequestContext, number: int) -> Response:
    """Ring a volunteer's phone, who is joined with them."""
    name = _do(ctx, number, lambda uow, held: call_backs.ring(uow, held, ctx.field("phone"), ctx.who))
    words = _("%(name)s's phone will ring in a moment; when they press 1, we connect the call.", name=name)
    return ctx.to("cases.case", words, number=number)


@pages.write("/<int:number>/note", right="inbox.answer", shows=case)
def note(ctx: RequestContext, number: int) -> Response:
    """Write something down for the team."""
    _do(ctx, number, lambda uow, held: cases.note(uow, held, ctx.field("note"), ctx.who))
    return ctx.to("cases.case", _("Note saved."), number=number)


@pages.write("/<int:number>/tags", right="inbox.answer", shows=case)
def tag(ctx: RequestContext, number: int) -> Response:
    """Its tags, all of them."""
    _do(ctx, number, lambda uow, held: cases.tag(uow, held, ctx.field("tags"), ctx.who))
    return ctx.to("cases.case", _("Tags saved."), number=number)


@pages.write("/<int:number>/hand-over", right="inbox.answer", shows=case)
def hand_over(ctx: RequestContext, number: int) -> Response:
    """Somebody else has it from now on."""
    name = _do(ctx, number, lambda uow, held: cases.hand_over(uow, held, ctx.field("to"), ctx.who))
    return ctx.to("cases.case", _("%(name)s has it now.", name=name), number=number)


@pages.write("/<int:number>/close", right="inbox.answer", shows=case)
def close(ctx: RequestContext, number: int) -> Response:
    """Nothing is left to do."""
    _do(ctx, number, lambda uow, held: cases.close(uow, held, ctx.who, ctx.field("why")))
    return ctx.to("inbox.inbox", _("Case %(number)s closed.", number=number))


def _do(ctx: RequestContext, number: int, act: Callable[[UnitOfWork, Case], Answer]) -> Answer:
    return ctx.do(lambda uow: act(uow, ctx.own(rows.by_number(uow.session, ctx.line, number))))
