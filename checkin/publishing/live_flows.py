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

from checkin.core.transactions import Transactions
from checkin.publishing import definitions
from checkin.publishing import service as publishing
from checkin.publishing.definitions import Mark
from flows.library import Library
from flows.model.flow import Flow

LOOK_EVERY = timedelta(seconds=5)
"""How soon a running process hears of a publication: one query on a short table, whoever is talking."""

log = structlog.get_logger()


class LiveFlows:
    """The flows of one process. From `start` on its library follows what is published; until then it is the files'.

    A database that does not answer changes nothing: what was live stays live.
    """

    def __init__(self, files: Library) -> None:
        self.files = files
        self.library = files
        self._mark: Mark | None = None
        self._looked_at: datetime | None = None
        self._started = False
        self._kept = False
        self._pinned: dict[str, Flow] = {}

    def start(self) -> None:
        """From now on `follow` does something."""
        self._started, self.files = True, self.library
        self._mark, self._looked_at = None, None

    def follow(self, transactions: Transactions, clock: Callable[[], datetime]) -> None:
        """Keep the flows of our files in the database, once, and look what is published, every few seconds."""
        if not self._started or not self._due(clock()):
            return
        if not self._kept:
            try:
                transactions.once(lambda uow: publishing.follow_files(uow, self.files.flows.values()))
                self._kept = True
            except SQLAlchemyError as error:
                log.warning("flows_not_kept", error=type(error).__name__)
                return
        try:
            self.library = transactions.read(self._newest)
        except SQLAlchemyError as error:
            log.warning("live_flows_not_read", error=type(error).__name__)

    def version(self, session: Session, flow_hash: str) -> Flow | None:
        """The flow with this content hash: the library's, or one that was kept; each is read once in a process."""
        if flow_hash not in self._pinned:
            flow = self._version(session, flow_hash)
            if flow is None:
                return None
            self._pinned[flow_hash] = flow
        return self._pinned[flow_hash]

    def _due(self, now: datetime) -> bool:
        """Whether it is time to look again; then it counts as done: while one thread looks, the others go on."""
        if self._looked_at is not None and timedelta() <= now - self._looked_at < LOOK_EVERY:
            return False  # a clock that was put back does not stop us from looking
        self._looked_at = now
        return True

    def _newest(self, session: Session) -> Library:
        mark = definitions.mark(session)
        if mark == self._mark:
            return self.library
        newest = definitions.newest(session)
        found = {name: self._version(session, publication.hash) for name, publication in newest.items()}
        current = [flow for name, flow in found.items() if flow is not None and not newest[name].retired]
        retired = {name: found[name] for name, publication in newest.items() if publication.retired}
        self._mark = mark
        # What was live until now stays among the versions: conversations that began with it need no query.
        known = self.files.with_versions(self.library.versions.values())
        return known.with_current(current).without(retired)

    def _version(self, session: Session, flow_hash: str) -> Flow | None:
        return self.library.versions.get(flow_hash) or definitions.readable(session, [flow_hash]).get(flow_hash)
