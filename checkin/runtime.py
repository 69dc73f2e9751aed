"""One process's surroundings, built once and handed down."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import InitVar, dataclass, field
from datetime import datetime
from functools import partial
from typing import Protocol, TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from checkin.core.encryption import Keys
from checkin.core.rules.failpoints import Point
from checkin.core.rules.policy import Policy
from checkin.core.settings import Settings
from checkin.core.transactions import Transactions
from checkin.core.unit_of_work import Conversations, UnitOfWork
from checkin.core.vault import Vault
from checkin.outbox.client import OutboxClient, QueueClient
from checkin.telephony.media_store import MediaStore
from checkin.telephony.port import Gateway
from checkin.telephony.speech import Transcriber
from flows.library import Library
from flows.model.flow import Flow

Answer = TypeVar("Answer")

log = structlog.get_logger()


class Flows(Protocol):
    """The flows that new conversations begin with, and older versions that run on (publishing.live_flows)."""

    library: Library

    def start(self) -> None:
        """Follow from now on what is published."""

    def follow(self, transactions: Transactions, clock: Callable[[], datetime]) -> None:
        """Look what is published, every few seconds."""

    def version(self, session: Session, flow_hash: str) -> Flow | None:
        """The flow with this content hash."""


class StepCounter(Protocol):
    """What is counted of a transaction after it was committed (publishing.step_counts)."""

    def note(self, transactions: Transactions, uow: UnitOfWork) -> None:
        """Hold what this transaction counted, and write when it is time."""

    def write(self, transactions: Transactions) -> None:
        """Write down what is held."""


class Canary(Protocol):
    """Whether this database is ours (checkin.compliance.canary)."""

    def meet(self, uow: UnitOfWork, *, practice: bool) -> bool:
        """Whether it is known already. Raises NotOurs."""

    def begin(self, uow: UnitOfWork, *, practice: bool) -> None:
        """Make it known."""


@dataclass(frozen=True)
class Runtime:
    """What one process holds: its parts, built once and handed down. What they do, they do themselves.

    keys: learn what the database says of them when it is met. flows: what new conversations begin with. speech: writes
    recordings down, where the line has a model for it. wipe: has what was deleted leave the database's files
    (checkin.core.database). canary: it is seen first whether the database is ours.
    """

    settings: Settings
    sessions: sessionmaker[Session]
    readers: sessionmaker[Session]
    gateway: Gateway
    queue: InitVar[QueueClient]
    media: MediaStore
    flows: Flows
    conversations: Conversations
    counts: StepCounter
    keys: Keys
    clock: Callable[[], datetime]
    policy_of: Callable[[str], Policy]
    speech: Transcriber | None = None
    new_id: Callable[[], str] = lambda: secrets.token_hex(16)
    wipe: Callable[[], bool] = lambda: True
    canary: Canary | None = None
    transactions: Transactions = field(init=False)
    outbox: OutboxClient = field(init=False)

    def __post_init__(self, queue: QueueClient) -> None:
        """Put together what stands on these parts."""
        transactions = Transactions(self.sessions, self.readers, self._surroundings)
        object.__setattr__(self, "transactions", transactions)
        object.__setattr__(self, "outbox", OutboxClient(transactions, queue))
        transactions.before_writing = lambda: self.flows.follow(transactions, self.clock)
        transactions.after_commit.append(partial(self.counts.note, transactions))
        if self.canary is not None:
            transactions.before = self._meet

    def start(self) -> None:
        """Follow from now on what is published.

        For processes that step conversations: a version must be kept before the first one begins with it. A
        database that does not answer is asked again, within seconds of work.
        """
        with suppress(SQLAlchemyError):
            self.meet()
        self.flows.start()
        self.transactions.before_writing()

    def meet(self) -> None:
        """See, once in a process and before anything else, that this database is ours. Raises NotOurs."""
        self.transactions.before()

    def _meet(self) -> None:
        assert self.canary is not None
        practice = self.settings.practice
        with self.readers() as session:
            known = self.canary.meet(self._surroundings(session), practice=practice)
        if not known:
            self.transactions.once(partial(self.canary.begin, practice=practice))
        self.transactions.before = lambda: None

    def close(self) -> None:
        """Write down what is held, and let go of the database."""
        self.counts.write(self.transactions)
        self.transactions.let_go()

    @property
    def library(self) -> Library:
        """What new conversations begin with now."""
        return self.flows.library

    def do(self, use_case: Callable[[UnitOfWork], Answer]) -> Answer:
        """Run a use case in one transaction (Transactions.do)."""
        return self.transactions.do(use_case)

    def read(self, query: Callable[[Session], Answer]) -> Answer:
        """Run a query in a transaction that writes nothing."""
        return self.transactions.read(query)

    def look(self, reading: Callable[[UnitOfWork], Answer]) -> Answer:
        """Run what only reads, but needs more than the database: the keys of what is encrypted, the time."""
        return self.transactions.look(reading)

    def failpoint(self, point: Point) -> None:
        """This process passes a named point."""
        self.transactions.failpoint(point)

    def _surroundings(self, session: Session) -> UnitOfWork:
        now = self.clock()
        return UnitOfWork(
            session=session,
            now=now,
            library=self.flows.library,
            vault=Vault(self.keys, session, self.new_id, now),
            new_id=self.new_id,
            policy_of=self.policy_of,
            conversations=self.conversations,
            pinned=lambda flow_hash: self.flows.version(session, flow_hash),
        )
