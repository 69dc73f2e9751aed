"""What became of each widget: the list that an author goes through after an import."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["mapped", "review", "added", "stub", "left out"]

MEANING: dict[Kind, str] = {
    "stub": "Not turned: someone has to write these steps. `check` refuses the flow until then (E210).",
    "review": "Turned with a guess. Read them, correct them, and take the note `review: ...` away (W212).",
    "added": "Missing in Studio, required here.",
    "left out": "Left out.",
    "mapped": "Turned.",
}
"""In the order in which they matter to the reader."""


@dataclass(frozen=True)
class Remark:
    """One thing about one widget of a flow (or step, for what was added)."""

    kind: Kind
    place: str
    text: str


@dataclass
class ImportReport:
    """Everything that was noted during one import."""

    remarks: list[Remark] = field(default_factory=list)

    def note(self, kind: Kind, place: str, text: str) -> None:
        """Add a remark, once."""
        if (remark := Remark(kind, place, text)) not in self.remarks:
            self.remarks.append(remark)

    def of(self, kind: Kind) -> list[Remark]:
        """The remarks of one kind, in the order of the flow."""
        return [remark for remark in self.remarks if remark.kind == kind]

    def markdown(self, title: str) -> str:
        """The report as a page."""
        return "\n".join(self._lines(title)).rstrip() + "\n"

    def _lines(self, title: str) -> Iterator[str]:
        yield f"# Import of {title}"
        yield ""
        for kind, meaning in MEANING.items():
            if found := self.of(kind):
                yield f"## {kind.capitalize()} ({len(found)})"
                yield ""
                yield meaning
                yield ""
                yield from (f"- `{remark.place}`: {remark.text}" for remark in found)
                yield ""
