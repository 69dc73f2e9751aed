"""`set`: remember something."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field, field_validator

from flows.engine import effects
from flows.engine.run import Run
from flows.engine.step import Step
from flows.engine.variables import set_variable
from flows.model.step import Plain, Range
from flows.model.text import Path

TOLD: Mapping[str, Literal["name", "time_zone", "hours"]] = {"name": "name", "time_zone": "time_zone", "hours": "hours"}
"""What a flow may set of the contact."""

OF_THE_CONTACT = tuple(f"contact.{name}" for name in TOLD)


class Set(Step):
    """Set variables, `consent.NAME` to true or false, `contact.name`, `contact.time_zone`, `contact.hours`."""

    verb = "set"
    quick = True
    ordered = frozenset({"set"})
    set: Annotated[Mapping[str, Plain], Field(min_length=1)]

    @field_validator("set")
    @classmethod
    def _names(cls, value: Mapping[str, Plain]) -> Mapping[str, Plain]:
        for name, new in value.items():
            if name.startswith("consent.") and not isinstance(new, bool):
                raise ValueError(f"{name} takes true or false")
            if name.startswith("contact.") and name not in OF_THE_CONTACT:
                raise ValueError(f"{name} can't be set: contact.name, contact.time_zone and contact.hours can")
        return value

    def enter(self, run: Run) -> str | None:
        for name, value in self.set.items():
            filled = run.fill(value) if isinstance(value, str) else value
            kind, _, field = name.partition(".")
            if kind == "consent" and field:
                run.consents[field] = bool(filled)
                run.emit(effects.SaveConsent(field, bool(filled), str(run.scratch.get("last_ask", ""))))
            elif kind == "contact" and field in TOLD:
                run.told[field] = str(filled or "")[:60]
                run.emit(effects.SaveContact(TOLD[field], run.told[field]))
            else:
                set_variable(run, name, filled)
        return run.after(self)

    def formulas(self) -> Iterator[tuple[Path, str, bool]]:
        yield from ((("set", name), value, False) for name, value in self.set.items() if isinstance(value, str))

    def sets(self, name: str, outcome: str) -> bool:
        return self.set.get(name) is not None

    def saved(self, name: str) -> Range | None:
        return Range() if name in self.set else None

    def consents(self) -> frozenset[str]:
        return frozenset(
            name.removeprefix("consent.")
            for name, new in self.set.items()
            if name.startswith("consent.") and new is True
        )

    def box(self, language: str) -> str:
        return "note " + ", ".join(f"{name} = {_plain(value)}" for name, value in self.set.items())

    def sentence(self, language: str) -> str:
        return f"We note: {', '.join(f'{name} is {_plain(value)}' for name, value in self.set.items())}."


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "nothing" if value is None else str(value)
