"""Trying a flow before anybody meets it: a talk with it, and the conversations that were written down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from flask import Response

from checkin.publishing.draft_queries import talks_written
from checkin.web.console.flows.the_flow import STATES, library_of, the_flow
from checkin.web.console.flows.trying import talking
from checkin.web.context import RequestContext
from checkin.web.registry import Pages
from flows.library import Library
from flows.model.findings import Finding
from flows.transcripts.coverage import failures, play, untested
from flows.transcripts.files import read_transcripts

pages = Pages("flow_trying", "/console/flows")


@pages.page("/<flow>/try", right="flows.see")
def start(ctx: RequestContext, flow: str) -> str:
    """A talk that has not begun."""
    found = the_flow(ctx, flow)
    talk = talking.begun(found, ctx.language, ctx.now) if found.made.library else None
    return ctx.page("console/flows/trying/try.html", found=found, row=found.row, states=STATES, tab="try", talk=talk)


@pages.write("/<flow>/try", right="flows.see", shows=start)
def go_on(ctx: RequestContext, flow: str) -> str:
    """Everything that was said until now, and what follows. The browser holds it; nothing is stored or sent."""
    found = the_flow(ctx, flow)
    talk = talking.gone_on(found, ctx.request.form, ctx.language, ctx.now) if found.made.library else None
    return ctx.page("console/flows/trying/try.html", found=found, row=found.row, states=STATES, tab="try", talk=talk)


@pages.page("/<flow>/tests", right="flows.see")
def tests(ctx: RequestContext, flow: str) -> str | Response:
    """The conversations that must go as they are written; run=1 plays them with what is written now."""
    found = the_flow(ctx, flow)
    folder = ctx.runtime.settings.flows
    run = ctx.request.args.get("run") == "1" and found.made.library is not None
    library = library_of(ctx, found)
    talks = ctx.look(talks_written)
    shown = played(library, folder, flow, talks) if run and library else listed(folder, flow, talks)
    return ctx.page(
        "console/flows/trying/tests.html", found=found, row=found.row, states=STATES, tab="tests", shown=shown
    )


@dataclass(frozen=True)
class PlayedTranscript:
    """A conversation on one channel. passed: None while it was not played."""

    name: str
    file: str
    line: int
    channel: str
    passed: bool | None = None
    problems: Sequence[Finding] = ()


@dataclass(frozen=True)
class Played:
    """All of them. untested: ways through the flow that none of them took. unread: what is wrong with their files."""

    ones: Sequence[PlayedTranscript]
    ran: bool = False
    untested: Sequence[Finding] = ()
    unread: Sequence[Finding] = ()

    @property
    def failed(self) -> int:
        """How many went otherwise than written."""
        return sum(transcript.passed is False for transcript in self.ones)


def listed(folder: Path, flow: str, talks: Mapping[str, str]) -> Played:
    """The conversations that begin with this flow. talks: those that are not what the files say."""
    placed, unread = read_transcripts(folder, talks)
    ones = [
        PlayedTranscript(at.transcript.name, at.file, at.line, channel)
        for at in placed
        if at.transcript.flow == flow
        for channel in at.transcript.channel
    ]
    return Played(ones, unread=unread)


def played(library: Library, folder: Path, flow: str, talks: Mapping[str, str]) -> Played:
    """Those that begin with it or pass through it, played; the failed first."""
    placed, unread = read_transcripts(folder, talks)
    results = list(play(library, placed))
    ones = [
        PlayedTranscript(
            at.transcript.name, at.file, at.line, result.channel, result.passed, tuple(failures(at, result))
        )
        for at, result in results
        if at.transcript.flow == flow or any(name == flow for name, _, _ in result.ways)
    ]
    missing = untested(library, placed, [result for _, result in results])
    file = library.flows[flow].file
    return Played(
        sorted(ones, key=lambda shown: bool(shown.passed)),
        True,
        [shown for shown in missing if shown.file == file],
        unread,
    )
