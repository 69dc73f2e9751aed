"""The names that a flow's texts and conditions may use, looked up only when they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flows.engine.values import as_type
from flows.words.folding import clean
from flows.words.sentences import known, line_names, say_moment

if TYPE_CHECKING:
    from flows.engine.run import Run


class Recording(dict[str, Any]):
    """What a `record` step took: `{{ story.seconds }}`, `{{ story.words }}`, `{{ story | play }}`."""

    def __init__(self, name: str, seconds: int, words: int) -> None:
        super().__init__(seconds=seconds, words=words)
        self.name = name

    def __str__(self) -> str:
        return ""

    def __html__(self) -> str:
        return ""


class Asked(Mapping[str, Any]):
    """A mapping whose values are found when they are asked for."""

    def __init__(self, run: Run) -> None:
        self.run = run

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 1


class Consents(Asked):
    """`consent.NAME`: whether it was given, in this conversation or before."""

    def __getitem__(self, name: str) -> bool:
        return self.run.consents.get(name, name in self.run.facts.consents)


class Hours(Asked):
    """`hours.NAME.open` and `hours.NAME.next_open` (in words). Raises KeyError for an unknown schedule."""

    def __getitem__(self, name: str) -> Mapping[str, Any]:
        schedule = self.run.library.schedules[name]
        zone = self.run.line.time_zone
        opens = schedule.next_open(self.run.facts.now, zone)
        if schedule.is_open(self.run.facts.now, zone):
            key, values = "open_now", dict[str, str]()
        elif opens is None:
            return {"open": False, "next_open": ""}
        else:
            words = self.run.library.words[known(self.run.library, [*self.run.chain(), *self.run.library.words])[0]]
            key, values = say_moment(words, opens, self.run.facts.now, schedule.time_zone or zone)
        return {"open": key == "open_now", "next_open": self.run.sentence(key, **values)[0]}


def names(run: Run) -> dict[str, Any]:
    """Everything by name. A variable that has no value yet is there, and empty."""
    facts = run.facts
    here = facts.now.astimezone(ZoneInfo(run.line.time_zone))
    found: dict[str, Any] = {
        **line_names(run.line, facts.org_name),
        "contact": {
            "name": clean(str(run.told.get("name", facts.contact_name) or ""), 60) or None,
            "language": run.language,
            "can_text": facts.can_text,
        },
        "consent": Consents(run),
        "hours": Hours(run),
        "now": here,
        "today": here.date(),
        "_language": _told(run),
    }
    if run.flow is not None:
        for name in run.flow.vars:
            found[name] = value_of(run, name)
    return found


def value_of(run: Run, name: str) -> Any:
    """A variable as texts see it: from this conversation, else what is kept with the contact."""
    value = run.variables.get(name)
    shape = run.flow.vars.get(name) if run.flow else None
    if shape is None:
        return value
    if value is None and name not in run.variables and shape.keep == "contact":
        value = as_type(run.facts.kept.get(name), shape.type)
    if shape.type == "recording" and value is not None:
        taken = run.recordings.get(name)
        return Recording(name, taken["seconds"] if taken else 0, 0 if taken else len(str(value).split()))
    return value


def _told(run: Run) -> dict[str, Any]:
    code = (known(run.library, run.chain()) or ["en"])[0]
    words = run.library.words.get(code)
    return {"code": code, "clock": words.clock if words else 24}
