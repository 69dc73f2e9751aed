"""`checkin.wsgi`, for gunicorn, that may be told at which named point to die."""

from __future__ import annotations

from checkin import runtime as runtimes
from tests.faults.doomed import doomed

runtimes.build = doomed()

from checkin.wsgi import app  # noqa: E402 - it is built when it is imported

__all__ = ["app"]
