"""Publishing: what changes, whom it meets, and the last yes."""

from __future__ import annotations

from dataclasses import replace

from flask import Response

from checkin.core.errors import UserError
from checkin.i18n.gettext import _, _n
from checkin.publishing import definitions, drafts, plan, talk_drafts, talks, whose
from checkin.publishing import draft_queries as kept
from checkin.publishing.drafts import Seen
from checkin.publishing.live_flows import LOOK_EVERY
from checkin.publishing.models import TranscriptDraft
from checkin.publishing.moves import move_all
from checkin.web.console.flows import typed
from checkin.web.console.flows.the_flow import STATES, TheFlow, the_flow, to_change
from checkin.web.context import RequestContext
from checkin.web.registry import Pages
from flows.model.findings import errors
from flows.model.flow import Flow
from flows.transcripts.coverage import FAILED, by_cause
from flows.transcripts.files import flow_in

pages = Pages("flow_publishing", "/console/flows")

OTHERWISE = (FAILED, "T902")
"""Conversations that go otherwise than written, and a flow without any: the page leads to each of them."""


@pages.page("/<flow>/publish", right="flows.see")
def show(ctx: RequestContext, flow: str) -> str:
    """What publishing what is written would do."""
    return _page(ctx, the_flow(ctx, flow))


@pages.write("/<flow>/publish", right="flows.publish", shows=show)
def publish(ctx: RequestContext, flow: str) -> Response | tuple[str, int]:
    """Play the conversations, and make it live with them. Nothing goes live while one of them goes another way."""
    to_change(ctx, flow)
    found = the_flow(ctx, flow)
    chosen = _chosen(found)
    if chosen is None or found.made.errors:
        raise UserError(_("It has errors and can't be published yet."))
    ctx.look(lambda uow: whose.keep_apart(uow, ctx.line, chosen))
    seen = _seen(ctx, found)
    ctx.look(lambda uow: drafts.unchanged(uow, flow, seen))
    writing = ctx.look(lambda uow: kept.all_talks(uow.session))
    judged = _judged(ctx, chosen, writing)
    faults = errors(judged.found)
    if hard := [fault for fault in faults if fault.code not in OTHERWISE]:
        told = "; ".join(f"{finding.file}:{finding.line} {finding.text}" for finding in hard[:5])
        raise UserError(_("Nothing was changed, because it would break this: %(what)s", what=told))
    if faults or judged.rewording.found:
        return _page(ctx, found, judged), 422
    with_it = {name: writing[name].revision for name in judged.along}
    moved = _go_live(ctx, chosen, replace(seen, talks={**with_it, **seen.talks}))
    said = [_("It's live: new conversations use it within %(seconds)s seconds.", seconds=LOOK_EVERY.seconds)]
    said += [_("Moved to it: %(count)s.", count=moved)] if moved else []
    said += (
        [_("Published with the test conversations of %(flows)s.", flows=", ".join(judged.along))]
        if judged.along
        else []
    )
    return ctx.to("flows.flow", " ".join(said), flow=flow)


@pages.write("/<flow>/publish/words", right="flows.publish", shows=show)
def use_words(ctx: RequestContext, flow: str) -> Response:
    """Put the new words into the conversations that fail by nothing else: drafts, until it is published."""
    to_change(ctx, flow)
    found = the_flow(ctx, flow)
    chosen = _chosen(found)
    if chosen is None or found.made.errors:
        raise UserError(_("It has errors and can't be published yet."))
    writing = ctx.look(lambda uow: kept.all_talks(uow.session))
    made = _judged(ctx, chosen, writing).rewording
    if made.mark != ctx.field("words"):
        raise UserError(
            _("The flow or its test conversations have changed since: publish again to see what's different.")
        )
    texts = {flow_in(file): text for file, text in made.texts.items()}
    seen = {name: draft.revision for name, draft in writing.items()}
    ctx.do(lambda uow: talk_drafts.take_over(uow, texts, seen, ctx.who.by))
    said = _n(
        "%(num)s conversation has the new words. Look them over, then publish.",
        "%(num)s conversations have the new words. Look them over, then publish.",
        len(made.taken),
    )
    return ctx.to("flow_publishing.show", said, flow=flow)


def _go_live(ctx: RequestContext, flow: Flow, seen: Seen) -> int:
    """Publish it; answers how many of those who wait were moved on to it."""
    made = ctx.look(lambda uow: plan.plans(uow.session, [flow]))[0]
    ctx.do(lambda uow: drafts.publish(uow, flow, ctx.who.by, made.note, seen))
    return move_all(ctx.do, flow, ctx.who.by) if ctx.field("move") else 0


def _chosen(found: TheFlow) -> Flow | None:
    """What goes live: the draft; where only conversations are written, the version that there is."""
    return found.made.flow if found.row.draft else found.row.flow


def _seen(ctx: RequestContext, found: TheFlow) -> Seen:
    """What this page was made from."""
    talks = typed.number(ctx.field("talks") or "0")
    return Seen(
        typed.number(ctx.field("revision")),
        ctx.field("seen") or None,
        {found.row.name: talks} if talks or found.row.talks else {},
    )


def _judged(ctx: RequestContext, flow: Flow, writing: dict[str, TranscriptDraft]) -> talks.Judged:
    live, resting, published = ctx.look(
        lambda uow: (plan.live_flows(uow.session), plan.retired(uow.session), definitions.talks(uow.session))
    )
    texts = {name: draft.source for name, draft in writing.items()}
    fixed = ctx.look(lambda uow: whose.of_others(uow, ctx.line))
    return talks.judge(ctx.runtime.settings.flows, flow, live, resting, published, texts, fixed)


def _page(ctx: RequestContext, found: TheFlow, judged: talks.Judged | None = None) -> str:
    chosen, draft = _chosen(found), found.row.talks
    made = ctx.look(lambda uow: plan.plans(uow.session, [chosen]))[0] if chosen else None
    before = ctx.look(lambda uow: talk_drafts.live_text(uow, found.row.name)) if draft else ""
    faults = errors(judged.found) if judged else ()
    played, rest = (
        [fault for fault in faults if fault.code == FAILED],
        [fault for fault in faults if fault.code != FAILED],
    )
    return ctx.page(
        "console/flows/publish.html",
        found=found, row=found.row, states=STATES, tab="publish", plan=made,
        faults=rest, causes=by_cause(played), count=len(faults), rewording=judged.rewording if judged else None,
        talks=typed.difference(before, draft.source) if draft else [],
    )  # fmt: skip
