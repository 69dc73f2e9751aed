"""Who was spoken to in another language than their own, because the words were missing in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Fallback:
    """At this step of this flow words were wanted in one language and said in another. Nothing here is personal."""

    flow: str
    step: str
    wanted: str
    spoken: str


def fell_back(wanted: str, spoken: str) -> bool:
    """Whether `spoken` is a different language: es is none to somebody who wants es-MX, and the other way round."""
    return wanted.split("-")[0] != spoken.split("-")[0]


def counted(fallbacks: Iterable[Fallback]) -> Counter[tuple[str, str]]:
    """How often which language was wanted and which was spoken instead: (wanted, spoken) -> count."""
    return Counter((one.wanted, one.spoken) for one in fallbacks)
