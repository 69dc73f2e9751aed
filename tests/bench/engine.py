"""How long a turn of the engine takes on the shipped flows, beside one template filled in.

    python -m tests.bench.engine

Aim: a median under one millisecond. The same conversations run again and again in one process; no database, no network.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from rich.console import Console
from rich.table import Table

from flows.engine.inputs import Input, Pressed, Recorded, Silent, Started, Texted
from flows.engine.position import Facts
from flows.engine.turns import enter, step
from flows.loading import load
from flows.model.templates import render
from flows.model.text import Channel
from tests.core.small import DEFINITIONS
from tests.core.talk import MONDAY, story

ROUNDS = 300
TEXTS: list[Input] = [
    Texted("hi"), Texted("banana"), Texted("i want to hear a story please"), Texted("5"),
    story(1, "It got lighter. " * 90),
    Texted("next"), Texted("thanks"), Texted("stop reading"), Texted("3"), Texted("checkin"), Texted("two i guess"),
    Texted("i think i want to die"), Texted("STOP"),
]  # fmt: skip
CALL: list[Input] = [
    Started(), Silent(), Pressed("9"), Pressed("2"), Pressed("5"), story(1), Pressed("1"), story(2), Silent(),
    Pressed("*"),
    Pressed("4"), Recorded("r", 20), Pressed("1"),
]  # fmt: skip


def main() -> None:
    """Measure and print."""
    library = load(DEFINITIONS)
    known = Facts(MONDAY, "default", "Harbor Line")
    table = Table("what", "median ms", "99 % ms", title="One turn of the engine")

    def talk(channel: Channel, inputs: list[Input]) -> list[float]:
        taken = []
        for _ in range(ROUNDS):
            position = enter(library, "default", channel, known)
            for what in inputs:
                taken.append(_timed(lambda at=position, now=what: step(library, at, now, known)))
                position = step(library, position, what, known).position
        return taken

    greeting = "Hi {{ contact.name | default: 'there' }}, this is {{ org.name }}."
    names = {"contact": {"name": None}, "org": {"name": "Harbor Line"}}
    rows = {
        "a turn by text": talk("sms", TEXTS),
        "a turn on a call": talk("voice", CALL),
        "one template": [_timed(lambda: render(greeting, names)) for _ in range(ROUNDS * 10)],
    }
    for name, taken in rows.items():
        ordered = sorted(taken)
        table.add_row(name, f"{statistics.median(ordered):.3f}", f"{ordered[int(len(ordered) * 0.99)]:.3f}")
    Console().print(table)


def _timed(uow: Callable[[], object]) -> float:
    began = time.perf_counter()
    uow()
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
