"""The two places where audio can be kept, to run the same tests over both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from checkin.core.encryption import Keys
from checkin.telephony.media_store import Cipher, LocalStore, MediaStore
from checkin.telephony.s3_store import BucketStore
from tests.media.bucket_server import BucketServer, serving


@dataclass(frozen=True)
class Kept:
    """A store, where its sealed files lie on this machine, and how another process would open it with other secrets."""

    store: MediaStore
    lying: Path
    with_secrets: Callable[..., MediaStore]

    def files(self) -> list[Path]:
        return sorted(self.lying.iterdir()) if self.lying.exists() else []


@pytest.fixture(scope="session")
def buckets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BucketServer]:
    with serving(tmp_path_factory.mktemp("buckets")) as server:
        yield server


@pytest.fixture(params=["folder", "bucket"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Kept:
    if request.param == "folder":
        folder = tmp_path / "media"

        def local(*secrets: str) -> MediaStore:
            return LocalStore(folder, Cipher(Keys(secrets)))

        return Kept(local("a secret"), folder, local)
    bucket, lying = request.getfixturevalue("buckets").new()

    def remote(*secrets: str) -> MediaStore:
        return BucketStore(bucket, Cipher(Keys(secrets)))

    return Kept(remote("a secret"), lying, remote)


@pytest.fixture
def store(kept: Kept) -> MediaStore:
    return kept.store
