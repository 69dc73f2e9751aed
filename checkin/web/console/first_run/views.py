"""The list of first steps, and saying that something is right."""

from __future__ import annotations

from flask import Response

from checkin.accounts import first_run as acts
from checkin.core import lines
from checkin.core.translatable import N_
from checkin.core.unit_of_work import Work
from checkin.i18n.gettext import _
from checkin.web.context import Here
from checkin.web.reads import first_run as read
from checkin.web.registry import Menu, Pages
from flows.model.lines import Line
from flows.model.templates import render
from flows.words.sentences import line_names, sentence

pages = Pages("first_run", "/console/first-steps", Menu(N_("First steps"), "first_run", 99))


@pages.page("/", right="first_run")
def first_steps(here: Here) -> str:
    """What is done, what is not, and how to do it."""

    def look(work: Work) -> tuple[read.Steps, Line, list[tuple[str, str]]]:
        line = lines.get(work, here.line)
        return read.steps(work, here.line), line, [(one, _greeting(work, line, one)) for one in line.languages]

    steps, line, greetings = here.look(look)
    return here.page(
        "console/first_run/first_steps.html",
        steps=steps,
        line=line,
        greetings=greetings,
        window=here.runtime.policy_of(here.line).window,
        practice=here.runtime.settings.practice,
    )


@pages.write("/<step>", right="first_run", shows=lambda here, **_where: first_steps(here))
def looked_at(here: Here, step: str) -> Response:
    """Somebody has looked, and it is right."""
    here.do(lambda work: acts.looked_at(work, here.line, step, here.who.by))
    return here.to("first_run.first_steps", _("Good. One step less."))


def _greeting(work: Work, line: Line, language: str) -> str:
    """What somebody reads first who texts the line for the first time."""
    names = line_names(line, line.name)
    if line.introduction is not None and (own := line.introduction.pick("sms", [language])):
        clock = work.library.words[language].clock
        return render(own.text, {**names, "_language": {"code": language, "clock": clock}})
    return sentence(work.library, "introduction", [language], "sms", names)[0]
