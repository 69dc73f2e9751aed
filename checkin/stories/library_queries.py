"""The library of stories as a whole: what is in it, and what was and is gone."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkin.stories.models import Story


@dataclass(frozen=True)
class LibraryTotals:
    """The state of every story that there is or was, by each of the names it is known by."""

    states: dict[str | bytes, str]

    def state_of(self, *names: str | bytes | None) -> str | None:
        """The state of the story that has one of these names; None when there never was one."""
        return next((self.states[name] for name in names if name is not None and name in self.states), None)


def known(session: Session) -> LibraryTotals:
    """By id, origin, sample's name and code. One statement."""
    found = session.execute(select(Story.state, Story.id, Story.origin, Story.sample, Story.code_key))
    return LibraryTotals({name: state for state, *names in found for name in names if name is not None})


def published(session: Session, line: str) -> list[str]:
    """The ids of what can be heard on a line, oldest first."""
    query = select(Story.id).where(Story.line == line, Story.state == "published")
    return list(session.scalars(query.order_by(Story.published_at, Story.id)))
