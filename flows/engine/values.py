"""Values as the types of variables want them."""

from __future__ import annotations

from typing import Any

from flows.engine.position import Value
from flows.words.folding import clean

LONGEST_TEXT = 1600


def as_type(value: Any, kind: str) -> Value:
    """`value` as a variable of this kind holds it; None if it is empty or cannot be one."""
    if value is None or value == "":
        return None
    if kind == "int":
        text = str(value).strip()
        whole = text.removeprefix("-")
        return int(text) if whole.isascii() and whole.isdigit() and len(whole) <= 12 else None
    if kind == "bool":
        return value if isinstance(value, bool) else str(value).strip().lower() in ("true", "yes", "1")
    if isinstance(value, bool | int):
        return value
    return clean(str(value), LONGEST_TEXT) or None
