"""What encryption costs, beside what it replaced: `python -m tests.bench.encryption`.

Both take turns in one run, so that a busy machine is busy for both; of each the median of the rounds is told.
"""

from __future__ import annotations

import secrets
import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from checkin.core.encryption import Keys, _fernet

SECRET = secrets.token_urlsafe(48)
SIZES = {"a mood": 1, "a text": 80, "where a talk stands": 1_200, "two minutes of sound": 480_000}


def timed(doing: Callable[[], object], times: int) -> float:
    """Microseconds for one."""
    began = time.perf_counter()
    for _ in range(times):
        doing()
    return (time.perf_counter() - began) / times * 1e6


def main(rounds: Annotated[int, typer.Option(help="How often each has its turn.")] = 30) -> None:
    """Print what one of each takes."""
    keys, fernet = Keys((SECRET,)), _fernet(SECRET)
    wrapped = keys.new_data_key("a" * 32, "contact")
    key = keys.data_key("a" * 32, "contact", wrapped)
    table = Table("what", "", "Fernet, before (µs)", "AES-256-GCM (µs)", "bytes more: before, now")
    for what, size in SIZES.items():
        content, times = secrets.token_bytes(size), 5 if size > 10_000 else 400
        place = "messages\0body_encrypted\0" + "b" * 32
        before, now = fernet.encrypt(content), key.encrypt(place, content)
        ways = {
            "encrypt": (partial(fernet.encrypt, content), partial(key.encrypt, place, content)),
            "decrypt": (partial(fernet.decrypt, before), partial(key.decrypt, place, now)),
        }
        for way, both in ways.items():
            took = [[timed(item, times) for item in both] for _ in range(rounds)]
            old, new = (statistics.median(column) for column in zip(*took, strict=True))
            grown = f"{len(before) - size}, {len(now) - size}"
            table.add_row(what, way, f"{old:.1f}", f"{new:.1f}", grown)
    opened = statistics.median(timed(lambda: keys.data_key("a" * 32, "contact", wrapped), 400) for _ in range(rounds))
    table.add_row("a contact's key", "unwrap", "", f"{opened:.1f}", "")
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)
