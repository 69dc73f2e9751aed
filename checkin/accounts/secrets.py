"""Passwords and one-time codes. Slow on purpose: never inside a transaction.

What hashes, counts and draws is loaded by whoever signs in first: a start needs none of it.
"""

from __future__ import annotations

from base64 import b32encode
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher

STEP = 30
"""Seconds that one code is shown for (RFC 6238, section 5.2)."""

DRIFT = 1
"""So many steps before and after now are taken, too: phones' clocks differ."""


@cache
def _hasher() -> PasswordHasher:
    """argon2id at the library's defaults, which follow RFC 9106's low-memory profile (64 MiB)."""
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def _nobodys() -> str:
    """What a password is checked against when there is nobody, so that it takes as long."""
    return _hasher().hash("nobody has this password")


def hash_of(password: str) -> str:
    """What is kept of a password."""
    return _hasher().hash(password)


def is_right(password_hash: str | None, password: str) -> bool:
    """Whether this is the password. Takes as long when there is none."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        _hasher().verify(password_hash or _nobodys(), password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def code_secret(seed: bytes) -> str:
    """A secret of 160 bits for an authenticator, in base 32, made of a seed that nobody can guess."""
    return b32encode(seed[:20]).decode()


def step_of(secret: str, code: str, now: float) -> int | None:
    """The time step that this code belongs to, within DRIFT of `now` (seconds since 1970); None when it is wrong."""
    digits = "".join(code.split())
    if len(digits) != 6 or not digits.isascii() or not digits.isdigit():
        return None
    import pyotp

    totp = pyotp.TOTP(secret)
    at = int(now) // STEP
    for step in range(at - DRIFT, at + DRIFT + 1):
        if pyotp.utils.strings_equal(totp.at(step * STEP), digits):
            return step
    return None


def drawing(secret: str, email: str, issuer: str) -> str:
    """The QR code that an authenticator reads, as SVG without any style of its own."""
    import pyotp
    import segno

    address = pyotp.TOTP(secret).provisioning_uri(name=email or "organizer", issuer_name=issuer)
    drawn: str = segno.make_qr(address, error="m").svg_inline(scale=4, border=2, omitsize=True, svgclass="qr")
    return drawn
