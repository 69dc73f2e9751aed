"""Whether a volunteer can be reached: a lead who cannot be told of danger is one that nobody must count on."""

from __future__ import annotations

from typing import Literal

Unreached = Literal["stopped", "texts fail", "bad number"]

FAIL = 2
"""Texts in a row that did not arrive: after so many nobody counts on the next one. (A phone may be off for one.)"""


def why_unreached(
    *, stopped: bool, by_network: bool, texts_failed: int, calls_failed: int, bad_after: int
) -> Unreached | None:
    """Why this volunteer cannot be reached; None: they can, as far as is known.

    by_network: it says that they stopped, and they did not: calls reach them. texts_failed, calls_failed: in a row.
    bad_after: calls after which a number is left out.
    """
    if stopped:
        return "texts fail" if by_network else "stopped"
    if texts_failed >= FAIL:
        return "texts fail"
    return "bad number" if calls_failed >= bad_after else None
