"""One process's surroundings, built once and handed down, and the one place where transactions begin and end."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

import structlog
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.orm.exc import StaleDataError

from checkin.database import make_engine, make_sessions, wipe
from checkin.encryption import Keys
from checkin.gateway.media import Cipher, MediaStore
from checkin.gateway.port import Gateway
from checkin.gateway.speech import Transcriber, transcriber
from checkin.gateway.twilio import TwilioGateway
from checkin.kept_media import KeysOfContacts, media_store
from checkin.live_flows import LiveFlows, read_version
from checkin.models.outbox import Heartbeat
from checkin.nudge import Nudge, RedisNudge
from checkin.policies import policy_of_line
from checkin.rules.points import Point
from checkin.rules.policy import Policy
from checkin.services import canary, outbox, passages, publishing
from checkin.settings import Settings
from checkin.vault import Vault
from checkin.work import Work
from flows.library import Library
from flows.loading import load
from flows.model.flow import Flow

Answer = TypeVar("Answer")

log = structlog.get_logger()

DEFAULT_LINE = "default"
"""The line in lines.yaml whose number CHECKIN_LINE_NUMBER sets."""

TRIES = 6
"""How often a transaction that lost a race is run again; each run begins from what the winner left."""

KNOCK_AGAIN_AFTER = timedelta(seconds=15)
"""A row that was knocked for and is still not claimed: Redis or the worker forgot it."""


@dataclass
class Runtime:
    """Everything that is built once in a process.

    inline: carries an outbox row out in this very process, for what must not wait for a worker (set by the web).
    passing: told of every named point that this process passes (checkin.rules.points); a fault run ends it there.
    keys: learn what the database says of them when it is met. library: what new conversations begin with; after
    `start` it follows what is published. speech: writes recordings down, where the line has a model for it. wipe: has
    what was deleted leave the database's files (checkin.database).
    """

    settings: Settings
    sessions: sessionmaker[Session]
    readers: sessionmaker[Session]
    gateway: Gateway
    queue: Nudge
    media: MediaStore
    library: Library
    keys: Keys
    clock: Callable[[], datetime]
    policy_of: Callable[[str], Policy]
    speech: Transcriber | None = None
    new_id: Callable[[], str] = lambda: secrets.token_hex(16)
    inline: Callable[[str], object] | None = None
    passing: Callable[[Point], object] = lambda _point: None
    wipe: Callable[[], bool] = lambda: True
    _met: bool = True
    _pinned: dict[str, Flow] = field(default_factory=dict)
    _live: LiveFlows | None = None
    _kept: bool = False
    _held: passages.Held = field(default_factory=passages.Held)

    def start(self) -> None:
        """Keep the flows of our files in the database, and follow from now on what is published.

        For processes that step conversations: a version must be kept before the first one begins with it. A
        database that does not answer is asked again, within seconds of work.
        """
        with suppress(SQLAlchemyError):
            self.meet()
        self._live = LiveFlows(self.library)
        self._follow()

    def meet(self) -> None:
        """See, once in a process and before anything else, that this database is ours. Raises NotOurs."""
        if self._met:
            return
        with self.readers() as session:
            known = canary.meet(self._work(session), practice=self.settings.practice)
        if not known:
            self._once(partial(canary.begin, practice=self.settings.practice))
        self._met = True

    def do(self, use_case: Callable[[Work], Answer]) -> Answer:
        """Run a use case in one transaction, then knock for what it made due.

        A transaction that lost a race (a version moved on, a unique row came first, a lock was refused, others had
        all connections) is rolled back and run again as a whole; the last loss is raised.
        """
        self.meet()
        self._follow()
        for attempt in range(TRIES):
            try:
                answer, work = self._once(use_case)
            except (StaleDataError, IntegrityError, NoConnection):
                if attempt == TRIES - 1:
                    raise
            except DBAPIError as error:
                if attempt == TRIES - 1 or not _lost_race(error):
                    raise
            else:
                self.passing("committed")
                self._knock(work.due)
                self._carry_out_inline(work.inline)
                self._held.add(work.passed, work.now)
                self._count(work.now)
                return answer
        raise AssertionError("unreachable: the last try either answers or raises")

    def read(self, query: Callable[[Session], Answer]) -> Answer:
        """Run a query in a transaction that writes nothing."""
        self.meet()
        with self.readers() as session:
            return query(session)

    def look(self, reading: Callable[[Work], Answer]) -> Answer:
        """Run what only reads, but needs more than the database: the keys of what is encrypted, the time."""
        self.meet()
        with self.readers() as session:
            return reading(self._work(session))

    def due(
        self, limit: int, queue: str | None = None, knock_again_after: timedelta = KNOCK_AGAIN_AFTER
    ) -> list[tuple[str, str]]:
        """Outbox rows (queue, id) whose time has come (in this queue) and that nobody was knocked for lately."""
        return self.look(lambda work: outbox.due(work, limit, knock_again_after, queue))

    def more(self, queue: str, limit: int, *, knocked: bool = False) -> list[str]:
        """The same, of one queue, for whoever is at work in it. knocked: whenever somebody was knocked for."""
        return [row_id for _, row_id in self.due(limit, queue, timedelta() if knocked else KNOCK_AGAIN_AFTER)]

    def mark_queued(self, ids: list[str]) -> None:
        """Remember that these rows were knocked for."""
        self.do(lambda work: outbox.mark_queued(work, ids))

    def beat(self, name: str) -> None:
        """Say that this process lives."""

        def write(work: Work) -> None:
            insert = postgresql.insert if work.session.get_bind().dialect.name == "postgresql" else sqlite.insert
            row = insert(Heartbeat).values(name=name, at=work.now)
            work.session.execute(row.on_conflict_do_update(index_elements=["name"], set_={"at": work.now}))

        self.do(write)

    def close(self) -> None:
        """Write down what is held, and let go of the database."""
        self._count(None)
        self.let_go()

    def let_go(self) -> None:
        """Close every connection to the database; the next use opens one. Before a fork: children inherit none."""
        bind = self.sessions.kw.get("bind")
        if bind is not None:
            bind.dispose()

    def _count(self, now: datetime | None) -> None:
        """Write down what is held of the counts, when it is time to; None: now. They are worth nobody's failure."""
        if now is None or self._held.due(now):
            rows = self._held.take()
            with suppress(SQLAlchemyError):
                if rows:
                    self._once(lambda work: passages.write(work, rows))

    def _follow(self) -> None:
        live = self._live
        if live is None or not live.due(self.clock()):
            return
        if not self._kept:
            try:
                self._once(lambda work: publishing.follow_files(work, live.files.flows.values()))
                self._kept = True
            except SQLAlchemyError as error:
                log.warning("flows_not_kept", error=type(error).__name__)
                return
        self.library = live.look(self.read)

    def _version(self, session: Session, flow_hash: str) -> Flow | None:
        """The flow with this content hash: the library's, or one that was kept; each is read once in a process."""
        if flow_hash not in self._pinned:
            flow = self.library.versions.get(flow_hash) or read_version(session, flow_hash)
            if flow is None:
                return None
            self._pinned[flow_hash] = flow
        return self._pinned[flow_hash]

    def _work(self, session: Session) -> Work:
        now = self.clock()
        return Work(
            session=session,
            now=now,
            library=self.library,
            vault=Vault(self.keys, session, self.new_id, now),
            new_id=self.new_id,
            policy_of=self.policy_of,
            pinned=lambda flow_hash: self._version(session, flow_hash),
        )

    def _once(self, use_case: Callable[[Work], Answer]) -> tuple[Answer, Work]:
        with self.sessions() as session, session.begin():
            work = self._work(session)
            answer = use_case(work)
            self.passing("written")
        return answer, work

    def _carry_out_inline(self, row_ids: list[str]) -> None:
        if self.inline is not None:
            for row_id in row_ids:
                self.inline(row_id)

    def _knock(self, due: list[tuple[str, str]]) -> None:
        """Knock for what is due. Whatever nobody heard is the clock's to find, at its next look."""
        unheard: list[str] = []
        for queue in dict.fromkeys(queue for queue, _ in due):
            ids = [row_id for other, row_id in due if other == queue]
            if not self.queue.nudge(queue, ids):
                unheard.extend(ids)
        if unheard:
            with suppress(DBAPIError):  # what was asked for is committed already: this only helps
                self._once(lambda work: outbox.mark_unheard(work, unheard))


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
        library=library,
        keys=keys,
        clock=practice_clock(settings.practice_clock),
        policy_of=policies.__getitem__,
        speech=transcriber(settings.speech_model),
        wipe=partial(wipe, engine),
        _met=False,
    )
    cipher.data_keys = KeysOfContacts(runtime.do, runtime.look)
    return runtime


def _lost_race(error: DBAPIError) -> bool:
    """Whether the database refused because someone else was first: running again can succeed."""
    code = getattr(error.orig, "sqlstate", None)
    return code in {"40001", "40P01", "55P03"} or "database is locked" in str(error.orig)


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
