"""Audio is sealed where it lies, is found by our own ids only, and is gone when it is destroyed."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from checkin.core.encryption import CannotDecrypt, Keys
from checkin.telephony.media_store import Cipher, LocalStore, MediaMissing, MediaStore
from tests.media.conftest import Kept

KEY = "5f2d" * 8
STORY = b"ID3 a story that only we should hear" * 100


def test_what_was_kept_comes_back(store: MediaStore) -> None:
    store.put(KEY, STORY)
    assert store.open(KEY) == STORY
    store.put(KEY, b"told again, better")
    assert store.open(KEY) == b"told again, better"


def test_a_thief_of_the_disk_or_of_the_bucket_hears_nothing(kept: Kept) -> None:
    kept.store.put(KEY, STORY)
    (lying,) = kept.files()
    assert b"only we should hear" not in lying.read_bytes()
    assert lying.name == KEY


def test_in_a_folder_only_the_lines_own_user_may_look(tmp_path: Path) -> None:
    LocalStore(tmp_path / "media", Cipher(Keys(("a secret",)))).put(KEY, STORY)
    assert stat.S_IMODE((tmp_path / "media" / KEY).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "media").stat().st_mode) == 0o700


def test_without_our_secret_it_can_not_be_opened_and_says_so(kept: Kept) -> None:
    kept.store.put(KEY, STORY)
    with pytest.raises(CannotDecrypt, match="CHECKIN_SECRET"):
        kept.with_secrets("another").open(KEY)
    assert kept.with_secrets("newer", "a secret").open(KEY) == STORY


def test_what_was_destroyed_is_gone_and_destroying_it_twice_is_fine(kept: Kept) -> None:
    kept.store.delete(KEY)
    kept.store.put(KEY, STORY)
    kept.store.delete(KEY)
    kept.store.delete(KEY)
    assert kept.files() == []
    with pytest.raises(MediaMissing):
        kept.store.open(KEY)


@pytest.mark.parametrize("key", ["", "../x", "a/b", "/etc/passwd", ".new-1", "a.mp3", "a\0b", "a\n", "x" * 81, "é"])
def test_a_key_that_is_not_an_id_of_ours_reaches_nothing(kept: Kept, key: str) -> None:
    for act in (lambda: kept.store.put(key, b"x"), lambda: kept.store.open(key), lambda: kept.store.delete(key)):
        with pytest.raises(ValueError, match="media key"):
            act()
    assert kept.files() == []


@pytest.fixture
def folder(tmp_path: Path) -> MediaStore:
    return LocalStore(tmp_path / "media", Cipher(Keys(("a secret",))))


def test_a_link_planted_in_the_folder_leads_nowhere(folder: MediaStore, tmp_path: Path) -> None:
    folder.put(KEY, STORY)
    outside = tmp_path / "outside"
    outside.write_bytes((tmp_path / "media" / KEY).read_bytes())
    (tmp_path / "media" / "planted").symlink_to(outside)
    with pytest.raises(MediaMissing):
        folder.open("planted")
    folder.delete("planted")
    assert outside.exists()


def test_a_write_that_fails_leaves_the_old_audio_whole(
    folder: MediaStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.put(KEY, STORY)

    def full_disk(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", full_disk)
        with pytest.raises(OSError, match="No space"):
            folder.put(KEY, b"half of")
    assert folder.open(KEY) == STORY
    assert [file.name for file in (tmp_path / "media").iterdir()] == [KEY]


def test_while_it_is_replaced_a_listener_hears_one_or_the_other_never_a_part(store: MediaStore) -> None:
    tellings = {bytes([letter]) * 200_000 for letter in b"ab"}
    store.put(KEY, b"a" * 200_000)
    stop = threading.Event()

    def retell() -> None:
        while not stop.is_set():
            for telling in tellings:
                store.put(KEY, telling)

    teller = threading.Thread(target=retell)
    teller.start()
    try:
        assert all(store.open(KEY) in tellings for _ in range(15))
    finally:
        stop.set()
        teller.join()
