"""Oda keeps the stories at the terminal: `checkin stories`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import select
from typer.testing import CliRunner

from checkin.cli import story_intake
from checkin.cli.story_commands import app
from checkin.runtime import Runtime
from checkin.samples import library
from checkin.stories import listening
from checkin.stories.models import Story
from checkin.telephony.audio import mime
from tests import make
from tests.media.sounds import wav

Run = Callable[..., Result]


@pytest.fixture
def run(runtime: Runtime) -> Run:
    def invoke(*arguments: str | Path) -> Result:
        return CliRunner().invoke(app, [str(argument) for argument in arguments])

    return invoke


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    file = tmp_path / "porch.wav"
    file.write_bytes(wav(3))
    return file


ABOUT = ("--title", "The porch", "--topic", "sober", "--language", "en")


def rows(runtime: Runtime) -> list[Story]:
    return list(runtime.read(lambda session: session.scalars(select(Story)).all()))


def kept(runtime: Runtime) -> list[Path]:
    return sorted(runtime.settings.media.iterdir()) if runtime.settings.media.exists() else []


def test_a_recording_becomes_a_story_that_waits_and_then_is_heard(run: Run, runtime: Runtime, recorded: Path) -> None:
    added = run("add", recorded, *ABOUT)
    assert added.exit_code == 0, added.output
    (story,) = rows(runtime)
    assert story.id[:8] in added.output
    assert "waiting for review" in added.output
    assert runtime.do(lambda uow: listening.sound(uow, story.id)) is None
    published = run("publish", story.id[:8])
    assert published.exit_code == 0, published.output
    sound = runtime.do(lambda uow: listening.sound(uow, story.id))
    assert sound is not None
    content = runtime.media.open(sound.media_key or "")
    assert mime(content) == "audio/mpeg"
    assert story.seconds == 3
    assert b"RIFF" not in kept(runtime)[0].read_bytes(), "sealed where it lies"


def test_with_its_words_and_a_note_it_can_be_read_too(run: Run, runtime: Runtime, recorded: Path) -> None:
    words = recorded.with_suffix(".txt")
    words.write_text("\ufeffI sat on the porch.\n", encoding="utf-8")
    result = run("add", recorded, *ABOUT, "--transcript", words, "--note", "Of loss.", "--topic", "Grief", "--publish")
    assert result.exit_code == 0, result.output
    (story,) = rows(runtime)
    assert make.decrypted(runtime, story, "words_encrypted") == "I sat on the porch."
    assert (story.note, story.topics, story.state) == ("Of loss.", ["sober", "grief"], "published")


def test_a_text_alone_is_a_story(run: Run, runtime: Runtime, tmp_path: Path) -> None:
    (tmp_path / "porch.txt").write_text("I sat on the porch.")
    assert run("add", tmp_path / "porch.txt", *ABOUT).exit_code == 0
    (story,) = rows(runtime)
    assert story.media_key is None
    assert kept(runtime) == []


def test_one_that_gives_a_number_away_is_not_published_as_it_is_added(
    run: Run, runtime: Runtime, tmp_path: Path
) -> None:
    (tmp_path / "porch.txt").write_text("Call me on 555\u2014010\u20144477, I sat on the porch.")
    refused = run("add", tmp_path / "porch.txt", *ABOUT, "--publish")
    assert (refused.exit_code, "--anyway" in refused.stderr, rows(runtime)) == (2, True, [])
    assert run("add", tmp_path / "porch.txt", *ABOUT, "--publish", "--anyway").exit_code == 0
    assert [story.state for story in rows(runtime)] == ["published"]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("empty.mp3", b"", "0 bytes"),
        ("renamed.mp3", b"%PDF-1.7 \xff\xfe" + bytes(5000), "not audio that can be read"),
        ("silence.wav", wav(0, silent=3), "only silence"),
        ("empty.txt", b" \n", "the text is empty"),
        ("binary.txt", b"\xff\xfe\x00", "not UTF-8"),
        ("nul.txt", b"a\0b", "no letters"),
        ("endless.txt", b"a" * 90_000, "longer than 20,000"),
    ],
    ids=["empty", "renamed", "silence", "empty-text", "binary-text", "nul", "endless"],
)
def test_a_file_that_cannot_be_used_is_one_clear_line_and_leaves_nothing(
    run: Run, runtime: Runtime, tmp_path: Path, name: str, content: bytes, why: str
) -> None:
    (tmp_path / name).write_bytes(content)
    result = run("add", tmp_path / name, *ABOUT)
    assert result.exit_code == 2
    assert why in result.stderr
    assert result.stderr.count("\n") == 1
    assert "Traceback" not in result.output
    assert rows(runtime) == []
    assert kept(runtime) == []


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--title", "T", "--topic", "sober", "--language", "fr"), "no language 'fr'"),
        ((*ABOUT, "--line", "elsewhere"), "no line 'elsewhere'"),
        ((*ABOUT, "--transcript", "/nowhere/words.txt"), "can't be read"),
    ],
)
def test_a_mistake_in_what_is_said_about_it_leaves_no_audio_behind(
    run: Run, runtime: Runtime, recorded: Path, arguments: tuple[str, ...], why: str
) -> None:
    result = run("add", recorded, *arguments)
    assert result.exit_code == 2
    assert why in result.stderr
    assert kept(runtime) == []


def test_a_file_that_is_not_there_says_so(run: Run, tmp_path: Path) -> None:
    for path, why in ((tmp_path / "gone.mp3", "No such file"), (tmp_path, "not a file")):
        result = run("add", path, *ABOUT)
        assert result.exit_code == 2
        assert why in result.stderr


def test_a_withdrawn_storys_audio_is_destroyed_at_once(run: Run, runtime: Runtime, recorded: Path) -> None:
    run("add", recorded, *ABOUT, "--publish")
    (story,) = rows(runtime)
    assert len(kept(runtime)) == 1
    result = run("withdraw", story.id)
    assert result.exit_code == 0, result.output
    assert kept(runtime) == []
    assert rows(runtime)[0].state == "withdrawn"
    assert run("publish", story.id).exit_code == 2


def test_an_id_that_is_not_there_says_where_to_look(run: Run) -> None:
    result = run("publish", "abcd")
    assert result.exit_code == 2
    assert "checkin stories list" in result.stderr


def test_the_samples_are_loaded_once_and_can_be_heard(run: Run, runtime: Runtime) -> None:
    assert "There are no stories yet" in run("list").output
    samples = len(library.stories()) + 2 * len(library.tips())
    assert f"{samples} sample stories and tips are new" in run("samples").output
    assert "here already" in run("samples").output
    told = [row for row in rows(runtime) if row.kind == "story"]
    assert len(told) == len(kept(runtime)) == len(library.stories())
    assert len(rows(runtime)) - len(told) == 2 * len(library.tips()) >= 20, "in both languages"
    for story in told:
        assert mime(runtime.media.open(story.media_key or "")) == "audio/mpeg"
        assert story.words_encrypted


def test_samples_begin_an_empty_line_only(runtime: Runtime, run: Run, tmp_path: Path) -> None:
    (tmp_path / "porch.txt").write_text("I sat on the porch.")
    run("add", tmp_path / "porch.txt", *ABOUT)
    assert story_intake.begin_with_samples(runtime) == 0
    assert len(rows(runtime)) == 1


def test_samples_that_fail_halfway_leave_nothing(runtime: Runtime) -> None:
    told: list[str] = []

    def stop_at_the_third(sample: library.Sample) -> None:
        told.append(sample.name)
        if len(told) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        story_intake.load_samples(runtime, each=stop_at_the_third)
    assert rows(runtime) == []
    assert kept(runtime) == []


def test_piped_the_list_is_one_plain_line_a_story(run: Run, recorded: Path) -> None:
    run("add", recorded, *ABOUT, "--note", "Of [bold]loss[/bold].")
    heading, line = run("list").output.splitlines()
    assert heading.split("\t") == ["id", "title", "topics", "lang", "length", "plays", "thanks", "state"]
    cells = line.split("\t")
    assert cells[1:] == ["The porch", "sober", "en", "0:03", "0", "0", "waiting review (note)"]


def test_without_its_tables_it_says_what_to_run(run: Run, runtime: Runtime, tmp_path: Path) -> None:
    (tmp_path / "var" / "line.db").unlink()
    result = run("list")
    assert result.exit_code == 2
    assert "checkin db upgrade" in result.stderr
