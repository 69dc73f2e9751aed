"""Which tests run when: all of them by default, and at every change (`--quick`) those that are worth its time.

Quick leaves out what is marked `long`, and runs what takes a database in turn on one of the two: half of the tests on
SQLite, half on PostgreSQL, each always on the same. What is about the databases themselves is marked `both`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from zlib import crc32

import pytest

DATABASES = ("sqlite", "postgresql")
TOGETHER = ("journeys", "browser")
"""Folders whose tests share something that takes seconds to start: each runs where it runs already."""


@dataclass(frozen=True)
class Variant:
    """One test on one database; `key` is the same for both. A module that shares one running line is one key."""

    key: str
    database: str


def choose(items: Iterable[pytest.Item], quick: bool) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """Those that run, and those that are left to a whole run."""
    if not quick:
        return list(items), []
    items = list(items)
    variants = {item.nodeid: variant for item in items if (variant := variant_of(item)) is not None}
    on: dict[str, set[str]] = {}
    for variant in variants.values():
        on.setdefault(variant.key, set()).add(variant.database)
    left = {item.nodeid for item in items if item.get_closest_marker("long") is not None}
    for item in items:
        variant = variants.get(item.nodeid)
        if variant is None or item.get_closest_marker("both") is not None:
            continue
        if on[variant.key] == set(DATABASES) and variant.database != its_database(variant.key):
            left.add(item.nodeid)
    return [item for item in items if item.nodeid not in left], [item for item in items if item.nodeid in left]


def variant_of(item: pytest.Item) -> Variant | None:
    """Which test on which database this is; None when it takes none, or only ever one."""
    spec = getattr(item, "callspec", None)
    database = next((str(value) for value in spec.params.values() if value in DATABASES), None) if spec else None
    if database is None:
        return None
    module, _, rest = item.nodeid.partition("::")
    shared = any(f"/{folder}/" in module for folder in TOGETHER)
    return Variant(module if shared else f"{module}::{rest.replace(database, 'either')}", database)


def its_database(key: str) -> str:
    """The one of the two on which this one runs at every change: by its name, so that it is always the same."""
    return DATABASES[crc32(key.encode()) % len(DATABASES)]


def keep_together(item: pytest.Item) -> None:
    """Have a test run in the same worker as those with whom it shares a running line or a browser."""
    module = item.nodeid.partition("::")[0]
    folder = next((folder for folder in TOGETHER if f"/{folder}/" in module), None)
    if folder is None:
        return
    variant = variant_of(item)
    own = "own_house" in getattr(item, "fixturenames", ())
    name = "browser" if folder == "browser" else "own house" if own else module
    item.add_marker(pytest.mark.xdist_group(f"{name} {variant.database if variant else ''}".strip()))
