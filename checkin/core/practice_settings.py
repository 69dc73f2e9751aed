"""What a line on the practice network is set to: made up once, written down, and found again by other commands.

`checkin up` without Twilio's credentials writes `practice.env` into CHECKIN_STATE; any other command that is run
beside it reads the same values, so that `checkin volunteers add` writes into the line that is running.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

CODE = Path(__file__).parents[2]
IN_CHECKOUT = (CODE / "Procfile").exists()
HOME = CODE if IN_CHECKOUT else CODE / "checkin" / "home"
"""Where the Procfile, what gunicorn reads and the migrations stand; a wheel has them inside (pyproject.toml)."""

STATE = (CODE if IN_CHECKOUT else Path.cwd()) / "var"
"""Beside the code, wherever it is called from; where it was installed from a wheel, in the folder it is called from."""

LINE_NUMBER = "+15555550100"
CARRIER_PORT = 8010


def path(written: str) -> Path:
    """A file or folder, made absolute."""
    return Path(written).expanduser().absolute()


def state_of(environ: Mapping[str, str]) -> Path:
    """The state folder that `environ` names, absolute."""
    return path(environ.get("CHECKIN_STATE") or str(STATE))


def token_file(state: Path) -> Path:
    """Where the practice network reads the token that it signs with."""
    return state / "practice-token"


def on_practice(environ: Mapping[str, str]) -> bool:
    """Whether nothing says which Twilio account to use."""
    return not any(environ.get(name) for name in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_API_URL"))


def fill_in(environ: dict[str, str]) -> dict[str, str]:
    """`environ`, with what was written down for the practice network where it says nothing itself."""
    if not on_practice(environ):
        return environ
    written = _read(state_of(environ) / "practice.env")
    written |= {"CHECKIN_PRACTICE": "yes"} if written else {}  # also where an earlier version of us wrote it
    return written | {name: value for name, value in environ.items() if value or name not in written}


def make(environ: Mapping[str, str], carrier_port: int = CARRIER_PORT) -> dict[str, str]:
    """The practice network's settings for `environ`; keys are made once, kept in files that only we can read."""
    state = state_of(environ)
    state.mkdir(parents=True, exist_ok=True)
    before = _read(state / "practice.env")
    made = {
        "TWILIO_ACCOUNT_SID": before.get("TWILIO_ACCOUNT_SID") or f"AC{secrets.token_hex(16)}",
        "TWILIO_AUTH_TOKEN": before.get("TWILIO_AUTH_TOKEN") or secrets.token_hex(16),
        "TWILIO_API_URL": f"http://localhost:{carrier_port}",
        "CHECKIN_PRACTICE": "yes",
        "CHECKIN_PRACTICE_CLOCK": str(state / "practice-clock"),
        "CHECKIN_LINE_NUMBER": environ.get("CHECKIN_LINE_NUMBER") or LINE_NUMBER,
        "CHECKIN_SECRET": environ.get("CHECKIN_SECRET") or _secret(state / "secret"),
        "PUBLIC_URL": environ.get("PUBLIC_URL") or f"http://localhost:{environ.get('PORT') or 8000}",
    }
    _write(token_file(state), made["TWILIO_AUTH_TOKEN"])  # a list of processes shows everybody what stands in a command
    _write(state / "practice.env", "".join(f"{name}={value}\n" for name, value in made.items()))
    return made


def _secret(file: Path) -> str:
    if not file.exists():
        _write(file, secrets.token_urlsafe(48))
    return file.read_text().strip()


def _read(file: Path) -> dict[str, str]:
    if not file.exists():
        return {}
    lines = (line.partition("=") for line in file.read_text().splitlines())
    return {name: value for name, equals, value in lines if equals}


def _write(file: Path, words: str) -> None:
    """Whole or not at all, and never readable by others."""
    fresh = file.with_name(f"{file.name}.new")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as opened:
        opened.write(words)
    fresh.replace(file)
