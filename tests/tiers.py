"""Which tests run when. By what they prove:

- every change (`--quick`): what is decided and what is stored, in this process, on SQLite;
- before a merge (`--merge`): also real processes and browsers, and on PostgreSQL what is about the databases (`both`);
- whole (nothing said): everything on both databases, also what is marked `long`.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DATABASES = ("sqlite", "postgresql")
AT_EVERY_CHANGE = "sqlite"
TOGETHER = ("journeys", "browser")
"""Folders whose tests share something that takes seconds to start: each runs where it runs already."""

LEFT_BY = {
    "quick": "processes, browsers, PostgreSQL and the long tests: bin/checkin test --merge, bin/checkin test --whole",
    "merge": "the long tests, and most on PostgreSQL: bin/checkin test --whole",
}
"""Tier: what it leaves out, and who runs that."""

NEEDED: dict[str, tuple[str, str]] = {
    "tests/browser": ("chromium", "apt-get install chromium"),
    "tests/deploy/test_caddy.py": ("caddy", "apt-get install caddy"),
    "tests/deploy/test_systemd.py": ("systemd-analyze", "apt-get install systemd"),
}
"""Folder or file of tests: the program that they need, and how to get it."""


@dataclass(frozen=True)
class Variant:
    """One test on one database; `key` is the same for both."""

    key: str
    database: str


def choose(items: Iterable[pytest.Item], tier: str | None) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """Those that run, and those that are left to another tier."""
    items = list(items)
    if tier is None:
        return items, []
    variants = {item.nodeid: variant for item in items if (variant := variant_of(item)) is not None}
    on: dict[str, set[str]] = {}
    for variant in variants.values():
        on.setdefault(variant.key, set()).add(variant.database)

    def runs(item: pytest.Item) -> bool:
        if item.get_closest_marker("long") is not None:
            return False
        if tier == "merge" and item.get_closest_marker("both") is not None:
            return True
        if tier == "quick" and (item.get_closest_marker("processes") is not None or _needs_postgresql(item)):
            return False
        variant = variants.get(item.nodeid)
        only_there = variant is not None and on[variant.key] != set(DATABASES) and tier == "merge"
        return variant is None or variant.database == AT_EVERY_CHANGE or only_there

    return [item for item in items if runs(item)], [item for item in items if not runs(item)]


def _needs_postgresql(item: pytest.Item) -> bool:
    return variant_of(item) is None and "postgres_server" in getattr(item, "fixturenames", ())


def variant_of(item: pytest.Item) -> Variant | None:
    """Which test on which database this is; None when it takes none, or only ever one."""
    spec = getattr(item, "callspec", None)
    database = next((str(value) for value in spec.params.values() if value in DATABASES), None) if spec else None
    if database is None:
        return None
    module, _, rest = item.nodeid.partition("::")
    return Variant(f"{module}::{rest.replace(database, 'either')}", database)


def keep_together(item: pytest.Item) -> None:
    """Have a test run in the same worker as those with whom it shares a running line or a browser."""
    module = item.nodeid.partition("::")[0]
    folder = next((folder for folder in TOGETHER if f"/{folder}/" in module), None)
    if folder is None:
        return
    variant = variant_of(item)
    own = "own_house" in getattr(item, "fixturenames", ())
    name = "browser" if folder == "browser" else "own house" if own else "house"
    item.add_marker(pytest.mark.xdist_group(f"{name} {variant.database if variant else ''}".strip()))


def longest_first(items: list[pytest.Item]) -> None:
    """What takes long begins first, so that two cores are busy to the end: the checks of all code, then processes."""

    def rank(item: pytest.Item) -> int:
        if item.get_closest_marker("check") is not None:
            return 0
        return 1 if item.get_closest_marker("processes") is not None else 2

    items.sort(key=rank)


def left_out() -> dict[str, str]:
    """What can't be tested on this machine: the folder of tests, and how to get what is missing, in one line."""
    return {
        folder: f"{folder}, which needs {program}: {how}"
        for folder, (program, how) in NEEDED.items()
        if (ROOT / folder).exists() and shutil.which(program) is None
    }
