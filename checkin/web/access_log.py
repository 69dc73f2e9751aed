"""gunicorn's log, in our words: no addresses of people, no query strings, no tokens."""

from __future__ import annotations

import logging
import re
from collections.abc import MutableMapping
from datetime import timedelta
from typing import Any

import structlog
from gunicorn.glogging import Logger

from checkin.core import logs

LONGEST_WORD = 16
"""A part of a path that is longer is a token: whoever has it may hear a recording."""


def path_of(written: str) -> str:
    """The path without what would open a door: tokens are cut short, and a query string is left out."""
    path = written.partition("?")[0]
    return "/".join(part if len(part) <= LONGEST_WORD else f"{part[:4]}…" for part in re.split("/", path))


class Cut(logging.Filter):
    """What gunicorn says of a request that it could not read or answer, without the request.

    It quotes what came, from where: a line that is not HTTP may hold a token or a number all the same.
    """

    UNREADABLE = "Invalid request from ip="

    def filter(self, record: logging.LogRecord) -> bool:
        """Always true: the line is said otherwise."""
        said = record.getMessage()
        unreadable = said.startswith(self.UNREADABLE)
        record.msg = "invalid request" if unreadable else re.sub(r"/\S*", lambda found: path_of(found[0]), said)
        record.args = None
        return True


class AccessLog(Logger):
    """gunicorn's logger class: everything goes where our own lines go."""

    def setup(self, cfg: Any) -> None:
        """Called by gunicorn when it starts."""
        self.cfg = cfg
        self._access_log_enabled = True
        logs.set_up()
        self.error_log = logging.getLogger("gunicorn.error")
        self.access_log = logging.getLogger("gunicorn.access")
        for log in (self.error_log, self.access_log):
            log.handlers[:] = []
            log.propagate = True
        self.error_log.setLevel(logging.INFO)
        self.error_log.filters[:] = [Cut()]

    def access(self, resp: Any, req: Any, environ: MutableMapping[str, Any], request_time: timedelta) -> None:
        """One request: method, path, status, and how long it took in milliseconds."""
        structlog.get_logger("web").info(
            "request",
            method=req.method,
            path=path_of(req.path),
            status=str(resp.status).split()[0],
            milliseconds=round(request_time.total_seconds() * 1000, 1),
        )

    def reopen_files(self) -> None:
        """Nothing of ours is a file: the host, or `checkin up`, keeps what we print."""

    def close_on_exec(self) -> None:
        """See reopen_files."""
