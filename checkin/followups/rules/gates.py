"""What each gate said about a follow-up when its time had come, kept so that anyone can see why it went or did not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from checkin.core.translatable import Translatable

Said = Literal["open", "move", "skip", "end"]

REMEMBERED = 12
"""Earlier judgements that are kept with a follow-up: it may be moved many times."""


@dataclass(frozen=True)
class GatePassed:
    """One gate: what it is called, what it said, and why in words (nothing personal), which may be Translatable."""

    gate: str
    said: Said
    why: str = ""


def remember(before: Mapping[str, Any] | None, at: datetime, passed: Sequence[GatePassed]) -> dict[str, Any]:
    """The judgement as it is stored: the newest whole, of those before it only what stopped them."""
    earlier = list((before or {}).get("earlier", []))
    if before and before.get("gates"):
        last = before["gates"][-1]
        earlier.append({"at": before["at"], "gate": last[0], "said": last[1], "why": last[2]})
    return {
        "at": at.isoformat(),
        "gates": [[judged.gate, judged.said, judged.why, *_parts(judged.why)] for judged in passed],
        "earlier": earlier[-REMEMBERED:],
    }


def read(judged: Mapping[str, Any] | None) -> tuple[datetime | None, list[GatePassed]]:
    """(when, gates) of the newest judgement."""
    if not judged or not judged.get("gates"):
        return None, []
    return datetime.fromisoformat(judged["at"]), [_passed(*gate) for gate in judged["gates"]]


def _parts(why: str) -> list[Any]:
    """What its sentence is made of: pages say it in other languages."""
    if not isinstance(why, Translatable):
        return []
    return [
        why.words,
        {name: [value, *_parts(value)] if isinstance(value, str) else value for name, value in why.values.items()},
    ]


def _passed(gate: str, said: Said, why: str, words: str = "", values: Mapping[str, Any] | None = None) -> GatePassed:
    return GatePassed(gate, said, _made(why, words, values))


def _made(why: str, words: str = "", values: Mapping[str, Any] | None = None) -> str:
    if not words:
        return why
    return Translatable.marked(
        words, **{name: _made(*value) if isinstance(value, list) else value for name, value in (values or {}).items()}
    )
