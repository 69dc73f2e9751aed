"""Audio in a bucket of any S3-compatible store: Amazon's, MinIO, Garage, R2, a provider's own. It leaves encrypted.

The store's keys are the line's own ids, below a prefix; whoever can read the bucket learns lengths and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta

from obstore.exceptions import BaseError
from obstore.store import S3Store

from checkin.telephony.media_store import Cipher, MediaMissing, StoreFailed, checked

_CONNECT, _ANSWER, _GIVE_UP = "3s", "8s", timedelta(seconds=12)
"""A caller waits for the sound: what does not come within these is treated as missing, and the call goes on."""


@dataclass(frozen=True)
class Bucket:
    """Where it is. endpoint: scheme://host[:port]; None is Amazon itself. prefix: a folder in it, or ""."""

    name: str
    prefix: str
    region: str
    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    endpoint: str | None = None


class BucketStore:
    """A MediaStore in a bucket. Building it opens no connection, so that processes may fork after it."""

    def __init__(self, bucket: Bucket, cipher: Cipher) -> None:
        self._cipher = cipher
        self._store = S3Store(
            bucket.name,
            prefix=bucket.prefix or None,
            region=bucket.region,
            access_key_id=bucket.access_key,
            secret_access_key=bucket.secret_key,
            virtual_hosted_style_request=False,
            endpoint=bucket.endpoint or f"https://s3.{bucket.region}.amazonaws.com",
            client_options={"timeout": _ANSWER, "connect_timeout": _CONNECT, "allow_http": True},
            retry_config={"max_retries": 2, "retry_timeout": _GIVE_UP},
        )

    def put(self, key: str, content: bytes, of: str | None = None) -> None:
        """Encrypted here, then sent whole: a listener gets the old one or the new one. Raises StoreFailed."""
        place = checked(key)
        kept = self._cipher.encrypt(key, content, of)
        with _spoken_plainly():
            self._store.put(place, kept)

    def open(self, key: str) -> bytes:
        """Fetched whole and decrypted. Raises MediaMissing, StoreFailed, CannotDecrypt."""
        return self._cipher.decrypt(key, self._kept(key))

    def encrypt_again(self, key: str, of: str | None = None) -> bool:
        kept = self._kept(key)
        if self._cipher.is_current(kept, of):
            return False
        self.put(key, self._cipher.decrypt(key, kept), of)
        return True

    def _kept(self, key: str) -> bytes:
        place = checked(key)
        try:
            with _spoken_plainly():
                return bytes(self._store.get(place).bytes())
        except _NothingThere:
            raise MediaMissing("no audio is kept under this key") from None

    def delete(self, key: str) -> None:
        """Gone already is no error. Raises StoreFailed."""
        place = checked(key)
        with suppress(_NothingThere), _spoken_plainly():
            self._store.delete(place)


class _NothingThere(StoreFailed):
    """The store knows nothing of this name: of the object, or of the whole bucket."""


@contextmanager
def _spoken_plainly() -> Iterator[None]:
    """What the library says names the address and the key; what we say does not."""
    try:
        yield
    except FileNotFoundError:
        raise _NothingThere("the store knows no such bucket: make it, or correct CHECKIN_STORE") from None
    except (BaseError, OSError) as error:
        raise StoreFailed(
            f"the audio storage didn't do what we asked ({type(error).__name__}): look at CHECKIN_STORE,"
            " the keys beside it, and whether its address answers"
        ) from None
