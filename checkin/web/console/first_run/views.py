"""The list of first steps, and saying that something is right."""

from __future__ import annotations

from flask import Response

from checkin.accounts import first_run as acts
from checkin.core import lines
from checkin.core.translatable import N_
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.gettext import _
from checkin.web.context import RequestContext
from checkin.web.reads import first_run as read
from checkin.web.registry import Menu, Pages
from flows.engine.sentences import line_names, sentence
from flows.model.lines import Line
from flows.model.templates import render

pages = Pages("first_run", "/console/first-steps", Menu(N_("First steps"), "first_run", 99))


@pages.page("/", right="first_run")
def first_steps(ctx: RequestContext) -> str:
    """What is done, what is not, and how to do it."""

    def look(uow: UnitOfWork) -> tuple[read.FirstSteps, Line, list[tuple[str, str]]]:
        line = lines.get(uow, ctx.line)
        return (
            read.steps(uow, ctx.line),
            line,
            [(language, _greeting(uow, line, language)) for language in line.languages],
        )

    steps, line, greetings = ctx.look(look)
    return ctx.page(
        "console/first_run/first_steps.html",
        steps=steps,
        line=line,
        greetings=greetings,
        window=ctx.runtime.policy_of(ctx.line).window,
        practice=ctx.runtime.settings.practice,
    )


@pages.write("/<step>", right="first_run", shows=lambda ctx, **_where: first_steps(ctx))
def looked_at(ctx: RequestContext, step: str) -> Response:
    """Somebody has looked, and it is right."""
    ctx.do(lambda uow: acts.looked_at(uow, ctx.line, step, ctx.who.by))
    return ctx.to("first_run.first_steps", _("Good. One step less."))


def _greeting(uow: UnitOfWork, line: Line, language: str) -> str:
    """What somebody reads first who texts the line for the first time."""
    names = line_names(line, line.name)
    if line.introduction is not None and (own := line.introduction.pick("sms", [language])):
        clock = uow.library.words[language].clock
        return render(own.text, {**names, "_language": {"code": language, "clock": clock}})
    return sentence(uow.library, "introduction", [language], "sms", names)[0]
