"""Errors of the network for tests of what they lead to: their kind decides, so one of each kind at every change."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import pytest

from checkin.telephony.rules.error_codes import MEANINGS


def each_kind(codes: Iterable[int], also: Collection[int] = ()) -> list[object]:
    """The codes as parameters: at every change the first of each kind and those in `also`, in a whole run all."""
    seen: set[str] = set()
    made: list[object] = []
    for code in codes:
        kind = MEANINGS[code].kind
        left = kind in seen and code not in also
        made.append(pytest.param(code, marks=pytest.mark.long if left else ()))
        seen.add(kind)
    return made
