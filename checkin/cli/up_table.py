"""What `checkin up` shows when the line runs: one table, for somebody who sees it for the first time."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from checkin.core.settings import Settings


def table(settings: Settings, *, redis: str, troubles: Sequence[str], setup: str | None = None) -> RenderableType:
    """The table. redis: where it is, in words. troubles: what isn't well yet. setup: the first organizer's link."""
    rows = Table.grid(padding=(0, 2))
    rows.add_column(style="bold cyan", no_wrap=True)
    rows.add_column(overflow="fold")
    for name, value in _rows(settings, redis, setup):
        rows.add_row(name, value)
    parts: list[RenderableType] = [rows]
    for trouble in troubles:
        parts.append(Text(f"Not well yet: {trouble}", style="bold yellow"))
    title = "The line is running" + (" on the practice network" if settings.practice else "")
    return Panel(Group(*parts), title=title, border_style="yellow" if troubles else "green", expand=False)


def _rows(settings: Settings, redis: str, setup: str | None) -> list[tuple[str, str]]:
    here = f"http://localhost:{settings.port}"
    database = "SQLite, one file" if settings.database_url.startswith("sqlite") else "PostgreSQL"
    phones = f"{settings.twilio_api_url}/practice   (phones in your browser, on this machine)"
    reach = phones if settings.practice else "with any phone; Twilio must know the addresses below"
    return [
        ("Number", settings.line_number),
        ("Text or call it", reach),
        ("Console", f"{settings.public_url}/console"),
        *([("Begin here, once", setup)] if setup else []),
        ("Volunteers", "bin/checkin volunteers add --help   ·   bin/checkin volunteers preview"),
        ("Texts come to", f"{settings.public_url}/webhooks/sms"),
        ("Calls come to", f"{settings.public_url}/webhooks/voice"),
        ("How it is", f"{here}/readyz"),
        *([("Carrier", str(settings.twilio_api_url))] if settings.practice else []),
        ("Kept in", f"{settings.state}   ({database} · Redis: {redis} · logs in log/)"),
        ("Stop", "Ctrl-C"),
    ]
