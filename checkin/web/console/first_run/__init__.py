"""The list of first steps, and saying that something is right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Response
from sqlalchemy import exists, select

from checkin.accounts import first_run as acts
from checkin.accounts.first_run import LOOKED_AT, name_of
from checkin.contacts.models import StoredValue
from checkin.core import lines
from checkin.core.translatable import N_
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.gettext import _
from checkin.messages.models import Conversation
from checkin.stories.models import Story
from checkin.volunteers.models import Volunteer
from checkin.web.context import RequestContext
from checkin.web.registry import Menu, Pages
from flows.engine.sentences import line_names, sentence
from flows.model.lines import Line
from flows.model.templates import render

pages = Pages("first_run", "/console/first-steps", Menu(N_("First steps"), "first_run", 99))


@pages.page("/", right="first_run")
def first_steps(ctx: RequestContext) -> str:
    """What is done, what is not, and how to do it."""

    def look(uow: UnitOfWork) -> tuple[FirstSteps, Line, list[tuple[str, str]]]:
        line = lines.get(uow, ctx.line)
        return (
            steps_of(uow, ctx.line),
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


@dataclass(frozen=True)
class FirstSteps:
    """Each step and whether it is done. looked_at: when somebody said that it is right."""

    done: dict[str, bool]
    looked_at: dict[str, datetime]

    @property
    def ready(self) -> bool:
        """Whether nothing is left."""
        return all(self.done.values())


def steps_of(uow: UnitOfWork, line: str) -> FirstSteps:
    """Two statements. A lead is one who gets texts; the backup number stands in lines.yaml."""
    volunteer = exists().where(Volunteer.line == line, Volunteer.state == "active")
    lead = volunteer.where(Volunteer.lead, Volunteer.stopped_at.is_(None))
    story = exists().where(Story.line == line, Story.state == "published", Story.sample.is_(None))
    call = exists().where(Conversation.line == line, Conversation.channel == "voice")
    there = uow.session.execute(select(volunteer, lead, story, call)).one()
    row = uow.session.get(StoredValue, name_of(line))
    looked = {key: datetime.fromisoformat(at) for key, at in (row.value if row else {}).items() if key in LOOKED_AT}
    facts = dict(zip(("volunteer", "lead", "story", "call"), map(bool, there), strict=True))
    facts["backup"] = uow.policy(line).backup is not None
    return FirstSteps({**{key: key in looked for key in LOOKED_AT}, **facts}, looked)
