"""A copy of the database while the line runs, without the keys of contacts; and a database from such a copy.

What FORGET destroyed must not lie in a backup (docs/decisions/0018-backups-forget-too.md).
"""

from __future__ import annotations

import secrets
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

from checkin.backups.problems import BackupFailed

KEYS = "contact_keys"
LIBPQ = {"password": "PGPASSWORD"}  # a list of processes shows everybody what stands in a command

Rows = dict[str, int]


def is_sqlite(url: str) -> bool:
    """Whether the database is a file."""
    return make_url(url).get_backend_name() == "sqlite"


def copy(url: str, file: Path, environ: Mapping[str, str]) -> Rows:
    """Copy the database of now to `file`, for us alone; how many rows each table has. Raises BackupFailed."""
    file.touch(mode=0o600)
    return _copy_sqlite(url, file) if is_sqlite(url) else _copy_postgres(url, file, environ)


def load(file: Path, url: str, environ: Mapping[str, str]) -> Rows:
    """Fill an empty database from a copy; how many rows each table has now. Raises BackupFailed, all or nothing."""
    if is_sqlite(url):
        place = Path(make_url(url).database or "")
        shutil.copyfile(file, place)
        place.chmod(0o600)
        with closing(sqlite3.connect(place)) as there:
            (said,) = there.execute("PRAGMA integrity_check").fetchone()
            if said != "ok":
                raise BackupFailed("the database in the backup is damaged: take another one")
            return _rows_of_sqlite(there)
    _run("pg_restore", url, environ, "--clean", "--if-exists", "--single-transaction", str(file))
    with _connected(url) as there:
        return _rows_of_postgres(there)


@contextmanager
def scratch(url: str, folder: Path) -> Iterator[str]:
    """An empty database beside the one of `url`, gone when this ends. Raises BackupFailed."""
    if is_sqlite(url):
        yield f"sqlite:///{folder / 'scratch.db'}"
        return
    name = sql.Identifier(f"checkin_scratch_{secrets.token_hex(6)}")
    with _connected(url, autocommit=True) as there:
        try:
            there.execute(sql.SQL("CREATE DATABASE {}").format(name))
        except psycopg.errors.InsufficientPrivilege as error:
            raise BackupFailed(
                "the database user may not make the scratch database of a rehearsal: allow it (ALTER ROLE ... CREATEDB)"
            ) from error
        try:
            yield make_url(url).set(database=name.as_string().strip('"')).render_as_string(hide_password=False)
        finally:
            there.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))


def hand_over(from_url: str, to_url: str, folder: Path, environ: Mapping[str, str], aside: str) -> Path | None:
    """Put a finished database in the place of another, keys and all: whole at once, or not at all.

    aside: what the end of SQLite's old file is called from then on; answers where it is. PostgreSQL's old tables are
    replaced in the one transaction that brings the new ones.
    """
    if is_sqlite(to_url):
        place = Path(make_url(to_url).database or "")
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = place.with_name(f"{place.name}.new")
        beside.unlink(missing_ok=True)
        beside.touch(mode=0o600)
        _online(Path(make_url(from_url).database or ""), beside)
        old = place.with_name(f"{place.name}{aside}") if place.exists() else None
        for end in ("-wal", "-shm", ""):  # the log of one is nothing to the other
            left = place.with_name(f"{place.name}{end}")
            if old and left.exists():
                left.replace(old.with_name(f"{old.name}{end}"))
            left.unlink(missing_ok=True)
        beside.replace(place)
        return old
    whole = folder / "whole.dump"
    whole.touch(mode=0o600)
    _run("pg_dump", from_url, environ, "--format=custom", f"--file={whole}")
    _run("pg_restore", to_url, environ, "--clean", "--if-exists", "--single-transaction", str(whole))
    return None


def counted(url: str, table: str) -> int:
    """Rows of a table; none where there's no such table, or no database."""
    if is_sqlite(url):
        place = Path(make_url(url).database or "")
        if not place.exists():
            return 0
        with closing(sqlite3.connect(place)) as there:
            return _rows_of_sqlite(there).get(table, 0)
    with _connected(url) as there:
        return _rows_of_postgres(there).get(table, 0)


def _copy_sqlite(url: str, file: Path) -> Rows:
    _online(Path(make_url(url).database or ""), file)
    with closing(sqlite3.connect(file, isolation_level=None)) as there:
        there.execute("PRAGMA journal_mode=DELETE")
        there.execute(f"DELETE FROM {KEYS}")  # noqa: S608 - a name of ours
        there.execute("VACUUM")  # what was deleted is in no free page, either
        return _rows_of_sqlite(there)


def _online(source: Path, target: Path) -> None:
    """By SQLite's own backup: in one step, so that whoever writes meanwhile neither waits nor has it begin anew."""
    if not source.exists():
        raise BackupFailed(f"there's no database at {source}: set DATABASE_URL or CHECKIN_STATE")
    with closing(sqlite3.connect(source)) as ours, closing(sqlite3.connect(target)) as theirs:
        ours.backup(theirs)


def _rows_of_sqlite(there: sqlite3.Connection) -> Rows:
    names = there.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").fetchall()
    return {name: there.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in names}  # noqa: S608


def _copy_postgres(url: str, file: Path, environ: Mapping[str, str]) -> Rows:
    """Dump and count in one snapshot."""
    with _connected(url) as there:
        there.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        row = there.execute("SELECT pg_export_snapshot()").fetchone()
        assert row is not None
        only = ("--format=custom", f"--exclude-table-data={KEYS}", f"--snapshot={row[0]}", f"--file={file}")
        _run("pg_dump", url, environ, *only)
        return _rows_of_postgres(there) | {KEYS: 0}


def _rows_of_postgres(there: psycopg.Connection[Any]) -> Rows:
    names = there.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    count = sql.SQL("SELECT count(*) FROM public.{}")
    found = {name: there.execute(count.format(sql.Identifier(name))).fetchone() for (name,) in names}
    return {name: row[0] if row else 0 for name, row in found.items()}


@contextmanager
def _connected(url: str, *, autocommit: bool = False) -> Iterator[psycopg.Connection[Any]]:
    connection = psycopg.connect(_plain(make_url(url)), autocommit=autocommit, connect_timeout=5)
    try:
        with closing(connection):
            yield connection
    except psycopg.OperationalError as error:
        raise BackupFailed("the database doesn't answer: look at DATABASE_URL") from error


def _plain(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _run(program: str, url: str, environ: Mapping[str, str], *arguments: str) -> None:
    """One of PostgreSQL's own programs, on this database."""
    found = shutil.which(program, path=environ.get("PATH"))
    if found is None:
        raise BackupFailed(f"{program} isn't installed: install PostgreSQL's client programs of the server's version")
    address = make_url(url)
    own = dict(environ) | ({LIBPQ["password"]: str(address.password)} if address.password else {})
    where = f"--dbname={_plain(address.set(password=None))}"
    command = [found, "--no-owner", "--no-privileges", where, *arguments]
    ran = subprocess.run(command, env=own, capture_output=True, text=True)
    if ran.returncode != 0:
        said = "; ".join(line for line in ran.stderr.splitlines() if "error:" in line or "version:" in line)
        raise BackupFailed(f"{found} failed: {said[:300] or 'no reason given'}")
