"""Answers without a server: processor time of a text and of a request of a call in one process, the floor's in turns.

    .venv/bin/python -m tests.bench.one_process [--rounds 20] [--database both] [--profile FILE]

Whatever else this machine does hits both alike, and sockets, gunicorn and its log are left out: what tests.bench says
of the whole, this says of our own code, in a minute. Read the ratio. profile: a file for pstats, of our side alone.
"""

from __future__ import annotations

import cProfile
import gc
import io
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, cast

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, create_engine, event
from werkzeug.test import EnvironBuilder

from tests.bench import answers, dispatch
from tests.bench.load import Signed
from tests.bench.serving import SECRET, database_of, environ_of, redis_in
from tests.bench.talks import Talkers, post
from webhooks.deadline import Deadline

AT_ONCE = 24
"""Contacts of one turn."""

URL = "https://line.example"
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass
class Here:
    """An application in this process, asked as tests.bench.talks asks a server."""

    app: Application
    status: int = 0
    said: bytes = b""

    def request(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> None:
        """Send it."""
        self.ask(environ_of_request(Signed(path, body, headers["X-Twilio-Signature"])))

    def ask(self, environ: dict[str, Any]) -> None:
        """The same of a request that is put together already."""
        told: list[str] = []
        self.said = b"".join(self.app(environ, lambda status, _headers: told.append(status)))
        self.status = int(told[0].split()[0])

    def getresponse(self) -> Here:
        """What came of it."""
        return self

    def read(self) -> bytes:
        """What was answered."""
        return self.said


def environ_of_request(request: Signed) -> dict[str, Any]:
    """The request as gunicorn hands it on."""
    path, _, query = request.path.partition("?")
    return EnvironBuilder(
        path, method="POST", query_string=query, input_stream=io.BytesIO(request.body),
        content_type="application/x-www-form-urlencoded", content_length=len(request.body),
        headers={"X-Twilio-Signature": request.signature}, environ_base={"REMOTE_ADDR": "127.0.0.1"},
    ).get_environ()  # fmt: skip


@dataclass
class Side:
    """The line, or the floor. spent: microseconds and statements a request, of each turn."""

    here: Here
    talkers: Talkers = field(default_factory=lambda: Talkers(URL))
    spent: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: {"text": [], "call": []})

    def take_turn(self, what: str, people: range, had: list[tuple[str, dict[str, str]]], counted: list[int]) -> None:
        """A conversation, or a call, of each of these."""
        talks = (self.talkers.texts(who) if what == "text" else self.talkers.call(who, had) for who in people)
        environs = [environ_of_request(request) for request in chain.from_iterable(talks)]
        statements, before = counted[0], time.process_time()
        for environ in environs:
            self.here.ask(environ)
            assert self.here.status == 200, self.here.said
        spent = (time.process_time() - before) * 1e6
        self.spent[what].append((spent / len(environs), (counted[0] - statements) / len(environs)))


def main(rounds: int = 20, database: str = "both", profile: Annotated[Path | None, typer.Option()] = None) -> None:
    """Measure and print."""
    kinds = ("sqlite", "postgresql") if database == "both" else (database,)
    table = Table(title=f"One process, processor time of a request (medians of {rounds} rounds)")
    for column in ("", "ours µs", "floor µs", "floor / ours", "statements", "floor's"):
        table.add_column(column, justify="right" if column else "left")
    for kind in kinds:
        with tempfile.TemporaryDirectory(prefix="bench-") as name, ExitStack() as stack:
            Path(name).chmod(0o755)  # PostgreSQL has a user of its own
            for row in _on(kind, Path(name), stack, rounds, profile):
                table.add_row(*row)
    Console().print(table)


def _on(kind: str, folder: Path, stack: ExitStack, rounds: int, profile: Path | None) -> list[list[str]]:
    database, redis = database_of(kind, folder, stack), stack.enter_context(redis_in(folder))
    answers._prepared(folder, database, redis)
    os.environ.update(environ_of(folder, database, redis) | {"PUBLIC_URL": URL})
    engine = create_engine(database)
    stack.callback(engine.dispose)
    answers._make_floor(engine, dict(os.environ))
    sides = _sides(folder, database, redis, stack, watched=profile is not None)
    counted = [0]
    event.listen(Engine, "before_cursor_execute", lambda *_: counted.__setitem__(0, counted[0] + 1))
    had = _met(sides["line"], engine)
    gc.set_threshold(50_000, 50, 50)  # as checkin.wsgi and gunicorn.conf.py have it
    gc.freeze()
    for number in range(rounds + 2):  # the first two are not counted
        people = range(number * AT_ONCE % answers.CONTACTS, number * AT_ONCE % answers.CONTACTS + AT_ONCE)
        for what in ("text", "call"):
            for name in ("line", "floor") if number % 2 else ("floor", "line"):
                answers._rest(engine)
                watched = cProfile.Profile() if profile and name == "line" and number > 1 else nullcontext()
                with watched:
                    sides[name].take_turn(what, people, had, counted)
                if isinstance(watched, cProfile.Profile):
                    _add(watched, profile.with_suffix(f".{kind}.{what}"))
    return [_row(f"{what}, {kind}", *(side.spent[what][2:] for side in sides.values())) for what in ("text", "call")]


def _sides(folder: Path, database: str, redis: str, stack: ExitStack, *, watched: bool) -> dict[str, Side]:
    import importlib

    from checkin.app import create_app

    runtime = dispatch.surroundings(folder, database, redis, SECRET)
    stack.callback(runtime.close)
    if watched:  # a profile sees one thread
        Deadline.keep = lambda _self, work, *_late: work()  # type: ignore[method-assign, assignment]
    from tests.bench import floor

    importlib.reload(floor)  # it has the engine of the database that the environment names
    return {"line": Side(Here(cast(Application, create_app(runtime)))), "floor": Side(Here(floor.app))}


def _met(line: Side, engine: Engine) -> list[tuple[str, dict[str, str]]]:
    """Everybody has had a conversation, so that the line knows them; and what is said on a call with it."""
    connection = cast(Any, line.here)
    for who in range(answers.CONTACTS):
        for request in list(line.talkers.texts(who))[:3]:
            post(connection, request)
    answers._rest(engine)
    line.talkers.rehearsed(connection, 0)
    return line.talkers.rehearsed(connection, 0)


def _row(what: str, ours: list[tuple[float, float]], floor: list[tuple[float, float]]) -> list[str]:
    mine, bare = ([statistics.median(values) for values in zip(*side, strict=True)] for side in (ours, floor))
    ratio = statistics.median(theirs[0] / us[0] for us, theirs in zip(ours, floor, strict=True))
    return [what, f"{mine[0]:.0f}", f"{bare[0]:.0f}", f"{ratio:.2f}", f"{mine[1]:.2f}", f"{bare[1]:.2f}"]


def _add(watched: cProfile.Profile, file: Path) -> None:
    import pstats

    stats = pstats.Stats(watched)
    if file.exists():
        stats.add(str(file))
    stats.dump_stats(file)


if __name__ == "__main__":
    typer.run(main)
