"""Oda brings in many stories at once, and takes a backup that can be brought in again."""

from __future__ import annotations

import csv
import io
import stat
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import yaml
from click.testing import Result
from sqlalchemy import select

from checkin.cli.story_archive import files as container
from checkin.cli.story_commands import LISTS
from checkin.core.errors import UserError
from checkin.runtime import Runtime
from checkin.stories import files
from checkin.stories.models import Story, StoryInReview
from checkin.telephony import audio
from tests import make
from tests.media.sounds import promising, wav
from tests.terminal.test_stories import Run

GOOD = {"title": "The porch", "topics": "sober; nights", "language": "en", "consent": "2026-05-17", "file": "porch.wav"}
FILES: dict[str, bytes] = {"porch.wav": wav(2)}

Archive = Callable[..., Path]


def listed(*rows: dict[str, str]) -> bytes:
    text = io.StringIO()
    columns = list(dict.fromkeys(column for row in rows for column in row))
    writer = csv.DictWriter(text, columns)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def filled(place: Path, *rows: dict[str, str], **files: bytes) -> Path:
    """A zip, or a folder where the name says none, with a list and files; made again, it takes the last one's place."""
    content = {"stories.csv": listed(*rows), **FILES, **files}
    if place.suffix == ".zip":
        with zipfile.ZipFile(place, "w") as packed:
            for name, held in content.items():
                packed.writestr(name, held)
        return place
    place.mkdir(exist_ok=True)
    for name, held in content.items():
        (place / name).write_bytes(held)
    return place


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return partial(filled, tmp_path / "parcel")


def said(done: Result) -> str:
    """The last line, below what the doorbell logs."""
    return done.stdout.splitlines()[-1]


def library(runtime: Runtime) -> list[Story]:
    return runtime.read(lambda session: list(session.scalars(select(Story).order_by(Story.title))))


def kept(runtime: Runtime) -> list[Path]:
    return sorted(runtime.settings.media.iterdir()) if runtime.settings.media.exists() else []


@pytest.mark.parametrize("name", ["parcel", "parcel.zip"])
def test_what_is_brought_in_waits_for_review_with_its_sound_and_its_tellers_consent(
    run: Run,
    runtime: Runtime,
    tmp_path: Path,
    name: str,
) -> None:
    tip = {"title": "Feet", "topics": "anxious", "language": "en", "consent": "2026-01-02", "kind": "tip"}
    done = run("import", filled(tmp_path / name, GOOD, tip | {"words": "Put both feet on the floor."}))
    assert (done.exit_code, said(done)) == (0, "2 imported (waiting for review), 0 already here, 0 left out.")
    feet, porch = library(runtime)
    assert (porch.state, porch.topics, porch.seconds, porch.kind) == ("waiting_review", ["sober", "nights"], 2, "story")
    assert (feet.kind, feet.media_key) == ("tip", None)
    assert audio.mime(runtime.media.open(porch.media_key or "")) == "audio/mpeg"
    agreed = runtime.read(lambda session: session.get_one(StoryInReview, porch.id).consent_at)
    assert agreed is not None
    assert f"{agreed:%Y-%m-%d}" == "2026-05-17"


def test_run_twice_it_brings_nothing_in_twice_and_mended_only_what_was_missing(
    run: Run,
    runtime: Runtime,
    archive: Archive,
) -> None:
    second = GOOD | {"title": "Two cups", "file": "cups.wav"}
    done = run("import", archive(GOOD, second))
    assert done.exit_code == 1
    assert done.stderr.startswith("row 3 (cups.wav): there's no file of that name")
    assert len(library(runtime)) == len(kept(runtime)) == 1
    done = run("import", archive(GOOD, second, **{"cups.wav": wav(1)}))
    assert said(done).startswith("1 imported (waiting for review), 1 already here, 0 left out.")
    run("import", archive(GOOD, second))
    assert len(library(runtime)) == len(kept(runtime)) == 2


def test_what_its_teller_took_back_stays_gone(run: Run, runtime: Runtime, archive: Archive) -> None:
    run("import", archive(GOOD), "--publish")
    files.take_back(runtime, library(runtime)[0].id, who="Oda")
    assert "1 stay gone" in run("import", archive(GOOD), "--publish").stdout
    assert [story.state for story in library(runtime)] == ["withdrawn"]
    assert kept(runtime) == []


BAD = {
    "empty": (b"", "the file is empty"),
    "renamed.mp3": (b"%PDF-1.7\n" + bytes(range(256)) * 40, "this audio can't be read"),
    "lies.wav": (promising(wav(2), 4_026_531_840), "its header promises"),
    "silent.wav": (wav(0, silent=5), "it's silent"),
    "long.wav": (wav(0, silent=700), "longer than 10 minutes"),
}


def test_a_bad_file_is_one_line_that_says_why_and_the_others_come_in(
    run: Run,
    runtime: Runtime,
    archive: Archive,
) -> None:
    rows = [GOOD | {"title": name, "file": name} for name in BAD]
    done = run("import", archive(*rows, GOOD, **{name: content for name, (content, _) in BAD.items()}))
    assert len(done.stderr.splitlines()) == len(BAD)
    for place, (line, (name, (_, why))) in enumerate(zip(done.stderr.splitlines(), BAD.items(), strict=True), 2):
        assert line.startswith(f"row {place} ({name}): ")
        assert why in line
    assert [story.title for story in library(runtime)] == ["The porch"]
    assert len(kept(runtime)) == 1


UNUSABLE = (
    ({"file": "../porch.wav"}, "points outside the folder"),
    ({"file": "/etc/passwd"}, "points outside the folder"),
    ({"file": "C:\\porch.wav"}, "points outside the folder"),
    ({"file": "gone.wav"}, "no file of that name"),
    ({"file": ""}, "neither a file nor words"),
    ({"title": ""}, "it's missing title"),
    ({"consent": ""}, "it's missing consent: the day its storyteller agreed"),
    ({"consent": "yes"}, "write the day on which its storyteller agreed"),
    ({"consent": "2999-01-01"}, "in the future"),
    ({"language": "fr"}, "doesn't have the language 'fr'"),
    ({"kind": "song"}, "write story or tip"),
    ({"kind": "tip"}, "a tip is a text"),
)


def test_a_row_that_cannot_be_used_says_what_to_write(
    run: Run,
    runtime: Runtime,
    archive: Archive,
) -> None:
    rows = [GOOD | {"kind": "", "name": f"{place}"} | changed for place, (changed, _) in enumerate(UNUSABLE)]
    done = run("import", archive(*rows))
    assert done.exit_code == 1
    for line, (_, why) in zip(done.stderr.splitlines(), UNUSABLE, strict=True):
        assert why in line
    assert library(runtime) == kept(runtime) == []
    assert "unknown column 'color'" in run("import", archive(GOOD | {"color": "red"})).stderr


def test_two_rows_of_one_name_are_both_left_out(run: Run, runtime: Runtime, archive: Archive) -> None:
    assert run("import", archive(GOOD, GOOD)).stderr.count("another row has the name 'porch.wav'") == 2
    assert library(runtime) == []


def test_a_zip_that_unpacks_to_more_than_it_may_is_not_unpacked(
    run: Run,
    runtime: Runtime,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(audio, "LARGEST", 1_000_000)
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("stories.csv", listed(GOOD | {"file": "bomb.wav"}, GOOD))
        packed.writestr("bomb.wav", bytes(50_000_000))
        packed.writestr("porch.wav", wav(1))
    assert bomb.stat().st_size < 200_000
    assert "row 2 (bomb.wav): it holds more than the 1 MB allowed" in run("import", bomb).stderr
    assert len(library(runtime)) == 1


def test_a_name_in_a_zip_never_becomes_a_path(tmp_path: Path) -> None:
    archive = tmp_path / "slip.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("../slipped.wav", wav(1))
    with pytest.raises(UserError, match="points outside"):
        container.opened(archive).read("../slipped.wav", 10**6)
    assert [file.name for file in tmp_path.iterdir()] == ["slip.zip"]


def test_a_damaged_zip_and_a_link_out_of_a_folder_say_so(tmp_path: Path) -> None:
    archive = tmp_path / "damaged.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.wav", wav(1))
    torn = bytearray(archive.read_bytes())
    torn[60:90] = bytes(30)
    archive.write_bytes(torn)
    with pytest.raises(UserError, match="damaged"):
        container.opened(archive).read("a.wav", 10**6)
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.wav").symlink_to(archive)
    with pytest.raises(UserError, match="link"):
        container.opened(folder).read("a.wav", 10**6)


@pytest.mark.parametrize("there", [b"", b"PK", b"no zip"])
def test_what_is_no_archive_says_so(run: Run, tmp_path: Path, there: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(there)
    (tmp_path / "folder").mkdir()
    assert "neither a folder nor a zip" in run("import", tmp_path / "x.zip").stderr
    done = run("import", tmp_path / "folder")
    assert (done.exit_code, LISTS[0] in done.stderr) == (2, True)


def test_the_library_comes_back_from_its_backup_as_it_was(
    run: Run, runtime: Runtime, tmp_path: Path, archive: Archive
) -> None:
    words = {"words": 'She said: "No; not tonight."\nAnd then, ñ.', "note": "Of loss.", "credit": "Vee"}
    tip = {"title": "Feet", "topics": "anxious", "language": "en", "consent": "2026-01-02", "kind": "tip"}
    run("import", archive(GOOD | words, tip | {"words": "Feet."}), "--publish")
    waiting = GOOD | {"title": "Not reviewed", "name": "waiting"}
    run("import", archive(waiting))
    before = {story.title: story for story in library(runtime)}
    sound = runtime.media.open(before["The porch"].media_key or "")
    with runtime.sessions.begin() as session:
        session.get_one(Story, before["The porch"].id).code_key = b"the hash of her code"

    backup, folder = tmp_path / "backup.zip", tmp_path / "backup"
    assert run("export", folder).exit_code == 0
    done = run("export", backup)
    assert sorted(zipfile.ZipFile(backup).namelist()) == sorted(file.name for file in folder.iterdir())
    assert "2 stories and tips are in" in done.stdout
    for place in (backup, folder, *folder.iterdir()):
        assert stat.S_IMODE(place.stat().st_mode) & 0o077 == 0
    again = run("import", backup, "--publish")
    assert said(again).startswith("0 imported (published), 2 already here")
    _forget_all(runtime)

    assert said(run("import", backup, "--publish")).startswith("2 imported (published)")
    feet, porch = library(runtime)
    for field in ("title", "topics", "language", "note", "credit", "seconds", "kind", "state"):
        assert getattr(porch, field) == getattr(before["The porch"], field), field
        assert getattr(feet, field) == getattr(before["Feet"], field), field
    assert make.decrypted(runtime, porch, "words_encrypted") == words["words"]
    assert porch.code_key == b"the hash of her code"
    assert runtime.media.open(porch.media_key or "") == sound
    assert run("export", backup).exit_code == 2, "nothing is written over"


def _forget_all(runtime: Runtime) -> None:
    """As on a new machine: a database without a trace of them."""
    from checkin.core.models import Base

    with runtime.sessions.begin() as session:
        for table in reversed(Base.metadata.sorted_tables):
            if table.name in ("stories", "stories_in_review", "story_reviews", "story_positions", "listens", "outbox"):
                session.execute(table.delete())


def test_a_list_may_be_yaml(run: Run, runtime: Runtime, tmp_path: Path) -> None:
    folder = tmp_path / "parcel"
    folder.mkdir()
    (folder / "words.txt").write_text("I was there.", encoding="utf-8")
    told = {"title": "Text", "topics": ["sober"], "language": "en", "consent": "2026-05-17", "words": "words.txt"}
    (folder / "stories.yaml").write_text(yaml.safe_dump({"stories": [told, "nonsense"]}))
    done = run("import", folder)
    assert "story 2 (empty): it's missing title" in done.stderr
    (story,) = library(runtime)
    assert make.decrypted(runtime, story, "words_encrypted") == "I was there."


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "SEP=;", "sep=;;;;;"])
def test_a_first_line_that_says_what_stands_between_is_no_row(run: Run, tmp_path: Path, first: str) -> None:
    rows = ("title;topics;language;consent;words", "Porch;sober;en;2026-05-17;I sat, and waited.", "None;sober;en;;x")
    told = "\r\n".join((first, *rows, ""))
    (tmp_path / "parcel").mkdir()
    (tmp_path / "parcel" / "stories.csv").write_text(told, encoding="utf-8-sig")
    result = run("import", tmp_path / "parcel")
    assert said(result).startswith("1 imported")
    assert "row 4 (None): it's missing consent" in result.stderr
