"""What a reviewer typed and chose, as the services want it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from checkin.core.errors import UserError
from checkin.i18n.gettext import _
from checkin.web.context import Here

ANSWER = "answer."
"""What the fields of the checklist begin with; the name of the question follows."""


@dataclass(frozen=True)
class Typed:
    """The form of a story in review. text: to its teller, or the name of a ready one."""

    title: str
    topics: tuple[str, ...]
    note: str
    language: str
    words: str = field(repr=False)
    text: str = field(repr=False)
    answers: Mapping[str, str]


def typed(here: Here) -> Typed:
    """What was sent. Line ends are those that were there before a browser made them its own."""
    form = here.request.form
    answers = {name.removeprefix(ANSWER): value for name, value in form.items() if name.startswith(ANSWER)}
    return Typed(
        title=" ".join(here.field("title").split()),
        topics=topics(here),
        note=" ".join(here.field("note").split()),
        language=here.field("language"),
        words=here.field("words").replace("\r\n", "\n"),
        text=here.field("text").replace("\r\n", "\n") or here.field("ready"),
        answers=answers,
    )


def topics(here: Here) -> tuple[str, ...]:
    """Those that were typed, with commas between."""
    return tuple(one.strip() for one in here.field("topics").split(",") if one.strip())


def seconds(here: Here, name: str) -> float:
    """A length in seconds, with a point or a comma; empty is none. Raises UserError."""
    written = here.field(name).replace(",", ".") or "0"
    try:
        found = float(written)
    except ValueError:
        found = -1.0
    if not 0 <= found <= 3600:
        raise UserError(_("Write what is cut off in seconds, such as 1.5; or 0."))
    return found
