"""Which versions of the flows a process begins new conversations with, and how it hears of newer ones.

The files are the source until somebody publishes; from then on the newest publication of each flow counts. Words,
opening hours and lines are not versions: they always come from the files.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from checkin.queries import definitions
from checkin.queries.definitions import Mark
from flows.library import Library
from flows.model.flow import Flow

LOOK_EVERY = timedelta(seconds=5)
"""How soon a running process hears of a publication: one query on a short table, whoever is talking."""

log = structlog.get_logger()


class LiveFlows:
    """The library of one process, kept up to what is published.

    Starts with the flows of the files. A database that does not answer changes nothing: what was live stays live.
    """

    def __init__(self, files: Library) -> None:
        self.files = files
        self.library = files
        self.mark: Mark | None = None
        self.looked_at: datetime | None = None

    def due(self, now: datetime) -> bool:
        """Whether it is time to look again; then it counts as done: while one thread looks, the others go on."""
        if self.looked_at is not None and timedelta() <= now - self.looked_at < LOOK_EVERY:
            return False  # a clock that was put back does not stop us from looking
        self.looked_at = now
        return True

    def look(self, read: Callable[[Callable[[Session], Library]], Library]) -> Library:
        """The library as it is published now. Takes one query, and one for each version that is new to us."""
        try:
            self.library = read(self._newest)
        except SQLAlchemyError as error:
            log.warning("live_flows_not_read", error=type(error).__name__)
        return self.library

    def _newest(self, session: Session) -> Library:
        mark = definitions.mark(session)
        if mark == self.mark:
            return self.library
        newest = definitions.newest(session)
        found = {name: self._version(session, one.hash) for name, one in newest.items()}
        current = [flow for name, flow in found.items() if flow is not None and not newest[name].retired]
        retired = {name: found[name] for name, one in newest.items() if one.retired}
        self.mark = mark
        # What was live until now stays among the versions: conversations that began with it need no query.
        known = self.files.with_versions(self.library.versions.values())
        return known.with_current(current).without(retired)

    def _version(self, session: Session, flow_hash: str) -> Flow | None:
        return self.library.versions.get(flow_hash) or read_version(session, flow_hash)


def read_version(session: Session, flow_hash: str) -> Flow | None:
    """The version that was published under this hash; None if there is none, or none that can be read any more."""
    return definitions.readable(session, [flow_hash]).get(flow_hash)
