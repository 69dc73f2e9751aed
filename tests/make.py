"""Small builders: a clock that a test moves, a network that remembers, and a line to run use cases on."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session, sessionmaker

from checkin.assembly import KeysOfContacts
from checkin.contacts import service as contacts
from checkin.conversations import session as conversations
from checkin.core.database import make_sessions
from checkin.core.encryption import Keys
from checkin.core.models import Base
from checkin.core.policies import policy_of_line
from checkin.core.rules.phone import PhoneNumber, parse
from checkin.core.settings import Settings
from checkin.core.unit_of_work import UnitOfWork
from checkin.core.vault import Vault
from checkin.publishing.live_flows import LiveFlows
from checkin.publishing.step_counts import StepCounts
from checkin.runtime import Runtime
from checkin.telephony.media_store import Cipher, LocalStore
from checkin.telephony.port import Accepted, GatewayError, OutgoingCall, OutgoingText, SentText
from checkin.telephony.rules.arrivals import IncomingCall, IncomingText
from checkin.telephony.rules.network_log import LoggedCall, LoggedText
from checkin.volunteers.models import Volunteer
from flows.library import Library
from flows.loading import load
from tests import cast

FLOWS = Path(__file__).parents[1] / "flows" / "definitions"
SECRET = "a-secret-of-the-tests-long-enough-to-be-one"
SID = "AC" + "0" * 32

_count = itertools.count(1)


def new_id() -> str:
    """An opaque id, different each time, the same in each run."""
    return f"{next(_count):032x}"


def sid(kind: str) -> str:
    """A Twilio-shaped id: SM for texts, CA for calls, RE for recordings."""
    return f"{kind}{next(_count):032x}"


@cache
def library() -> Library:
    """The flows that we ship, on the tests' line."""
    return load(FLOWS).with_number("default", cast.LINE)


def flows_with(folder: Path, *conversations: str) -> Path:
    """A copy of the flows that we ship, with the conversations of these alone: all of them take a second to play."""
    kept = {f"{name}.test.yaml" for name in conversations}

    def left(place: str, names: list[str]) -> set[str]:
        return set(names) - kept if Path(place).name == "transcripts" else set()

    shutil.copytree(FLOWS, folder, ignore=left)
    return folder


@cache
def keys() -> Keys:
    """Keys of the tests."""
    return Keys((SECRET,))


def decrypted(by: UnitOfWork | Runtime, row: Base, column: str) -> str:
    """What stands encrypted in this column of the row."""
    if isinstance(by, Runtime):
        return by.look(lambda uow: decrypted(uow, row, column))
    return by.vault.decrypt(row, getattr(type(row), column))  # type: ignore[arg-type]


@dataclass
class Clock:
    """Time that stands still until a test moves it."""

    now: datetime = cast.MONDAY_NOON

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **length: float) -> None:
        """Move on: forward(minutes=5)."""
        self.now += timedelta(**length)


@dataclass
class Network:
    """A telephone network that remembers what was asked of it. `fail` is raised by the next request."""

    texts: list[OutgoingText] = field(default_factory=list)
    calls: list[OutgoingCall] = field(default_factory=list)
    moved: list[tuple[str, str]] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    redacted: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    recordings: dict[str, bytes] = field(default_factory=dict)
    announced: list[tuple[str, str]] = field(default_factory=list)
    pictures: dict[str, bytes] = field(default_factory=dict)
    fail: list[GatewayError] = field(default_factory=list)
    log: list[SentText] = field(default_factory=list)
    text_log: list[LoggedText] = field(default_factory=list)
    call_log: list[LoggedCall] = field(default_factory=list)

    def _may_fail(self) -> None:
        if self.fail:
            raise self.fail.pop(0)

    def send_text(self, text: OutgoingText) -> Accepted:
        self._may_fail()
        self.texts.append(text)
        return Accepted(sid("SM"), "queued")

    def find_texts(self, to: str, from_: str, since: datetime) -> Iterable[SentText]:
        return list(self.log)

    def texts_since(self, since: datetime) -> list[LoggedText]:
        self._may_fail()
        return [text for text in self.text_log if text.at >= since]

    def calls_since(self, since: datetime) -> list[LoggedCall]:
        self._may_fail()
        return [call for call in self.call_log if call.at >= since]

    def redact_text(self, sid: str) -> None:
        self._may_fail()
        self.redacted.append(sid)

    def delete_text(self, sid: str) -> None:
        self._may_fail()
        self.gone.append(sid)
        self.text_log = [text for text in self.text_log if text.sid != sid]

    def delete_call(self, sid: str) -> None:
        self._may_fail()
        self.gone.append(sid)
        self.call_log = [call for call in self.call_log if call.sid != sid]

    def place_call(self, call: OutgoingCall) -> Accepted:
        self._may_fail()
        self.calls.append(call)
        return Accepted(sid("CA"), "queued")

    def move_call(self, sid: str, url: str) -> None:
        self._may_fail()
        self.moved.append((sid, url))

    def end_call(self, sid: str, *, answered: bool) -> None:
        self._may_fail()
        self.ended.append(sid)

    def announce(self, room: str, url: str) -> None:
        self._may_fail()
        self.announced.append((room, url))

    def fetch_picture(self, text_sid: str, sid: str) -> bytes:
        self._may_fail()
        return self.pictures[sid]

    def delete_picture(self, text_sid: str, sid: str) -> None:
        self._may_fail()
        self.deleted.append(sid)

    def fetch_recording(self, sid: str) -> bytes:
        self._may_fail()
        return self.recordings[sid]

    def delete_recording(self, sid: str) -> None:
        self._may_fail()
        self.deleted.append(sid)


@dataclass
class FakeQueue:
    """Hears the knocks and opens to nobody: tests carry rows out themselves."""

    enqueued: list[tuple[str, str]] = field(default_factory=list)

    def enqueue(self, queue: str, ids: Iterable[str]) -> bool:
        self.enqueued.extend((queue, row_id) for row_id in ids)
        return True

    def waiting(self, queue: str) -> int:
        return 0

    def reachable(self) -> bool:
        return True


def make_uow(session: Session, now: datetime = cast.MONDAY_NOON) -> UnitOfWork:
    """A use case's surroundings on the test's own transaction."""
    lines = library().lines
    return UnitOfWork(
        session=session,
        now=now,
        library=library(),
        vault=Vault(keys(), session, new_id, now),
        new_id=new_id,
        policy_of=lambda line: policy_of_line(lines[line]),
        conversations=conversations,
    )


def make_settings(folder: Path) -> Settings:
    """Settings of a line that reaches no network."""
    return Settings.from_env(
        {
            "PUBLIC_URL": "https://line.example",
            "TWILIO_ACCOUNT_SID": SID,
            "TWILIO_AUTH_TOKEN": "t" * 32,
            "CHECKIN_LINE_NUMBER": cast.LINE,
            "CHECKIN_SECRET": SECRET,
            "CHECKIN_STATE": str(folder),
            "DATABASE_URL": f"sqlite:///{folder / 'line.db'}",
            "REDIS_URL": "redis://127.0.0.1:1/0",
        }
    )


def make_runtime(connection: Connection, folder: Path, network: Network, clock: Clock) -> Runtime:
    """A runtime whose transactions are savepoints of the test's own, which is rolled back."""
    sessions = sessionmaker(connection, join_transaction_mode="create_savepoint", expire_on_commit=False)
    lines = library().lines
    cipher = Cipher(keys())
    runtime = Runtime(
        settings=make_settings(folder),
        sessions=sessions,
        readers=sessions,
        gateway=network,
        queue=FakeQueue(),
        media=LocalStore(folder / "media", cipher),
        flows=LiveFlows(library()),
        conversations=conversations,
        counts=StepCounts(),
        keys=keys(),
        clock=clock,
        policy_of=lambda line: policy_of_line(lines[line]),
        new_id=new_id,
    )
    cipher.data_keys = KeysOfContacts(runtime.do, runtime.look)
    return runtime


def put(runtime: Runtime, **parts: object) -> None:
    """Other parts in the place of a runtime's own, as no process of ours ever sees."""
    for name, part in parts.items():
        assert hasattr(runtime, name), name
        object.__setattr__(runtime, name, part)


def commits_to(runtime: Runtime, engine: Engine) -> None:
    """From now on its transactions are real ones, each on its own connection."""
    sessions, readers = make_sessions(engine), make_sessions(engine, readonly=True)
    put(runtime, sessions=sessions, readers=readers)
    runtime.transactions.sessions, runtime.transactions.readers = sessions, readers


def number(e164: str) -> PhoneNumber:
    """A number that is not withheld."""
    read = parse(e164)
    assert isinstance(read, PhoneNumber)
    return read


def text(from_: str, body: str, *, text_sid: str | None = None) -> IncomingText:
    """A text to the line."""
    return IncomingText(sid=text_sid or sid("SM"), from_=parse(from_), to=number(cast.LINE), body=body)


def call(from_: str, *, call_sid: str | None = None, attested: bool = True) -> IncomingCall:
    """A call to the line; the network vouches for its number, unless told otherwise."""
    return IncomingCall(call_sid or sid("CA"), parse(from_), number(cast.LINE), attested)


def volunteer(uow: UnitOfWork, e164: str, name: str, **values: object) -> Volunteer:
    """A volunteer of the line, always on shift unless told otherwise."""
    fields: dict[str, object] = {
        "languages": ["en"],
        "channels": ["voice", "text"],
        "topics": [],
        "wishes": [],
        "always": True,
        **values,
    }
    row = Volunteer(
        id=uow.new_id(),
        line="default",
        number_key=contacts.key_of(uow, "default", number(e164)),
        created_at=uow.now,
        **fields,
    )
    uow.vault.encrypt(row, Volunteer.name_encrypted, name)
    uow.vault.encrypt(row, Volunteer.number_encrypted, e164)
    uow.session.add(row)
    uow.session.flush()
    return row
