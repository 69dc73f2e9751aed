"""Encryption at rest with keys that are not in the database, blind indexes to find rows by, and signatures.

What is encrypted is bound to its place (AES-256-GCM with associated data), so that a value that was moved to another
row, column or table is noticed. Every purpose has a key of its own, derived from CHECKIN_SECRET by HKDF; nothing that
a browser hands back is encrypted at all: it is signed, or kept here.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets as chance
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from urllib.parse import quote

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from itsdangerous import BadSignature, Signer

Purpose = Literal["column", "data key", "media", "state"]
PURPOSES: tuple[Purpose, ...] = ("column", "data key", "media", "state")

BY_SECRET, BY_DATA_KEY = b"\x01", b"\x02"
"""What an encrypted value begins with: whether the installation's key opens it, or the data key that it names."""

MARK, KEY_ID, NONCE = 4, 16, 12
"""Bytes of the mark of a secret, of the id of a data key, and of what makes each encryption another one."""

_BARE = 32
"""Bytes of a blind index under the first secret of an installation; later ones begin with their secret's mark."""

_BEFORE = b"gAAAA"
"""How what Fernet encrypted begins, from before each value had its place."""


class CannotDecrypt(Exception):
    """The value was encrypted with a secret that we have not, or is not what was encrypted for this place."""


class DataKey:
    """A key of its own for what belongs together, opened. Destroying its wrapped form destroys all of it."""

    def __init__(self, key_id: str, key: bytes) -> None:
        self._head = BY_DATA_KEY + bytes.fromhex(key_id)
        self._key = AESGCM(key)

    def encrypt(self, place: str, content: bytes) -> bytes:
        """The content, for this place alone."""
        return _encrypt(self._key, self._head, place, content)

    def decrypt(self, place: str, value: bytes) -> bytes:
        """What `encrypt` was given. Raises CannotDecrypt."""
        return _decrypt(self._key, len(self._head), place, value)

    def is_of(self, value: bytes) -> bool:
        """Whether this key opens it."""
        return value.startswith(self._head)


@dataclass(frozen=True)
class _Secret:
    """What follows from one secret."""

    mark: bytes
    keys: dict[Purpose, AESGCM] = field(repr=False)
    index: bytes = field(repr=False)
    signing: bytes = field(repr=False)

    @classmethod
    def of(cls, secret: str) -> _Secret:
        """Derived by HKDF (RFC 5869); look-ups and signatures as they always were, so that they stay good."""
        return cls(
            _derive(secret, "mark")[:MARK],
            {purpose: AESGCM(_derive(secret, purpose)) for purpose in PURPOSES},
            hmac.digest(secret.encode(), b"look-up", "sha256"),
            hmac.digest(secret.encode(), b"sign", "sha256"),
        )


class Keys:
    """What a process encrypts, finds and signs with. Encrypts with the first of `secrets`, decrypts with any of them.

    A blind index goes through the key of every secret that there was, the oldest first: so a row can be given a newer
    one without knowing what it was made of, and a secret that leaked protects nothing any more once a newer one lies
    over it.
    """

    def __init__(self, secrets: Sequence[str]) -> None:
        if not secrets:
            raise ValueError("Keys need at least one secret")
        self._secrets = [_Secret.of(secret) for secret in secrets]
        self._by_mark = {secret.mark: secret for secret in self._secrets}
        self._before = MultiFernet([_fernet(secret) for secret in secrets])
        self._takes_before = False
        self._retired: tuple[bytes, ...] = ()

    @property
    def head(self) -> bytes:
        """What everything begins with that we encrypt now."""
        return BY_SECRET + self._secrets[0].mark

    @property
    def index_mark(self) -> bytes | None:
        """What the newest blind indexes begin with; None: there was never more than one secret."""
        keys = self._index_keys()
        return _mark_of(keys[-1]) if len(keys) > 1 else None

    @property
    def takes_before(self) -> bool:
        """Whether there is still what was encrypted before each value had its place."""
        return self._takes_before

    def learn(self, retired: Iterable[bytes] = (), *, takes_before: bool = False) -> None:
        """What the database says (checkin.services.secrets). takes_before: there is still what Fernet encrypted."""
        self._retired = tuple(retired)
        self._takes_before = takes_before

    def encrypt(self, purpose: Purpose, place: str, content: bytes) -> bytes:
        """The content, for this purpose and place alone."""
        newest = self._secrets[0]
        return _encrypt(newest.keys[purpose], self.head, place, content)

    def decrypt(self, purpose: Purpose, place: str, value: bytes) -> bytes:
        """What `encrypt` was given. Raises CannotDecrypt."""
        if self.is_from_before(value):
            return self._as_before(value)
        secret = self._by_mark.get(value[1 : 1 + MARK]) if value[:1] == BY_SECRET else None
        if secret is None:
            raise CannotDecrypt(
                "stored data was encrypted with another secret: add the old one to the end of CHECKIN_SECRET"
            )
        return _decrypt(secret.keys[purpose], 1 + MARK, place, value)

    def is_from_before(self, value: bytes) -> bool:
        """Whether this was encrypted before there were places."""
        return value.startswith(_BEFORE)

    def is_current(self, value: bytes) -> bool:
        """Whether this stands under the secret that we encrypt with."""
        return value.startswith(self.head)

    def new_data_key(self, key_id: str, owner: str) -> bytes:
        """A data key of this owner's, wrapped."""
        return self.encrypt("data key", f"{key_id}\0{owner}", chance.token_bytes(32))

    def data_key(self, key_id: str, owner: str, wrapped: bytes) -> DataKey:
        """A data key, unwrapped. Raises CannotDecrypt, also where it is another owner's."""
        return DataKey(key_id, self.decrypt("data key", f"{key_id}\0{owner}", wrapped))

    def data_key_for(self, taker: str, key_id: str, owner: str, wrapped: bytes) -> bytes:
        """The same data key, wrapped for another owner. Raises CannotDecrypt."""
        key = self.decrypt("data key", f"{key_id}\0{owner}", wrapped)
        return self.encrypt("data key", f"{key_id}\0{taker}", key)

    def blind_index(self, kind: str, value: str) -> bytes:
        """A keyed hash by which a row is found again; different for each `kind`, and it says nothing of the value."""
        return self.blind_indexes(kind, value)[0]

    def blind_indexes(self, kind: str, value: str) -> list[bytes]:
        """The same, the newest first, and those that rows may still have until `checkin rekey` was there."""
        first, *later = self._index_keys()
        made = [hmac.digest(first, f"{kind}:{value}".encode(), "sha256")]
        for key in later:
            made.append(_over(key, made[-1]))
        return made[len(self._retired) :][::-1]

    def newer_index(self, index: bytes) -> bytes:
        """The same blind index as the newest secret makes it, from an older one. Raises CannotDecrypt."""
        keys = self._index_keys()
        level = 0 if len(index) == _BARE else self._level(index[:MARK])
        for key in keys[level + 1 :]:
            index = _over(key, index)
        return index

    def index_keys_to_retire(self) -> tuple[bytes, ...]:
        """What `learn` is told once no row has an older blind index any more."""
        return tuple(self._index_keys()[:-1])

    def derived(self, purpose: str, value: str) -> bytes:
        """32 bytes that belong to this value, and that nobody can know without our secret."""
        return hmac.digest(self._secrets[0].signing, f"derived {purpose} {value}".encode(), "sha256")

    def sign(self, message: str) -> str:
        """A signature of 32 hexadecimal characters, for what we hand out."""
        return _signature(self._secrets[0].signing, message)

    def signed(self, message: str, signature: str) -> bool:
        """Whether one of our keys made this signature; takes the same time either way."""
        given = signature.encode()
        made = [_signature(secret.signing, message).encode() for secret in self._secrets]
        return sum(hmac.compare_digest(ours, given) for ours in made) > 0

    def sign_until(self, salt: str, path: str, until: datetime) -> str:
        """The path with a signature under which it opens until then. salt: what it is for; one opens nothing else."""
        return f"{quote(path)}?s={self._signer(salt, path).sign(str(int(until.timestamp()))).decode()}"

    def opens(self, salt: str, path: str, signature: str, now: datetime) -> bool:
        """Whether one of our keys signed this path for this purpose, for longer than until now."""
        try:
            return now.timestamp() < int(self._signer(salt, path).unsign(signature))
        except (BadSignature, UnicodeEncodeError):
            return False

    def _signer(self, salt: str, path: str) -> Signer:
        keys = [secret.signing for secret in reversed(self._secrets)]
        return Signer(keys, f"{salt}\0{path}", key_derivation="hmac", digest_method=hashlib.sha256)

    def _index_keys(self) -> list[bytes]:
        """Of all secrets that there were, the oldest first."""
        ours = [secret.index for secret in reversed(self._secrets)]
        return [*self._retired, *(key for key in ours if key not in self._retired)]

    def _level(self, mark: bytes) -> int:
        for level, key in enumerate(self._index_keys()):
            if _mark_of(key) == mark:
                return level
        raise CannotDecrypt("a blind index was made with a secret we don't have: add it to CHECKIN_SECRET")

    def _as_before(self, value: bytes) -> bytes:
        if not self._takes_before:
            raise CannotDecrypt("stored data was encrypted in an old way that's no longer supported")
        try:
            return self._before.decrypt(value)
        except InvalidToken as error:
            raise CannotDecrypt(
                "stored data was encrypted with another secret: add the old one to the end of CHECKIN_SECRET"
            ) from error


def key_id_of(value: bytes) -> str | None:
    """The id of the data key that a value stands under; None: it is the installation's."""
    return value[1 : 1 + KEY_ID].hex() if value[:1] == BY_DATA_KEY else None


def _encrypt(key: AESGCM, head: bytes, place: str, content: bytes) -> bytes:
    nonce = chance.token_bytes(NONCE)
    return head + nonce + key.encrypt(nonce, content, head + place.encode())


def _decrypt(key: AESGCM, head: int, place: str, value: bytes) -> bytes:
    try:
        return key.decrypt(value[head : head + NONCE], value[head + NONCE :], value[:head] + place.encode())
    except (InvalidTag, ValueError) as error:
        raise CannotDecrypt("stored data isn't what was written here: it was changed or moved") from error


def _derive(secret: str, purpose: str) -> bytes:
    return HKDF(SHA256(), 32, salt=b"checkin", info=purpose.encode()).derive(secret.encode())


def _over(key: bytes, index: bytes) -> bytes:
    return _mark_of(key) + hmac.digest(key, index, "sha256")


def _mark_of(index_key: bytes) -> bytes:
    return hashlib.sha256(b"mark" + index_key).digest()[:MARK]


def _signature(key: bytes, message: str) -> str:
    return hmac.digest(key, message.encode(), "sha256").hex()[:32]


def _fernet(secret: str) -> Fernet:
    return Fernet(urlsafe_b64encode(hmac.digest(secret.encode(), b"seal", "sha256")))
