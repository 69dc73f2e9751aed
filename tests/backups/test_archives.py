"""What lies in the place: sealed, whole or not there, and no more of it than was said."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from checkin.backups import age, making, records
from checkin.backups.making import Retention, workshop
from checkin.backups.places import BackupBucket, Folder, place_of
from checkin.backups.problems import BackupFailed
from checkin.core.settings import Settings
from tests.backups.conftest import BackedUpLine
from tests.cast import ANA, BEN
from tests.media.bucket_server import ACCESS, SECRET, serving


def archived(line: BackedUpLine) -> list[Path]:
    return sorted(path for path in line.lying.iterdir() if "erasures" not in path.name)


def test_nobody_reads_an_archive_and_it_is_for_us_alone(line: BackedUpLine) -> None:
    line.hears(ANA, "hi")
    line.backs_up()
    [archive] = archived(line)
    for path in line.lying.iterdir():
        assert path.stat().st_mode & 0o077 == 0
        assert path.read_bytes().startswith(b"age-encryption.org/v1")
    assert ANA.encode() not in archive.read_bytes()
    assert not list(line.settings.state.glob("backup-*")), "nothing half done is left"


def test_what_was_cut_short_or_changed_is_refused(line: BackedUpLine) -> None:
    line.hears(ANA, "hi")
    line.backs_up()
    [archive] = archived(line)
    whole = archive.read_bytes()
    for damaged in (whole[:-1], whole[: len(whole) // 2], whole[:-40] + bytes([whole[-40] ^ 1]) + whole[-39:], b"no"):
        archive.write_bytes(damaged)
        with pytest.raises(BackupFailed, match="cut short or changed"):
            line.restores(replacing=True)
    assert line.knows(ANA) is not None, "what is here was not touched"
    archive.write_bytes(whole)
    line.restores(replacing=True)
    assert line.knows(ANA) is not None


def test_another_key_opens_nothing(line: BackedUpLine) -> None:
    line.backs_up()
    [archive] = archived(line)
    other, _ = age.new_key()
    with pytest.raises(BackupFailed, match="no backup for this key"):
        line.restores(key=other, replacing=True)
    with pytest.raises(BackupFailed, match="doesn't open"):
        line.restores(key=other, name=archive.name, replacing=True)
    with pytest.raises(BackupFailed, match="no key for backups"):
        line.restores(key="groceries", replacing=True)


def test_an_old_archive_with_all_that_lies_beside_it_does_not_tell_of_who_was_forgotten(line: BackedUpLine) -> None:
    line.hears(ANA, "hi")
    line.hears(BEN, "hi")
    line.backs_up()
    line.hears(ANA, "FORGET", "FORGET")
    line.keeps_erasures()
    line.loses_its_database()
    line.restores()
    assert line.knows(ANA) is None
    assert line.knows(BEN) is not None


def test_people_in_the_database_are_not_replaced_unasked(line: BackedUpLine) -> None:
    line.hears(ANA, "hi")
    line.backs_up()
    line.hears(BEN, "hi")
    with pytest.raises(BackupFailed, match="--replace"):
        line.restores()
    assert line.knows(BEN) is not None
    came = line.restores(replacing=True)
    assert line.knows(BEN) is None
    assert came.aside is not None
    assert came.aside.exists()


def test_old_ones_go_by_number_and_age_and_the_newest_never() -> None:
    _, key = age.new_key()
    now = records.datetime.fromisoformat("2026-12-01T03:00:00+00:00")
    names = [making.archive_name(key, now - timedelta(days=days)) for days in (60, 50, 3, 2, 1)]
    others = ["groceries", making.kept_name(key), making.archive_name(age.new_key()[1], now - timedelta(days=99))]
    gone = making.too_old([*names, *others], key, Retention(count=4, days=35), now)
    assert sorted(gone) == names[:2]
    assert sorted(making.too_old(names, key, Retention(count=2, days=35), now)) == names[:3]
    assert making.too_old(names[:1], key, Retention(count=1, days=1), now) == []


def test_a_full_disk_leaves_no_archive_and_says_so(line: BackedUpLine) -> None:
    line.hears(ANA, "hi")
    line.runtime.media.put("f00d", os.urandom(3_000_000))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a write beyond the limit is an error then, as on a full disk
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, before[1]))
    try:
        with pytest.raises(BackupFailed, match=r"disk full|too large"):
            line.backs_up()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    assert archived(line) == []
    assert line.runtime.read(records.standing).has_failed()
    line.clock.forward(minutes=1)
    line.backs_up()
    assert not line.runtime.read(records.standing).has_failed()


KILLED = """
import os, sys
from pathlib import Path
from checkin.backups.places import Folder
os.replace = lambda *_: os.kill(os.getpid(), 9)
Folder(Path(sys.argv[1])).put("whole", Path(sys.argv[2]))
"""


def test_killed_in_the_middle_nothing_has_a_whole_ones_name(tmp_path: Path) -> None:
    source, lying = tmp_path / "source", tmp_path / "lying"
    source.write_bytes(b"x" * 1000)
    ran = subprocess.run([sys.executable, "-c", KILLED, lying, source])
    assert ran.returncode == -signal.SIGKILL
    folder = Folder(lying)
    assert folder.names() == []
    [left] = lying.iterdir()
    os.utime(left, (0, 0))
    folder.put("whole", source)
    assert [path.name for path in lying.iterdir()] == ["whole"], "the half of then is swept away"


def test_two_at_once_are_one_too_many(line: BackedUpLine) -> None:
    with workshop(line.settings.state), pytest.raises(BackupFailed, match="at work already"):
        line.backs_up()


def test_a_bucket_is_a_place_as_good(line: BackedUpLine, tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        bucket, lying = server.new("line")
        keys = {"AWS_ACCESS_KEY_ID": ACCESS, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_ENDPOINT_URL_S3": server.url}
        where = f"s3://{bucket.name}/line"
        line.place = place_of(where, Settings.from_env(line.environ | keys))
        line.hears(ANA, "hi")
        line.backs_up(Retention(count=1, days=9))
        line.clock.forward(days=1)
        assert len(line.backs_up(Retention(count=1, days=9)).deleted) == 1
        assert len(list(lying.iterdir())) == 2, "one archive, and the file beside it"
        line.loses_its_database()
        line.restores()
        assert line.knows(ANA) is not None
        with pytest.raises(BackupFailed, match="AWS_ACCESS_KEY_ID"):
            place_of(where, line.settings)


class KeepsVersions:
    """A store with versioning on."""

    def put(self, _name: str, _content: object) -> dict[str, str]:
        return {"version": "1"}

    def delete(self, _name: str) -> None:
        return None


def test_a_bucket_that_keeps_what_was_replaced_is_refused() -> None:
    with pytest.raises(BackupFailed, match="without versioning"):
        BackupBucket(KeepsVersions(), "s3://bucket").check()
