"""Ana has handed a story in; Oda reads it, hears it, and lets it be heard; `checkin stories show` tells so."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import select
from typer.testing import CliRunner

from checkin.cli.story_commands import app
from checkin.contacts import service as contacts
from checkin.core.errors import UserError
from checkin.core.unit_of_work import UnitOfWork
from checkin.runtime import Runtime
from checkin.stories.models import Story
from checkin.stories.review import reviewing
from checkin.stories.service import Review
from checkin.stories.tellers import submission
from checkin.stories.topics import menu_topics
from checkin.telephony.audio import mime
from flows.engine.effects import SaveStory
from tests import make
from tests.cast import ANA
from tests.media.sounds import wav
from tests.services.story_rotation import talking

Run = Callable[..., Result]
MENU = ("sober", "alone", "grief", "family")
NO = dict.fromkeys(make.library().review.questions, "no")
"""The whole checklist, answered with no."""


@pytest.fixture
def run(runtime: Runtime) -> Run:
    """`checkin stories ...` as Oda types it."""
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


def hands_in(runtime: Runtime, words: str) -> str:
    """Ana's own story, for review; answers its id."""

    def submit(uow: UnitOfWork) -> str:
        ana = contacts.new(uow, "default", make.number(ANA))
        uow.session.flush()
        submission.submit(uow, SaveStory(None, words, "alone", "anon", "waiting_review", "en"), ana, talking(uow, ana))
        uow.session.flush()
        return uow.session.scalars(select(Story.id)).one()

    return runtime.do(submit)


def says_yes(runtime: Runtime, story: str, review: Review) -> None:
    """Oda lets it be heard, as the console does."""
    runtime.do(lambda uow: reviewing.say_yes(uow, story, "Oda", NO, review))


def test_what_ana_handed_in_is_read_given_a_title_and_published(run: Run, runtime: Runtime) -> None:
    story = hands_in(runtime, "I sat on the porch.\nIt was [red]morning[/red]. \x1b[2J")
    shown = run("show", story[:8]).output
    assert "I sat on the porch.\nIt was [red]morning[/red]." in shown
    assert "(no title yet)" in shown
    assert "waiting review" in shown
    assert "\x1b" not in shown
    assert "5555550101" not in shown
    refused = run("publish", story[:8], "--title", "Morning")
    assert (refused.exit_code, "not reviewed" in refused.stderr) == (2, True)
    with pytest.raises(UserError, match="no title yet"):
        says_yes(runtime, story, Review())
    says_yes(runtime, story, Review("Morning", ("grief",), "Of loss."))
    shown = run("show", story[:8]).output
    for part in ("Morning", "grief", "Of loss.", "published"):
        assert part in shown


def test_a_number_in_it_holds_it_back_and_changes_nothing(run: Run, runtime: Runtime) -> None:
    story = hands_in(runtime, "Call me on 555 555 0142, any time.")
    with pytest.raises(UserError, match="a telephone number") as refused:
        says_yes(runtime, story, Review("Call me"))
    assert "0142" not in str(refused.value)
    assert "(no title yet)" in run("show", story).output
    says_yes(runtime, story, Review("Call me", anyway=True))
    assert "published" in run("show", story).output


def test_its_sound_is_written_to_a_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "porch.wav").write_bytes(wav(3))
    added = run("add", tmp_path / "porch.wav", "--title", "The porch", "--topic", "sober", "--language", "en")
    story = added.output.splitlines()[-2].split()[0]
    shown = run("show", story, "--audio", tmp_path / "porch.mp3").output
    assert "0:03" in shown
    assert "No transcript" in shown
    assert mime((tmp_path / "porch.mp3").read_bytes()) == "audio/mpeg"
    assert stat.S_IMODE((tmp_path / "porch.mp3").stat().st_mode) == 0o600
    again = run("show", story, "--audio", tmp_path / "porch.mp3")
    assert (again.exit_code, "name another file" in again.stderr) == (2, True)


def test_a_text_has_no_sound_and_says_so(run: Run, runtime: Runtime, tmp_path: Path) -> None:
    story = hands_in(runtime, "I sat on the porch.")
    result = run("show", story, "--audio", tmp_path / "porch.mp3")
    assert (result.exit_code, "it is a text" in result.stderr) == (2, True)
    assert not (tmp_path / "porch.mp3").exists()


def test_the_topics_are_those_of_the_menu(run: Run, runtime: Runtime, tmp_path: Path) -> None:
    assert menu_topics(runtime.library) == MENU
    for command in ("add", "publish"):
        assert ", ".join(MENU) in " ".join(run(command, "--help").output.replace("│", " ").split())
    (tmp_path / "porch.txt").write_text("I sat on the porch.")
    added = run("add", tmp_path / "porch.txt", "--title", "T", "--topic", "porches", "--language", "en")
    assert added.exit_code == 0
    assert "no menu offers the topic porches" in added.stderr
    assert ", ".join(MENU) in added.stderr
    known = run("add", tmp_path / "porch.txt", "--title", "T", "--topic", "Grief", "--language", "en")
    assert known.stderr == ""
