"""The chart of a simulated shift, as SVG: no script, no outside font, readable in the dark, the same each time.

Our own, since the libraries that draw SVG bring scripts, a date, or a hook into Python's imports.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from tests.bench.waiting.outcomes import Result

Points = Sequence[tuple[float, float]]

WIDTH, HEIGHT = 960, 430
LEFT, RIGHT, TOP, BOTTOM = 70, 930, 50, 330
"""The corners of the field in which is drawn."""

DASHES = ("", "9 5", "2 4", "14 4 3 4", "6 3")
"""A curve is told by its dashes too, so that nobody needs to see colors."""

LOOK = """
.title{font-size:18px}.t{fill:#222}.s{fill:#555;font-size:13px}.g{stroke:#ccc}.axis{stroke:#555}
.c0{stroke:#2f7d46}.c1{stroke:#c2603a}.c2{stroke:#7d5fa8}.c3{stroke:#3d5f94}.c4{stroke:#8a7020}
.c{fill:none;stroke-width:3;stroke-linejoin:round}
@media (prefers-color-scheme:dark){.t{fill:#eee}.s{fill:#bbb}.g{stroke:#444}.axis{stroke:#aaa}
.c0{stroke:#7cc08d}.c1{stroke:#e8906c}.c2{stroke:#b79be0}.c3{stroke:#89acd9}.c4{stroke:#d6bb5e}}
"""


@dataclass(frozen=True)
class Axis:
    """What is measured, from 0 to `end`, where it is written (`marks`), and how."""

    name: str
    end: float
    marks: Sequence[float]
    shown: Callable[[float], str] = "{:g}".format


def curves(title: str, described: str, lines: Mapping[str, Points], across: Axis, up: Axis) -> str:
    """A chart of at most five curves, each a name and its points (x, y), as an SVG document or a part of a page.

    described: what the chart shows, for whoever does not see it. Raises ValueError for more than five curves.
    """
    if len(lines) > len(DASHES):
        raise ValueError(f"{len(lines)} curves: more than {len(DASHES)} cannot be told apart")
    root = Element(
        "svg", xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {WIDTH} {HEIGHT}", role="img",
        attrib={"aria-label": f"{title}. {described}", "font-family": "system-ui, sans-serif", "font-size": "15"},
    )  # fmt: skip
    SubElement(root, "style").text = LOOK
    _text(root, WIDTH / 2, 26, title, "t title")
    for mark in up.marks:
        _line(root, (LEFT, _y(up, mark)), (RIGHT, _y(up, mark)), "g" if mark else "axis")
        _text(root, LEFT - 8, _y(up, mark) + 5, up.shown(mark), "s", "end")
    for mark in across.marks:
        _text(root, _x(across, mark), BOTTOM + 20, across.shown(mark), "s")
    _text(root, (LEFT + RIGHT) / 2, BOTTOM + 44, across.name, "t")
    room = (RIGHT - LEFT) / max(1, len(lines))
    for place, (name, points) in enumerate(lines.items()):
        _curve(root, place, [(_x(across, x), _y(up, y)) for x, y in points])
        begins = LEFT + place * room
        _curve(root, place, [(begins, BOTTOM + 78), (begins + 34, BOTTOM + 78)])
        _text(root, begins + 42, BOTTOM + 83, name, "t", "start")
    indent(root)
    return tostring(root, encoding="unicode") + "\n"


def _x(axis: Axis, value: float) -> float:
    return LEFT + (RIGHT - LEFT) * min(value, axis.end) / axis.end


def _y(axis: Axis, value: float) -> float:
    return BOTTOM - (BOTTOM - TOP) * min(value, axis.end) / axis.end


def _text(root: Element, x: float, y: float, words: str, look: str, anchor: str = "middle") -> None:
    placed = {"x": f"{x:.1f}", "y": f"{y:.1f}", "class": look, "text-anchor": anchor}
    SubElement(root, "text", placed).text = words


def _line(root: Element, begin: tuple[float, float], end: tuple[float, float], look: str) -> None:
    (x1, y1), (x2, y2) = begin, end
    SubElement(
        root, "line", {"x1": f"{x1:.1f}", "y1": f"{y1:.1f}", "x2": f"{x2:.1f}", "y2": f"{y2:.1f}", "class": look}
    )


def _curve(root: Element, place: int, points: Points) -> None:
    drawn = {"points": " ".join(f"{x:.1f},{y:.1f}" for x, y in points), "class": f"c c{place}"}
    SubElement(root, "polyline", drawn | ({"stroke-dasharray": DASHES[place]} if DASHES[place] else {}))


SECONDS = (10, 15, 20, 30, 45, 60, 90, 120)
"""Where waiting is told in numbers."""

LAST = 120
ACROSS = Axis("seconds since they asked", LAST, range(0, LAST + 1, 20))
UP = Axis("callers", 1, [fifth / 5 for fifth in range(6)], "{:.0%}".format)


def chart(results: Sequence[Result]) -> str:
    """The share of all callers who are with a peer, second by second, for each way of ringing, as SVG."""
    lines = {result.way.name: [(float(at), result.within(at)) for at in range(LAST + 1)] for result in results}
    half = [(result.way.name, result.seconds_till(0.5)) for result in results]
    said = "; ".join(f"{name}: half after {at:.0f} s" for name, at in half if at is not None)
    return curves("How many callers are with a peer", said, lines, ACROSS, UP)
