"""The one place where transactions begin and end."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.orm.exc import StaleDataError

from checkin.core.rules.failpoints import Point
from checkin.core.unit_of_work import UnitOfWork

Answer = TypeVar("Answer")

TRIES = 6
"""How often a transaction that lost a race is run again; each run begins from what the winner left."""


class Transactions:
    """Runs use cases, each in a transaction of its own.

    surroundings: what a use case is handed, on this session. before: called before each use case and each query, and
    before_writing before each use case; they may raise. passing: told of every named point (core.rules.failpoints); a
    fault run ends the process there. after_commit: called with what was committed, in their order; they must not
    raise.
    """

    def __init__(
        self,
        sessions: sessionmaker[Session],
        readers: sessionmaker[Session],
        surroundings: Callable[[Session], UnitOfWork],
    ) -> None:
        self.sessions = sessions
        self.readers = readers
        self.surroundings = surroundings
        self.before: Callable[[], object] = lambda: None
        self.before_writing: Callable[[], object] = lambda: None
        self.failpoint: Callable[[Point], object] = lambda _point: None
        self.after_commit: list[Callable[[UnitOfWork], object]] = []

    def do(self, use_case: Callable[[UnitOfWork], Answer]) -> Answer:
        """Run a use case in one transaction, then tell whoever waits for its end.

        A transaction that lost a race (a version moved on, a unique row came first, a lock was refused, others had
        all connections) is rolled back and run again as a whole; the last loss is raised.
        """
        self.before()
        self.before_writing()
        for attempt in range(TRIES):
            try:
                answer, uow = self.once(use_case)
            except (StaleDataError, IntegrityError, NoConnection):
                if attempt == TRIES - 1:
                    raise
            except DBAPIError as error:
                if attempt == TRIES - 1 or not _lost_race(error):
                    raise
            else:
                self.failpoint("committed")
                for told in self.after_commit:
                    told(uow)
                return answer
        raise AssertionError("unreachable: the last try either answers or raises")

    def once(self, use_case: Callable[[UnitOfWork], Answer]) -> tuple[Answer, UnitOfWork]:
        """Run it a single time, and tell nobody. Answers what it was handed, too."""
        with self.sessions() as session, session.begin():
            uow = self.surroundings(session)
            answer = use_case(uow)
            self.failpoint("written")
        return answer, uow

    def read(self, query: Callable[[Session], Answer]) -> Answer:
        """Run a query in a transaction that writes nothing."""
        self.before()
        with self.readers() as session:
            return query(session)

    def look(self, reading: Callable[[UnitOfWork], Answer]) -> Answer:
        """Run what only reads, but needs more than the database: the keys of what is encrypted, the time."""
        return self.read(lambda session: reading(self.surroundings(session)))

    def let_go(self) -> None:
        """Close every connection to the database; the next use opens one. Before a fork: children inherit none."""
        bind = self.sessions.kw.get("bind")
        if bind is not None:
            bind.dispose()


def _lost_race(error: DBAPIError) -> bool:
    """Whether the database refused because someone else was first: running again can succeed."""
    code = getattr(error.orig, "sqlstate", None)
    return code in {"40001", "40P01", "55P03"} or "database is locked" in str(error.orig)
