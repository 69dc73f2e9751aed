"""The .env: read, changed line by line with its comments kept, and written whole for its owner alone."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from checkin.setup.errors import CannotSetUp

HEAD = "# Written by checkin setup. Keep it for yourself: whoever reads it can read everything.\n"
QUOTED = frozenset(" #'\"$`\\")


def read(file: Path) -> dict[str, str]:
    """What it says; nothing when it is not there. Raises CannotSetUp when it cannot be read."""
    return dict(pair for pair in map(_pair, _lines(file)) if pair)


def write(file: Path, values: Mapping[str, str | None]) -> None:
    """Set these, in their place where they have one and at the end otherwise; None takes one away.

    Raises CannotSetUp when the folder does not take it.
    """
    left, lines = dict(values), []
    for line in _lines(file):
        pair = _pair(line)
        if pair is None or pair[0] not in values:
            lines.append(line)
        elif pair[0] in left and (value := left.pop(pair[0])) is not None:
            lines.append(_written(pair[0], value))
    lines += [_written(name, value) for name, value in left.items() if value is not None]
    head = "" if file.exists() else HEAD
    _replace(file, head + "".join(f"{line}\n" for line in lines))


def put_away(file: Path) -> Path | None:
    """Move it aside, since what it alone knows (the secret) must not be lost; answers where it is now."""
    if not file.exists():
        return None
    aside = undone(file)
    file.replace(aside)
    aside.chmod(0o600)
    return aside


def copy_aside(file: Path) -> None:
    """The same, leaving it where it is."""
    if file.exists():
        _replace(undone(file), file.read_text())


def undone(file: Path) -> Path:
    """Where it is moved when setting up is undone."""
    return file.with_name(f"{file.name}.undone")


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text().splitlines() if file.exists() else []
    except (OSError, UnicodeDecodeError) as error:
        raise CannotSetUp(f"{file} can't be read ({type(error).__name__}): is it yours?") from error


def _pair(line: str) -> tuple[str, str] | None:
    name, equals, value = line.strip().removeprefix("export ").partition("=")
    name, value = name.strip(), value.strip()
    if not equals or name.startswith("#") or not name:
        return None
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        value = value[1:-1]
    return name, value


def _written(name: str, value: str) -> str:
    return f"{name}='{value}'" if set(value) & QUOTED else f"{name}={value}"


def _replace(file: Path, words: str) -> None:
    """Whole or not at all, and never readable by others."""
    fresh = file.with_name(f"{file.name}.new")
    try:
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as opened:
            opened.write(words)
        fresh.chmod(0o600)
        fresh.replace(file)
    except OSError as error:
        raise CannotSetUp(f"{file} can't be written ({error.strerror}): nothing was changed in it") from error
