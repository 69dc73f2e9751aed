"""One process's surroundings, built once and handed down."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import InitVar, dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from checkin import canary
from checkin.contacts.media_keys import KeysOfContacts
from checkin.conversations import session as conversations
from checkin.core.database import make_engine, make_sessions, wipe
from checkin.core.encryption import Keys
from checkin.core.policies import policy_of_line
from checkin.core.rules.failpoints import Point
from checkin.core.rules.policy import Policy
from checkin.core.settings import Settings
from checkin.core.transactions import Transactions
from checkin.core.unit_of_work import Work
from checkin.core.vault import Vault
from checkin.outbox.client import Nudge, OutboxClient, RedisNudge
from checkin.publishing import step_counts
from checkin.publishing.live_flows import LiveFlows
from checkin.telephony.media import media_store
from checkin.telephony.media_store import Cipher, MediaStore
from checkin.telephony.port import Gateway
from checkin.telephony.speech import Transcriber, transcriber
from checkin.telephony.twilio import TwilioGateway
from flows.library import Library
from flows.loading import load

Answer = TypeVar("Answer")

log = structlog.get_logger()

DEFAULT_LINE = "default"
"""The line in lines.yaml whose number CHECKIN_LINE_NUMBER sets."""


@dataclass(frozen=True)
class Runtime:
    """What one process holds: its parts, built once and handed down. What they do, they do themselves.

    keys: learn what the database says of them when it is met. flows: what new conversations begin with. speech: writes
    recordings down, where the line has a model for it. wipe: has what was deleted leave the database's files
    (checkin.core.database). meets: it is seen first whether the database is ours.
    """

    settings: Settings
    sessions: sessionmaker[Session]
    readers: sessionmaker[Session]
    gateway: Gateway
    queue: InitVar[Nudge]
    media: MediaStore
    flows: LiveFlows
    keys: Keys
    clock: Callable[[], datetime]
    policy_of: Callable[[str], Policy]
    speech: Transcriber | None = None
    new_id: Callable[[], str] = lambda: secrets.token_hex(16)
    wipe: Callable[[], bool] = lambda: True
    meets: bool = False
    transactions: Transactions = field(init=False)
    outbox: OutboxClient = field(init=False)
    counts: step_counts.Held = field(init=False, default_factory=step_counts.Held)

    def __post_init__(self, queue: Nudge) -> None:
        """Put together what stands on these parts."""
        transactions = Transactions(self.sessions, self.readers, self._surroundings)
        object.__setattr__(self, "transactions", transactions)
        object.__setattr__(self, "outbox", OutboxClient(transactions, queue))
        transactions.before_writing = lambda: self.flows.follow(transactions, self.clock)
        transactions.after_commit.append(self._count)
        if self.meets:
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
        practice = self.settings.practice
        with self.readers() as session:
            known = canary.meet(self._surroundings(session), practice=practice)
        if not known:
            self.transactions.once(partial(canary.begin, practice=practice))
        self.transactions.before = lambda: None

    def close(self) -> None:
        """Write down what is held, and let go of the database."""
        self._write_counts()
        self.transactions.let_go()

    @property
    def library(self) -> Library:
        """What new conversations begin with now."""
        return self.flows.library

    def do(self, use_case: Callable[[Work], Answer]) -> Answer:
        """Run a use case in one transaction (Transactions.do)."""
        return self.transactions.do(use_case)

    def read(self, query: Callable[[Session], Answer]) -> Answer:
        """Run a query in a transaction that writes nothing."""
        return self.transactions.read(query)

    def look(self, reading: Callable[[Work], Answer]) -> Answer:
        """Run what only reads, but needs more than the database: the keys of what is encrypted, the time."""
        return self.transactions.look(reading)

    def passing(self, point: Point) -> None:
        """This process passes a named point."""
        self.transactions.passing(point)

    def _surroundings(self, session: Session) -> Work:
        now = self.clock()
        return Work(
            session=session,
            now=now,
            library=self.flows.library,
            vault=Vault(self.keys, session, self.new_id, now),
            new_id=self.new_id,
            policy_of=self.policy_of,
            conversations=conversations,
            pinned=lambda flow_hash: self.flows.version(session, flow_hash),
        )

    def _count(self, work: Work) -> None:
        self.counts.add(work.passed, work.now)
        if self.counts.due(work.now):
            self._write_counts()

    def _write_counts(self) -> None:
        """Write down what is held of the counts. They are worth nobody's failure."""
        rows = self.counts.take()
        with suppress(SQLAlchemyError):
            if rows:
                self.transactions.once(lambda work: step_counts.write(work, rows))


def build(settings: Settings) -> Runtime:
    """The surroundings of a process of the line. Opens no connection yet. Raises FlowError when the flows cannot be
    loaded, BadPolicy for a line's bad setting."""
    cipher = Cipher(keys := Keys(settings.secrets))
    engine = make_engine(settings.database_url)
    library = load(settings.flows)
    if DEFAULT_LINE in library.lines:  # several lines may all have names and numbers of their own
        library = library.with_number(DEFAULT_LINE, settings.line_number)
    at_twilio = settings.twilio_api_url is None
    policies = {key: policy_of_line(line, at_twilio=at_twilio) for key, line in library.lines.items()}
    runtime = Runtime(
        settings=settings,
        sessions=make_sessions(engine),
        readers=make_sessions(engine, readonly=True),
        gateway=TwilioGateway(
            settings.twilio_account_sid,
            settings.twilio_auth_token,
            settings.twilio_api_url,
            fallback_url=settings.twilio_fallback_url,
        ),  # fmt: skip
        queue=RedisNudge(settings.redis_url),
        media=media_store(settings, cipher),
        flows=LiveFlows(library),
        keys=keys,
        clock=practice_clock(settings.practice_clock),
        policy_of=policies.__getitem__,
        speech=transcriber(settings.speech_model),
        wipe=partial(wipe, engine),
        meets=True,
    )
    cipher.data_keys = KeysOfContacts(runtime.do, runtime.look)
    return runtime


def practice_clock(offset_file: Path | None) -> Callable[[], datetime]:
    """The wall clock, moved on by the seconds that stand in `offset_file` (the practice network's clock)."""

    def now() -> datetime:
        moment = datetime.now(UTC)  # noqa: TID251 - the one place where the wall clock is read
        if offset_file is None:
            return moment
        try:
            return moment + timedelta(seconds=float(offset_file.read_text() or 0))
        except (OSError, ValueError):
            return moment

    return now
