"""`python -m tests.bench.waiting`: a shift played through many times, to see how long people would wait for a peer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.bar import Bar
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from checkin.cli.context import LINE, Line, show
from checkin.cli.flow_folder import folder_of
from checkin.core.errors import UserError
from checkin.core.policies import policy_of_line
from checkin.core.rules.policy import Policy
from flows.loading import load
from tests.bench.waiting.drawing import SECONDS, chart
from tests.bench.waiting.outcomes import Result
from tests.bench.waiting.people import Scenario, team
from tests.bench.waiting.playing import play
from tests.bench.waiting.ways import compared

COLUMNS = ("phones ring", "half with a peer", "90 %", "reached", "told", "hung up", "longest wait", "talks", "rings")
BAR = 24


def simulate_shift(
    volunteers: Annotated[int, typer.Option(min=1, max=60, help="How many are on duty.")] = 6,
    takes: Annotated[
        str, typer.Option(help="The share of rings that a volunteer takes; one for each: 0.6,0.4,0.2.")
    ] = "0.4",
    after: Annotated[float, typer.Option(min=1, help="Seconds that a phone rings till it is picked up.")] = 8.0,
    calls: Annotated[float, typer.Option(min=0.1, max=60, help="Calls in an hour.")] = 4.0,
    hours: Annotated[float, typer.Option(min=0.5, max=12, help="How long the shift lasts.")] = 4.0,
    patience: Annotated[float, typer.Option(min=5, help="Seconds after which half of callers hang up.")] = 180.0,
    talk: Annotated[float, typer.Option(min=1, help="Minutes that a talk lasts.")] = 15.0,
    nights: Annotated[int, typer.Option(min=1, max=5000, help="How often the shift is played.")] = 200,
    seed: Annotated[int, typer.Option(help="Another seed, other people; the same seed, the same.")] = 1,
    svg: Annotated[Path | None, typer.Option("--chart", help="Also draw it into this SVG file.")] = None,
    line: Line = LINE,
) -> None:
    """Play a shift many times, on this line's way of ringing and on others: who waits, how long, who has the load."""
    policy = _policy(line)
    people = team(_shares(takes, volunteers), after=after)
    scenario = Scenario(people, calls, hours, nights, patience, talk * 60, seed)
    console = Console()
    results = _played(console, scenario, policy)
    _told(console, results)
    if svg is not None:
        svg.write_text(chart(results), encoding="utf-8")
        console.print(f"Drawn into {svg}.", highlight=False, soft_wrap=True)


def _policy(line: str) -> Policy:
    lines = load(folder_of(None)).lines
    if line not in lines:
        raise UserError(f"there's no line {line!r} in lines.yaml: there is {', '.join(lines)}")
    return policy_of_line(lines[line])


def _shares(takes: str, volunteers: int) -> tuple[float, ...]:
    """The share of each volunteer: those written, again from the first when there are more volunteers."""
    try:
        written = [float(part) for part in takes.split(",")]
        team(tuple(written))
    except ValueError as error:
        raise UserError(f"--takes {takes}: write shares from 0 to 0.9 with commas between, like 0.6,0.4,0.2") from error
    return tuple(written[place % len(written)] for place in range(max(volunteers, len(written))))


def _played(console: Console, scenario: Scenario, policy: Policy) -> list[Result]:
    ways = compared(policy)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Nights", total=len(ways) * scenario.nights)
        return [play(way, scenario, lambda: progress.advance(task)) for way in ways]


def _told(console: Console, results: Sequence[Result]) -> None:
    show(console, COLUMNS, [_row(result) for result in results], ["bold green"])
    console.print()
    _waits(console, results)
    console.print()
    _loads(console, results)
    console.print(
        f"\n{len(results[0].outcomes)} callers. Whoever was told or hung up counts as never with a peer. Talks and "
        "rings: of one volunteer in one shift.",
        highlight=False,
    )


def _row(result: Result) -> list[str]:
    talks, _, rings = result.a_shift()
    return [
        result.way.name,
        _seconds(result.seconds_till(0.5)),
        _seconds(result.seconds_till(0.9)),
        *(f"{result.share(how):.0%}" for how in ("joined", "told", "hung up")),
        _seconds(result.longest),
        f"{talks:.1f}",
        f"{rings:.1f}",
    ]


def _waits(console: Console, results: Sequence[Result]) -> None:
    """How many are with a peer by when: a bar for each way and time."""
    if not console.is_terminal:
        rows = [[f"{at} s", *(f"{result.within(at):.0%}" for result in results)] for at in SECONDS]
        show(console, ("with a peer within", *(result.way.name for result in results)), rows)
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold cyan")
    for name in ("with a peer within", *(result.way.name for result in results)):
        table.add_column(name, width=None if name == "with a peer within" else BAR)
    for at in SECONDS:
        bars = [
            Bar(1, 0, item.within(at), width=BAR, color="green" if place == 0 else "blue")
            for place, item in enumerate(results)
        ]
        table.add_row(f"{at} s", *bars)
    console.print(table)


def _loads(console: Console, results: Sequence[Result]) -> None:
    """Who has the load: talks and rings of each volunteer in one shift."""
    rows = []
    for person in results[0].scenario.volunteers:
        cells = [f"V{person.id}", f"{person.takes:.0%}"]
        for result in results:
            talks, minutes, rings = result.a_shift(person.id)
            cells.append(f"{talks:.1f} talks, {minutes:.0f} min, {rings:.0f} rings")
        rows.append(cells)
    show(console, ("volunteer", "takes", *(result.way.name for result in results)), rows)


def _seconds(value: float | None) -> str:
    if value is None:
        return "never"
    return f"{value:.0f} s" if value < 600 else f"{value / 60:.0f} min"


if __name__ == "__main__":
    typer.run(simulate_shift)
