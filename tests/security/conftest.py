"""The line with its pages, as a stranger meets it; rolled back when the test ends. And a real worker."""

from __future__ import annotations

from tests.console.conftest import line, oda, rex, statements, visits
from tests.worker.test_worker import environ, module, network, runtime, worker

__all__ = [
    "environ", "line", "module", "network", "oda", "rex", "runtime", "statements", "visits", "worker",
]  # fmt: skip
