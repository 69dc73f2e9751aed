"""Oda's secret leaked, or is another one, or her backup comes back: what she is told at the terminal, in one line."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from click.testing import Result
from sqlalchemy import make_url, select
from typer.testing import CliRunner

from checkin.assembly import build
from checkin.backups import snapshots
from checkin.cli import main
from checkin.cli.erasure_commands import app as erasures
from checkin.cli.rekey_command import rekey
from checkin.contacts.models import Contact
from checkin.conversations import inbound_text
from checkin.core.settings import Settings
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages import service as messages
from checkin.messages.models import Message
from checkin.runtime import Runtime
from tests import make
from tests.cast import ANA, BEN

NEW = "a-new-secret-that-nobody-knows-yet-long"
COMMANDS = (
    "volunteers list", "volunteers link Vee", "stories samples", "outbox list", "retention --dry-run",
    "organizers list", "rekey", "reconcile", "erasures save kept", "lines",
)  # fmt: skip


def says(runtime: Runtime, who: str, *words: str) -> None:
    for body in words:
        runtime.do(lambda uow, body=body: inbound_text.receive(uow, make.text(who, body)))


def read(uow: UnitOfWork, who: str) -> list[str]:
    """What they wrote to us."""
    keys = uow.vault.blind_indexes("number:default", who)
    theirs = select(Message).join(Contact, Contact.id == Message.contact_id).where(Contact.number_key.in_(keys))
    return [messages.body_of(uow, row) for row in uow.session.scalars(theirs.where(Message.inbound))]


def command(called: object) -> Result:
    """A command that is no group, in this process."""
    alone = typer.Typer()
    alone.command()(called)
    return CliRunner().invoke(alone, [])


def typed(environ: dict[str, str], *words: str) -> tuple[int, str]:
    """A command as she types it, in a process of its own."""
    ran = subprocess.run(
        [sys.executable, "-m", "checkin", *words], env={**os.environ, **environ}, capture_output=True, text=True
    )
    return ran.returncode, ran.stderr


def test_a_leaked_secret_is_retired(runtime: Runtime, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    says(runtime, ANA, "hello there")
    runtime.close()
    monkeypatch.setenv("CHECKIN_SECRET", f"{NEW},{make.SECRET}")
    ran = command(rekey)
    assert ran.exit_code == 0, ran.output
    assert "take the old secrets out of CHECKIN_SECRET" in ran.output
    assert "already encrypted with the newest secret" in command(rekey).output
    alone = build(Settings.from_env({**environ, "CHECKIN_SECRET": NEW}))
    assert alone.look(lambda uow: read(uow, ANA)) == ["hello there"]
    alone.close()


@pytest.mark.parametrize("words", COMMANDS)
def test_with_another_secret_every_command_says_so_in_one_line(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    says(runtime, ANA, "hello there")
    runtime.close()
    monkeypatch.setenv("CHECKIN_SECRET", NEW)
    ran = CliRunner().invoke(main.app, words.split())
    said = ran.stderr.splitlines() or [str(ran.exception)]
    assert ran.exit_code == 2 or main._for_people(ran.exception), ran.exc_info
    assert len(said) == 1, said
    assert "a different CHECKIN_SECRET" in said[0]


@pytest.mark.processes
@pytest.mark.parametrize("words", [["worker"], ["clock"], ["db", "upgrade"]], ids=" ".join)
def test_so_does_every_process(runtime: Runtime, environ: dict[str, str], words: list[str]) -> None:
    runtime.close()
    code, said = typed({**environ, "CHECKIN_SECRET": NEW}, *words)
    assert (code, len(said.splitlines())) == (2, 1), said
    assert "a different CHECKIN_SECRET" in said


@pytest.mark.processes
def test_so_does_the_web(runtime: Runtime, environ: dict[str, str]) -> None:
    runtime.close()
    ran = subprocess.run(
        [sys.executable, "-c", "import checkin.wsgi"],
        env={**os.environ, **environ, "CHECKIN_SECRET": NEW}, capture_output=True, text=True,
    )  # fmt: skip
    assert ran.returncode == 1
    assert ran.stderr.startswith("checkin: this database was filled with a different CHECKIN_SECRET"), ran.stderr
    assert len(ran.stderr.splitlines()) == 1


@pytest.mark.processes
def test_practice_data_is_not_taken_to_where_people_text(environ: dict[str, str], tables: bytes) -> None:
    (Path(environ["CHECKIN_STATE"]) / "line.db").write_bytes(tables)
    practice = {
        **environ,
        "CHECKIN_PRACTICE": "yes",
        "TWILIO_API_URL": "http://127.0.0.1:9",
        "PUBLIC_URL": "http://127.0.0.1:8",
    }
    begun = build(Settings.from_env(practice))
    begun.meet()
    begun.close()
    code, said = typed(environ, "volunteers", "list")
    assert (code, len(said.splitlines())) == (2, 1), said
    assert "practice network" in said


def test_a_backup_forgets_too(runtime: Runtime, environ: dict[str, str], tmp_path: Path) -> None:
    """The secret and an old backup are not enough: Ana's key is in no file any more, Ben's is."""
    database = Path(make_url(runtime.settings.database_url).database or "")
    copy, kept = tmp_path / "backup.db", tmp_path / "kept"
    says(runtime, ANA, "my secret")
    says(runtime, BEN, "my secret, too")
    snapshots.copy(runtime.settings.database_url, copy, {})
    assert copy.stat().st_mode & 0o077 == 0
    with sqlite3.connect(copy) as there:
        assert there.execute("SELECT count(*) FROM contact_keys").fetchone() == (0,)
        wrapped = [row[0] for row in sqlite3.connect(database).execute("SELECT wrapped FROM contact_keys")]
    assert not any(key in copy.read_bytes() for key in wrapped), "not in a free page, either"
    says(runtime, ANA, "FORGET", "FORGET")
    saved = CliRunner().invoke(erasures, ["save", str(kept)])
    assert (saved.exit_code, kept.stat().st_mode & 0o077) == (0, 0)
    runtime.close()
    for left in database.parent.glob("line.db*"):
        left.unlink()
    shutil.copy(copy, database)
    restored = build(Settings.from_env(environ))
    assert restored.look(lambda uow: read(uow, BEN)) == [""], "without the keys nobody is read"
    again = CliRunner().invoke(erasures, ["replay", str(kept)])
    assert again.exit_code == 0, again.output
    assert restored.look(lambda uow: read(uow, BEN)) == ["my secret, too"]
    assert restored.look(lambda uow: read(uow, ANA)) == []
    contacts = restored.read(lambda session: list(session.scalars(select(Contact.alias))))
    assert "Forgotten" in contacts
    restored.close()
