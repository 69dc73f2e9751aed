"""What only a bucket can do wrong: not answer, refuse us, or be reached from a forked process."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from dataclasses import astuple, replace
from pathlib import Path

import pytest

from checkin.core.encryption import Keys
from checkin.core.settings import Settings, SettingsError
from checkin.telephony.media import media_store
from checkin.telephony.media_store import Cipher, LocalStore, StoreFailed
from checkin.telephony.s3_store import BucketStore
from tests.media.bucket_server import ACCESS, SECRET, BucketServer
from tests.settings.test_settings import GOOD

CIPHER = Cipher(Keys(("a secret",)))
KEYS = {"AWS_ACCESS_KEY_ID": ACCESS, "AWS_SECRET_ACCESS_KEY": SECRET}


def test_a_store_that_does_not_know_us_says_where_to_look_and_repeats_no_key(buckets: BucketServer) -> None:
    bucket, lying = buckets.new()
    store = BucketStore(replace(bucket, secret_key="mistyped"), CIPHER)
    with pytest.raises(StoreFailed, match="CHECKIN_STORE") as said:
        store.put("f00d", b"words")
    assert "mistyped" not in f"{said.value} {store!r} {bucket!r}"
    assert not lying.exists()


def test_a_store_that_does_not_answer_holds_nobody_up(buckets: BucketServer) -> None:
    bucket, _ = buckets.new()
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = replace(bucket, endpoint=f"http://127.0.0.1:{closed.getsockname()[1]}")
        began = time.monotonic()
        with pytest.raises(StoreFailed):
            BucketStore(nobody, CIPHER).open("f00d")
    assert time.monotonic() - began < 15


def test_a_bucket_that_is_not_there_is_our_mistake_and_not_a_missing_story(buckets: BucketServer) -> None:
    bucket, _ = buckets.new()
    with pytest.raises(StoreFailed, match="no such bucket"):
        BucketStore(replace(bucket, name="mistyped"), CIPHER).put("f00d", b"words")


FORKED = """
import os, sys
from checkin.telephony.media_store import Cipher
from checkin.telephony.s3_store import Bucket, BucketStore
from checkin.core.encryption import Keys
store = BucketStore(Bucket(*sys.argv[1:]), Cipher(Keys(("a secret",))))
if os.fork() == 0:
    store.put("f00d", b"words")
    os._exit(0)
sys.exit(os.waitstatus_to_exitcode(os.wait()[1]))
"""


def test_a_process_that_was_forked_after_the_store_was_built_can_use_it(buckets: BucketServer) -> None:
    """As each job of a worker is."""
    bucket, lying = buckets.new()
    subprocess.run([sys.executable, "-c", FORKED, *astuple(bucket)], check=True, timeout=30)
    assert BucketStore(bucket, CIPHER).open("f00d") == b"words"
    assert [file.name for file in lying.iterdir()] == ["f00d"]


def test_one_setting_moves_the_audio_into_a_bucket(buckets: BucketServer, tmp_path: Path) -> None:
    bucket, lying = buckets.new("line/media")
    settings = Settings.from_env(
        GOOD | KEYS | {"CHECKIN_STORE": f"s3://{bucket.name}/line/media/", "AWS_ENDPOINT_URL_S3": buckets.url}
    )
    media_store(settings, CIPHER).put("f00d", b"words")
    assert [file.name for file in lying.iterdir()] == ["f00d"]
    assert SECRET not in repr(settings)
    assert isinstance(media_store(Settings.from_env(GOOD | {"CHECKIN_STATE": str(tmp_path)}), CIPHER), LocalStore)


@pytest.mark.parametrize("missing", sorted(KEYS))
def test_a_bucket_without_its_keys_stops_the_start(missing: str) -> None:
    environ = {**GOOD, **KEYS, "CHECKIN_STORE": "s3://line"}
    del environ[missing]
    with pytest.raises(SettingsError, match=f"{missing} isn't set"):
        Settings.from_env(environ)


@pytest.mark.parametrize("written", ["line", "s3://", "s3://Line", "s3://line/../x", "https://s3.example.org/line"])
def test_an_address_that_is_no_bucket_says_what_one_looks_like(written: str) -> None:
    with pytest.raises(SettingsError, match="CHECKIN_STORE isn't s3://bucket"):
        Settings.from_env({**GOOD, **KEYS, "CHECKIN_STORE": written})
