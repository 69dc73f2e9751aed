"""Bars and the grid of a week as a part of a page: SVG without a style of its own, so that the page's colors hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from xml.etree.ElementTree import Element, SubElement, tostring

from markupsafe import Markup

WIDTH = 320
NAMES, VALUES = 126, 44
"""What the names on the left and the values on the right may take of it: narrow, so that a phone shows it full size."""

ROW, BAR = 30, 18
CELL, LEFT, TOP = 24, 60, 22
MOST_KEPT = 32
STEPS = 5
"""How many shades the grid has, after "none"."""


def rows(
    described: str,
    values: Sequence[tuple[str, float | None]],
    shown: Callable[[float], str] = "{:g}".format,
    hidden: str = "<5",
    whole: float = 0,
) -> Markup:
    """Horizontal bars, one for each (name, value), the longest as wide as there is room.

    None is a value that is not shown: no bar, and `hidden` in its place. described: for whoever does not see it.
    whole: what a bar of the whole width is at least, where values have an end of their own.
    """
    root = _drawing(WIDTH, ROW * max(len(values), 1), described)
    most = max([whole, *(value for _, value in values if value is not None)]) or 1
    room = WIDTH - NAMES - VALUES
    for place, (name, value) in enumerate(values):
        middle = ROW * place + ROW / 2
        _words(root, NAMES - 10, middle, _cut(name), "name", "end")
        wide = room * (value or 0) / most
        if wide:
            place_of = {"x": str(NAMES), "y": f"{middle - BAR / 2:g}", "rx": "4"}
            SubElement(root, "rect", place_of | {"width": f"{max(wide, 2):.1f}", "height": str(BAR)})
        _words(root, NAMES + wide + 8, middle, hidden if value is None else shown(value), "value", "start")
    return _done(root)


def week(described: str, counts: Sequence[Sequence[int | None]], days: Sequence[str]) -> Markup:
    """A grid of 7 days by 24 hours, darker where there is more; each cell says its day, hour and count.

    None: a count that is not shown, drawn as the lightest shade. Raises ValueError for another shape.
    """
    if len(counts) != 7 or len(days) != 7 or any(len(day) != 24 for day in counts):
        raise ValueError("a week has 7 days of 24 hours")
    return _week(described, tuple(map(tuple, counts)), tuple(days))


@lru_cache(MOST_KEPT)
def _week(described: str, counts: Sequence[Sequence[int | None]], days: Sequence[str]) -> Markup:
    """One that was drawn is kept, since 168 squares take a while."""
    root = _drawing(LEFT + 24 * CELL, TOP + 7 * CELL, described, "chart week")
    most = max((count or 0 for day in counts for count in day), default=0) or 1
    for hour in range(0, 24, 3):
        _words(root, LEFT + hour * CELL, TOP / 2, f"{hour:02d}", "value", "start")
    for row, (name, hours) in enumerate(zip(days, counts, strict=True)):
        _words(root, LEFT - 8, TOP + row * CELL + CELL / 2, name, "name", "end")
        for hour, count in enumerate(hours):
            shade = 1 if count is None else -(-count * STEPS // most)
            cell = SubElement(
                root, "rect",
                {
                    "x": str(LEFT + hour * CELL + 1), "y": str(TOP + row * CELL + 1), "width": str(CELL - 2),
                    "height": str(CELL - 2), "rx": "3", "class": f"shade{shade}",
                },
            )  # fmt: skip
            SubElement(cell, "title").text = f"{name} {hour:02d}:00: {'<5' if count is None else count}"
    return _done(root)


def _drawing(width: float, height: float, described: str, look: str = "chart") -> Element:
    return Element(
        "svg", {"viewBox": f"0 0 {width:g} {height:g}", "role": "img", "aria-label": described, "class": look}
    )


def _words(root: Element, x: float, y: float, words: str, look: str, anchor: str) -> None:
    placed = {"x": f"{x:.1f}", "y": f"{y:.1f}", "class": look, "text-anchor": anchor, "dominant-baseline": "central"}
    SubElement(root, "text", placed).text = words


def _cut(name: str) -> str:
    return name if len(name) <= 19 else f"{name[:18]}…"


def _done(root: Element) -> Markup:
    return Markup(tostring(root, encoding="unicode"))  # noqa: S704 - ElementTree has escaped every word
