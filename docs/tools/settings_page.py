"""The settings as docs/settings.md and .env.example have them; `python -m docs.tools.settings_page` writes."""

from __future__ import annotations

import re
from pathlib import Path

from checkin.core.settings import TABLE, Setting

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "settings.md"
BEGIN, END = "<!-- settings -->", "<!-- /settings -->"


def markdown() -> str:
    """The table of docs/settings.md."""
    rows = "\n".join(f"| `{row.name}` | {_default(row)} | {row.help} |" for row in TABLE)
    return f"| name | when it is not set | what it is |\n|---|---|---|\n{rows}"


def example() -> str:
    """The text of .env.example: what must be set stands open, the rest behind a #."""
    parts = ["# Copy to .env; bin/checkin reads it. Nothing here is needed on the practice network."]
    for row in TABLE:
        mark = "" if row.default is None else "# "
        value = "" if row.example.startswith("<") else row.example
        hint = "" if value else f" Write {row.example.strip('<>')}."
        parts.append(f"# {row.help}{hint} When not set: {_default(row)}.\n{mark}{row.name}={value}")
    return "\n\n".join(parts) + "\n"


def in_page(page: str) -> str:
    """The page with the table in its place."""
    return re.sub(f"{BEGIN}.*{END}", lambda _: f"{BEGIN}\n{markdown()}\n{END}", page, flags=re.DOTALL)


def _default(row: Setting) -> str:
    return "the start stops" if row.default is None else row.default


if __name__ == "__main__":
    PAGE.write_text(in_page(PAGE.read_text()))
    (ROOT / ".env.example").write_text(example())
