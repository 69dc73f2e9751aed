"""Comparisons of Studio's splits, written as conditions of ours."""

from __future__ import annotations

from flows.importers.studio.export import Condition
from flows.model.templates import check


def condition(comparison: Condition, name: str, kind: str) -> str | None:
    """Our condition about the variable `name` of that kind; None if there is none that means the same.

    A value that Studio works out when it compares is no value that could be written here.
    """
    if worked_out(comparison):
        return None
    made = _made(comparison, name, kind)
    return made if made and check(made, condition=True) is None else None


def worked_out(comparison: Condition) -> bool:
    """Whether what is compared with holds any Liquid."""
    return "{{" in comparison.value or "{%" in comparison.value


def listed(comparison: Condition) -> list[str]:
    """The values of a comparison with any of several."""
    return [part for part in (piece.strip() for piece in comparison.value.split(",")) if part]


def _made(comparison: Condition, name: str, kind: str) -> str | None:
    match comparison.type:
        case "equal_to":
            return _compared(name, "==", comparison.value, kind)
        case "not_equal_to":
            return _compared(name, "!=", comparison.value, kind)
        case "matches_any_of":
            return _joined(" or ", name, "==", listed(comparison), kind)
        case "does_not_match_any_of":
            return _joined(" and ", name, "!=", listed(comparison), kind)
        case "contains" if kind == "text":
            return _joined(" or ", name, "contains", listed(comparison), kind)
        case "is_blank":
            return f"{name} == nil or {name} == blank"
        case "is_not_blank":
            return f"{name} != nil and {name} != blank"
        case "less_than" | "greater_than" if kind == "int" and _is_whole(comparison.value):
            return f"{name} {'<' if comparison.type == 'less_than' else '>'} {int(comparison.value)}"
    return None


def _joined(word: str, name: str, sign: str, values: list[str], kind: str) -> str | None:
    parts = [_compared(name, sign, value, kind) for value in values]
    return word.join(part for part in parts if part) if parts and all(parts) else None


def _compared(name: str, sign: str, value: str, kind: str) -> str | None:
    if kind == "int":
        return f"{name} {sign} {int(value)}" if _is_whole(value) else None
    quote = '"' if "'" in value else "'"
    return None if quote in value or "\n" in value else f"{name} {sign} {quote}{value}{quote}"


def _is_whole(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) < 10
