"""`checkin flows cost`: what the ways through the flows take, in segments and minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from checkin.cli.flow_folder import Folder, folder_of

if TYPE_CHECKING:
    from flows.checks.path_costs import Path
    from flows.model.flow import Flow

Segment = Annotated[float | None, typer.Option(help="What one segment of a text costs you.")]
Minute = Annotated[float | None, typer.Option(help="What one minute of a call costs you.")]


def cost(
    path: Folder = None,
    flow: Annotated[str | None, typer.Option(help="Show every path through this flow.")] = None,
    most: Annotated[int, typer.Option(min=1, max=2000, help="How many paths to show, the most expensive first.")] = 40,
    segment: Segment = None,
    minute: Minute = None,
) -> None:
    """What the paths through the flows cost, each step at most once, and what a thousand people on them cost."""
    from flows.checks.path_costs import MOST, paths
    from flows.checks.subject import Subject
    from flows.loading import load

    library, console = load(folder_of(path)), Console(soft_wrap=True)
    if flow is not None and flow not in library.flows:
        raise typer.BadParameter(f"there's no flow {flow!r}: {', '.join(sorted(library.flows))}")
    chosen = [library.flows[flow]] if flow is not None else list(library.flows.values())
    found = {flow.name: paths(Subject(flow, library)) for flow in chosen}
    if flow is None:
        console.print(_summary(chosen, found, segment, minute))
        console.print(Text("Every path through one of them: --flow NAME", "dim"))
    else:
        console.print(_every(library.flows[flow], found[flow][:most], segment, minute))
        if len(found[flow]) > most:
            console.print(Text(f"{len(found[flow]) - most} cheaper paths aren't shown: --most shows them.", "dim"))
        if len(found[flow]) == MOST:
            console.print(Text(f"It has more than {MOST} paths; the rest are skipped.", "yellow"))
    typer.echo(
        "Texts in both directions, each path in its longest language; calls without the conversation with the peer."
    )


def _summary(flows: list[Flow], found: dict[str, list[Path]], segment: float | None, minute: float | None) -> Table:
    table = _table("flow", "ways", "segments", "minutes", "1,000 people by text", "1,000 people by call")
    for flow in flows:
        ways = found[flow.name]
        if not ways:
            continue
        few, many = min(way.segments for way in ways), max(way.segments for way in ways)
        short, long = min(way.minutes for way in ways), max(way.minutes for way in ways)
        table.add_row(
            flow.name, str(len(ways)), f"{few}-{many}", f"{short:.1f}-{long:.1f}",
            _thousand(flow, "sms", many, segment), _thousand(flow, "voice", long, minute),
        )  # fmt: skip
    return table


def _every(flow: Flow, ways: list[Path], segment: float | None, minute: float | None) -> Table:
    table = _table("end", "segments", "minutes", "1,000 people by text", "1,000 people by call", "way")
    for way in ways:
        table.add_row(
            way.end.replace("_", " "), str(way.segments), f"{way.minutes:.1f}",
            _thousand(flow, "sms", way.segments, segment), _thousand(flow, "voice", way.minutes, minute),
            " → ".join(way.turns),
        )  # fmt: skip
    return table


def _table(*names: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in names:
        words = name in ("flow", "end", "way")
        table.add_column(name, justify="left" if words else "right", no_wrap=name in ("flow", "end"), overflow="fold")
    return table


def _thousand(flow: Flow, channel: str, amount: float, price: float | None) -> str:
    if channel not in flow.channels:
        return "-"
    unit = "segments" if channel == "sms" else "minutes"
    return f"{amount * 1000:,.0f} {unit}" if price is None else f"{amount * price * 1000:,.2f}"
