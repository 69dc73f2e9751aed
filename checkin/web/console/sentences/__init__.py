"""What the line says: every sentence that leaves, in every language side by side, found by its words, edited in place.

A changed sentence goes into the draft of its flow, comments and layout kept, and is checked, published and brought
back as any draft is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from flask import Response

from checkin.core.errors import UserError
from checkin.core.translatable import N_
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.gettext import _
from checkin.publishing import drafts, whose
from checkin.web.console.flows import typed
from checkin.web.console.flows.the_flow import clips, the_flow, to_change
from checkin.web.context import RequestContext
from checkin.web.findings import meaning
from checkin.web.reads import flows as read
from checkin.web.registry import Pages
from flows.checks.drafts import Draft, read_draft
from flows.model.findings import Finding
from flows.model.flow import Flow
from flows.parsing import parse_flow
from flows.views.sentences import SaidSentence, of_flow, of_team, of_words, with_words

pages = Pages("sentences", "/console/sentences")

SIZE = 25
"""Sentences on a page."""

SLOTS = {
    "say": N_("said"), "ask": N_("question"), "invalid": N_("when not understood"), "remind": N_("reminder"),
    "label": N_("choice"), "record": N_("before the tone"), "wait": N_("while they wait"), "nothing": N_("silence"),
}  # fmt: skip
"""What a slot is, where its own name doesn't say it."""

PARTS = {"text": "", "sms": N_("by text only"), "voice": N_("on calls only")}


@dataclass(frozen=True)
class ShownSources:
    """Where sentences come from. rows: the flows by name. drafts: the names of those whose words are a draft's."""

    rows: Mapping[str, read.FlowRow]
    sentences: tuple[SaidSentence, ...]
    drafts: frozenset[str]


@pages.page("/", right="flows.see")
def sentences(ctx: RequestContext) -> str:
    """All of them, or those with these words in them (q), of one flow or file (source)."""
    wanted, source = _asked(ctx, "q"), _asked(ctx, "source")
    every = _sources(ctx)
    found = [
        sentence
        for sentence in every.sentences
        if source in ("", sentence.source) and (not wanted or sentence.has(wanted))
    ]
    number = min(typed.number(_asked(ctx, "page") or "0"), max(0, (len(found) - 1) // SIZE))
    number = max(number, 0)
    return ctx.page(
        "console/sentences/sentences.html",
        found=found[number * SIZE : (number + 1) * SIZE], count=len(found), number=number, size=SIZE,
        wanted=wanted, source=source, every=every, slots=SLOTS, parts_of=PARTS,
        titles={sentence.source: sentence.title for sentence in every.sentences},
        typed_in=_typed_in(ctx) if ctx.error else None, spoken_here=_languages(ctx),
    )  # fmt: skip


@pages.write("/change", right="flows.publish", shows=sentences)
def change(ctx: RequestContext) -> Response:
    """Put other words into the draft of the flow. Nothing is kept that would break it."""
    flow, key, language = _typed_in(ctx)
    to_change(ctx, flow)
    found, sounds = the_flow(ctx, flow), clips(ctx)
    if found.made.flow is None:
        raise UserError(_("The draft of %(flow)s can't be read: fix its text first.", flow=flow))
    sentence = next((said for said in of_flow(found.made.flow) if said.key == key), None)
    words = typed.plain(ctx.request.form.get("words", "")).strip()
    if sentence is None or sentence.words.get(language) != typed.plain(ctx.request.form.get("before", "")).strip():
        raise UserError(_("Someone else has changed this sentence since you opened the page: look at it again."))
    if not words:
        raise UserError(_("A sentence can't be empty. To leave it out, take its step out of the flow's text."))
    try:
        text = with_words(found.text, sentence, language, words)
    except ValueError:
        raise UserError(_("These words come from elsewhere: change them in the text of the flow.")) from None
    made = ctx.look(lambda uow: read_draft(text, flow, uow.library, sounds))
    if wrong := [error for error in made.errors if error not in found.made.errors]:
        raise UserError(_("Not saved: %(what)s", what=_told(wrong[0])))
    ctx.do(lambda uow: drafts.keep(uow, flow, text, found.revision, ctx.who.by, sounds))
    where = _where(ctx, made.flow or found.made.flow, key)
    return ctx.to("sentences.sentences", _kept(made, flow), **where, _anchor=f"{flow}.{key}")


def _where(ctx: RequestContext, flow: Flow, key: str) -> dict[str, str | None]:
    """The list as it was; where the sentence no longer has the words that were looked for, its place in its flow."""
    asked = {name: _asked(ctx, name) or None for name in ("q", "source", "page")}
    every = list(of_flow(flow))
    place = next((number for number, said in enumerate(every) if said.key == key), 0)
    if not asked["q"] or every[place].has(asked["q"]):
        return asked
    return {"source": flow.name, "page": str(place // SIZE)}


def _kept(made: Draft, flow: str) -> str:
    if made.errors:
        return _("Saved in the draft of %(flow)s, which has other errors to fix before it's published.", flow=flow)
    return _("Saved in the draft of %(flow)s. Publish it when you're ready.", flow=flow)


def _told(finding: Finding) -> str:
    """What is wrong with the words, and how to mend it."""
    return " ".join(filter(None, (meaning(finding.code), f"{finding.text}.", finding.hint)))


def _typed_in(ctx: RequestContext) -> tuple[str, str, str]:
    """Which sentence a form is about: its flow, its key there, the language."""
    return ctx.field("flow"), ctx.field("key"), ctx.field("language")


def _asked(ctx: RequestContext, name: str) -> str:
    """What the list is narrowed by: it stands in the address, and in the form of a sentence."""
    return (ctx.request.args.get(name) or ctx.request.form.get(name) or "").strip()[:100]


def _languages(ctx: RequestContext) -> tuple[str, ...]:
    return ctx.look(lambda uow: tuple(uow.library.lines[ctx.line].languages))


def _sources(ctx: RequestContext) -> ShownSources:
    """Everything that this line says, as it's written now: four statements."""
    sounds = clips(ctx)

    def look(uow: UnitOfWork) -> ShownSources:
        rows = [
            replace(row, others=whose.others(uow, ctx.line, row.name))
            for row in read.listed(uow, ctx.line)
            if not whose.is_hidden(uow, ctx.line, row.name)
        ]
        written = {row.name: flow for row in rows if (flow := _written(uow, row, sounds)) is not None}
        return ShownSources(
            {row.name: row for row in rows},
            tuple(_every(uow, ctx.line, rows, written)),
            frozenset(written),
        )

    return ctx.look(look)


def _written(uow: UnitOfWork, row: read.FlowRow, sounds: Mapping[str, str]) -> Flow | None:
    """What the draft makes, where it says something of its own."""
    if row.draft is None or row.writing != "changed":
        return None
    return parse_flow(row.draft.source, f"{row.name}.yaml", sounds, list(uow.library.catalogues.values()))[0]


def _every(uow: UnitOfWork, line: str, rows: list[read.FlowRow], written: Mapping[str, Flow]) -> Iterator[SaidSentence]:
    for row in rows:
        flow = written.get(row.name) or (row.flow if row.state != "retired" else None)
        if flow is not None:
            yield from of_flow(flow)
    languages = tuple(uow.library.lines[line].languages)
    yield from of_words({code: uow.library.words[code] for code in languages if code in uow.library.words},
                        _("In every flow"))  # fmt: skip
    yield from of_team(uow.library.team, languages, _("To volunteers and leads"))
