"""A new version comes to a line that people text and call: those who are in the middle of something go on with it."""

from __future__ import annotations

import secrets
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from alembic import command
from sqlalchemy import Engine, inspect, select
from typer.testing import CliRunner

from checkin.cli.main import app
from checkin.core import schema
from checkin.core.database import make_engine, migrating
from checkin.messages.models import Conversation
from tests.cast import ANA, ATTESTED, BEN
from tests.conftest import new_postgres_database
from tests.real_line import Answer, RealLine, real_line, until
from tests.traffic import Traffic

pytestmark = [pytest.mark.processes, pytest.mark.long]

LAST_RELEASE = "0010"
"""Where a database of 0.2.0 is."""

NEXT = '''"""What the next version has room for."""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "HEAD"
branch_labels = depends_on = None
keeps_running = True


def upgrade() -> None:
    op.create_table("tomorrow", sa.Column("id", sa.Integer(), primary_key=True))
    op.add_column("contacts", sa.Column("tomorrow", sa.String(20), nullable=True))
    op.add_column("conversations", sa.Column("tomorrow", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE contacts SET tomorrow = 'yes'")
    op.create_index("ix_contacts_tomorrow", "contacts", ["tomorrow"])


def downgrade() -> None:
    op.drop_index("ix_contacts_tomorrow", "contacts")
    op.drop_column("conversations", "tomorrow")
    op.drop_column("contacts", "tomorrow")
    op.drop_table("tomorrow")
'''


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database of this test alone, as the migrations make it."""
    url = f"sqlite:///{tmp_path / 'line.db'}"
    if request.param == "postgresql":
        server: str = request.getfixturevalue("postgres_server")
        url = new_postgres_database(server, f"upgrades_{secrets.token_hex(4)}")
    made = make_engine(url)
    schema.upgrade(made)
    yield made
    made.dispose()


@pytest.fixture
def line(engine: Engine, redis_url: str, tmp_path: Path) -> Iterator[RealLine]:
    """A line, whole, that somebody has begun with: Ben by text, Ana on a call."""
    with real_line(tmp_path, engine.url.render_as_string(hide_password=False), redis_url) as line:
        yield line


@pytest.fixture
def next_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Migrations as the next version has them: one more. Only this process knows of it; the line does not."""
    head = schema.missing(None)[-1].revision
    folder = shutil.copytree(schema.MIGRATIONS, tmp_path / "migrations")
    (folder / "versions" / "9999_the_next.py").write_text(NEXT.replace("HEAD", head))
    monkeypatch.setattr(schema, "MIGRATIONS", folder)
    return head


def texts(line: RealLine, who: str, body: str, sid: str) -> Answer:
    return line.twilio_posts("/webhooks/sms", {"MessageSid": sid, "From": who, "Body": body, "NumMedia": "0"})


def test_a_migration_beside_the_line_loses_nobody_and_the_new_processes_go_on(
    line: RealLine, engine: Engine, next_version: str
) -> None:
    called = call_of(line)
    assert texts(line, BEN, "checkin", "SM" + "b" * 32).status == 200
    traffic, old = Traffic(line), psutil.Process(line.processes.running[0].popen.pid)
    with traffic.coming():
        until(lambda: len(traffic.answers) > 10)
        assert [migration.keeps_running for migration in schema.missing(next_version)] == [True]
        schema.upgrade(engine)
        assert "tomorrow" in inspect(engine).get_table_names()
        asked = len(traffic.answers)
        until(lambda: len(traffic.answers) > asked + 10, what="the old processes answer no more")
        old.send_signal(signal.SIGUSR2)
        assert old.wait(90) == 0
        asked = len(traffic.answers)
        until(lambda: len(traffic.answers) > asked + 10)
        schema.downgrade(engine)
        asked = len(traffic.answers)
        until(lambda: len(traffic.answers) > asked + 10, what="after going back nobody answers")
    traffic.all_was_well()
    assert schema.standing(engine).at == next_version
    goes_on(line, called)


def test_a_line_of_the_last_release_is_stopped_upgraded_and_goes_on(
    tmp_path: Path, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its database is what the ways back of all migrations since make of one of today."""
    url = f"sqlite:///{tmp_path / 'line.db'}"
    engine = make_engine(url)
    schema.upgrade(engine)
    with real_line(tmp_path, url, redis_url) as line:
        called = call_of(line)
        assert texts(line, BEN, "checkin", "SM" + "b" * 32).status == 200
    with migrating(engine) as connection:
        command.downgrade(schema._config(connection), LAST_RELEASE)
    monkeypatch.setenv("DATABASE_URL", url)
    said = CliRunner().invoke(app, ["upgrade", "--check"])
    assert (said.exit_code, "stop the line" in said.output) == (1, True), said.output
    came = CliRunner().invoke(app, ["upgrade", "--yes"])
    assert came.exit_code == 0, came.output
    with real_line(tmp_path, url, redis_url) as line:
        goes_on(line, called)
        traffic = Traffic(line)
        with traffic.coming():
            until(lambda: len(traffic.answers) > 10)
        traffic.all_was_well()
    engine.dispose()


CALL = "CA" + "a" * 32


def call_of(line: RealLine) -> Answer:
    """Ana has called, and is asked for a key."""
    form = {"CallSid": CALL, "From": ANA, "CallStatus": "ringing", "StirVerstat": ATTESTED}
    answer = line.twilio_posts("/webhooks/voice", form)
    assert answer.status == 200
    assert answer.goes_on_at
    return answer


def goes_on(line: RealLine, called: Answer) -> None:
    """Ana's key is taken where she was, and Ben's number is the answer to what he was asked."""
    pressed = line.twilio_posts(
        called.goes_on_at, {"CallSid": CALL, "From": ANA, "CallStatus": "in-progress", "Digits": "3"}
    )
    assert pressed.status == 200
    assert not pressed.apologizes, pressed.body
    assert pressed.goes_on_at != called.goes_on_at, "she is somewhere else now"
    before = steps(line)
    answered = texts(line, BEN, "4", "SM" + "c" * 32)
    assert answered.status == 200
    assert not answered.apologizes, answered.body
    after = steps(line)
    assert set(after) == set(before), "the conversation that he was in, and no new one"
    assert after != before


def steps(line: RealLine) -> dict[str, tuple[str, int]]:
    """Open conversations by text: where each waits, and after how many turns."""
    runtime = line.runtime()
    try:
        found = select(Conversation).where(Conversation.channel == "sms", Conversation.ended_at.is_(None))
        rows = runtime.read(lambda s: list(s.scalars(found)))
        return {row.id: (row.step, row.turn) for row in rows}
    finally:
        runtime.close()
