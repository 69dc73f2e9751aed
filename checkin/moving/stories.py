"""Stories in words out of a table. They wait for review like any other; what was withdrawn stays gone."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from sqlalchemy import select

from checkin.core.errors import UserError
from checkin.core.unit_of_work import UnitOfWork
from checkin.moving.rules import cells
from checkin.moving.rules.sheets import SheetRow
from checkin.moving.run import MoveRun, Verdict, made
from checkin.stories import files
from checkin.stories import service as stories
from checkin.stories.models import Story
from checkin.stories.service import Kind, NewStory


def name_in(row: SheetRow) -> str:
    """By what a story is known again."""
    return row.of("name") or row.of("title")


def story_row(uow: UnitOfWork, run: MoveRun, row: SheetRow) -> Verdict:
    """One story, once, however often the file is imported."""
    title = " ".join(row.of("title").split())
    origin = files.origin_of(run.line, name_in(row))
    known = uow.session.scalars(select(Story.state).where((Story.origin == origin) | (Story.id == row.of("name")[:32])))
    if (state := known.first()) is not None:
        gone = UserError("its storyteller took it back: it stays gone") if state == "withdrawn" else None
        return Verdict("here", title[:60], gone)
    if first := run.repeats(name_in(row), row):
        raise UserError("row %(row)s has the same name: give each story a name of its own", row=first)
    story_id = stories.add(uow, run.line, _told(uow, row, title, origin), who=run.by)
    made(uow, run, "story", story_id)
    return Verdict("added", title[:60])


def _told(uow: UnitOfWork, row: SheetRow, title: str, origin: str) -> NewStory:
    """Raises UserError for what cannot be told."""
    if not row.of("words"):
        raise UserError("it has no words: recordings are imported with their files, from the command line")
    if len(row.of("words")) > files.LONGEST_TEXT:
        raise UserError("the text is longer than %(most)s characters: is it the right file?", most=files.LONGEST_TEXT)
    if not row.of("consent"):
        raise UserError("the day its storyteller agreed is missing: nothing is told without it")
    consent_at = cells.moment(row.of("consent"))
    if consent_at > uow.now + timedelta(days=1):
        raise UserError("the day its storyteller agreed is in the future: correct it")
    kind = row.of("kind").casefold() or "story"
    if kind not in ("story", "tip"):
        raise UserError("its kind is neither story nor tip")
    return NewStory(
        title=title,
        topics=cells.listed(row.of("topics")),
        language=cells.language(row.of("language")),
        words=row.of("words"),
        note=" ".join(row.of("note").split()),
        origin=origin,
        kind=cast("Kind", kind),
        credit=row.of("credit")[:80] or None,
        consent_at=min(consent_at, uow.now),
    )
