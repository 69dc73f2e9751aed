"""Secrets at rest: seal and open with keys that are not in the database, and look up without opening."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

MOST_OPENED = 25_000
"""Short answers that are kept open: a report reads so many, and about 6 MB hold them."""


class CannotOpen(Exception):
    """Sealed with a key that we no longer have. Put the old key back at the end of CHECKIN_SECRET."""


def _derive(secret: str, purpose: str) -> bytes:
    return hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).digest()


class Vault:
    """Seals words and bytes with the first of `secrets`, opens with any of them (rotation).

    Looking up and signing use keys of their own, derived from the *last* (oldest) secret for look-ups, so that a
    rotation keeps every row findable, and from each for signatures.
    """

    def __init__(self, secrets: tuple[str, ...]) -> None:
        if not secrets:
            raise ValueError("Vault needs at least one secret")
        self._seal = MultiFernet([Fernet(urlsafe_b64encode(_derive(secret, "seal"))) for secret in secrets])
        self._opened = lru_cache(MOST_OPENED)(self.open)
        self._look_up = _derive(secrets[-1], "look-up")
        self._sign = [_derive(secret, "sign") for secret in secrets]

    def seal(self, words: str) -> bytes:
        """The words, encrypted."""
        return self._seal.encrypt(words.encode())

    def open(self, sealed: bytes) -> str:
        """What `seal` was given. Raises CannotOpen."""
        return self.open_bytes(sealed).decode()

    def open_again(self, sealed: bytes) -> str:
        """As `open`, for short answers that pages count again and again: this process keeps those of lately open."""
        return self._opened(sealed)

    def seal_bytes(self, content: bytes) -> bytes:
        """The content (audio), encrypted."""
        return self._seal.encrypt(content)

    def open_bytes(self, sealed: bytes) -> bytes:
        """What `seal_bytes` was given. Raises CannotOpen."""
        try:
            return self._seal.decrypt(sealed)
        except InvalidToken as error:
            raise CannotOpen(
                "stored data was sealed with another key: add the old key to the end of CHECKIN_SECRET"
            ) from error

    def look_up(self, kind: str, value: str) -> bytes:
        """A keyed hash by which a row is found again: 32 bytes, different for each `kind`."""
        return hmac.new(self._look_up, f"{kind}:{value}".encode(), hashlib.sha256).digest()

    def sign(self, message: str) -> str:
        """A signature of 32 hexadecimal characters, for addresses that we hand out."""
        return hmac.new(self._sign[0], message.encode(), hashlib.sha256).hexdigest()[:32]

    def signed(self, message: str, signature: str) -> bool:
        """Whether one of our keys made this signature; takes the same time either way."""
        made = [hmac.new(key, message.encode(), hashlib.sha256).hexdigest()[:32] for key in self._sign]
        return sum(hmac.compare_digest(one, signature) for one in made) > 0
