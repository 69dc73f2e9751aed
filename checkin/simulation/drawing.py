"""The chart of a simulated shift: which share of all callers was with a peer by when."""

from __future__ import annotations

from collections.abc import Sequence

from checkin.core.charts import Axis, curves
from checkin.simulation.outcomes import Result

SECONDS = (10, 15, 20, 30, 45, 60, 90, 120)
"""Where waiting is told in numbers."""

LAST = 120
ACROSS = Axis("seconds since they asked", LAST, range(0, LAST + 1, 20))
UP = Axis("callers", 1, [fifth / 5 for fifth in range(6)], "{:.0%}".format)


def chart(results: Sequence[Result]) -> str:
    """The share of all callers who are with a peer, second by second, for each way of ringing, as SVG."""
    lines = {one.way.name: [(float(at), one.within(at)) for at in range(LAST + 1)] for one in results}
    half = [(one.way.name, one.seconds_till(0.5)) for one in results]
    said = "; ".join(f"{name}: half after {at:.0f} s" for name, at in half if at is not None)
    return curves("How many callers are with a peer", said, lines, ACROSS, UP)
