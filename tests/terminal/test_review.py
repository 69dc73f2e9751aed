"""Oda reviews in the terminal: by options, and question by question."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from checkin.cli import review_asking, story_intake
from checkin.cli.context import Desk
from checkin.cli.story_commands import app
from checkin.runtime import Runtime
from checkin.stories import service as stories
from checkin.stories.service import NewStory
from tests import make
from tests.media.sounds import wav

NAMES = list(make.library().review.questions)  # type: ignore[union-attr]
NO = ",".join(f"{name}=no" for name in NAMES)


@pytest.fixture
def story(runtime: Runtime) -> str:
    """Six seconds of a story, with words in which somebody tried to steer the terminal."""
    new = NewStory("The porch", ["sober"], "en", "I sat [bold]still[/bold]. \x1b[2J")
    return story_intake.take_in(runtime, "default", new, wav(6), publish=False)


def review(*words: object) -> Result:
    """`checkin stories review ...`"""
    return CliRunner().invoke(app, ["review", *(str(word) for word in words)])


def state(runtime: Runtime, story: str) -> str:
    return runtime.do(lambda work: stories.read(work, story)).listed.state


def test_the_queue_and_one_story_in_it(runtime: Runtime, story: str) -> None:
    queue = review().output
    assert f"{story[:8]}\tnew\t" in queue
    assert "\tThe porch\tsober\ten\t0:06\tthere\t" in queue
    shown = review("open", story[:6]).output
    for part in ("The porch", "0:06", "I sat [bold]still[/bold].", "method", "Ready texts", "not_now"):
        assert part in shown
    assert "\x1b" not in shown


def test_every_answer_is_needed_and_what_holds_it_back_is_said(runtime: Runtime, story: str) -> None:
    for given, why in (("method=no", "these have none: dose"), ("method", "no answer"), (f"{NO},x=no", "no question")):
        refused = review("publish", story, "--as", "Oda", "--answer", given)
        assert (refused.exit_code, why in refused.stderr) == (2, True), refused.output
    held = review("publish", story, "--as", "Oda", "--answer", NO.replace("dose=no", "dose=yes"))
    assert (held.exit_code, "held back: dose" in held.output) == (1, True)
    assert state(runtime, story) == "waiting_review"
    assert "published" in review("publish", story, "--as", "Oda", "--answer", NO).output
    assert "No story waits" in review().output
    assert "said before" in review("open", story).output


def test_it_is_trimmed_corrected_returned_and_taken_up_again(runtime: Runtime, story: str, tmp_path: Path) -> None:
    assert "4 seconds are left" in review("trim", story, "--as", "Oda", "--head", 1, "--tail", 1).output
    assert "1 s at its head, 1 s at its tail" in review("open", story).output
    (tmp_path / "words.txt").write_text("I sat still.")
    assert "changed" in review("change", story, "--as", "Oda", "--words", tmp_path / "words.txt").output
    assert "I sat still." in review("open", story).output
    refused = review("return", story, "--as", "Oda", "--text", " ")
    assert (refused.exit_code, "kind text" in refused.stderr) == (2, True)
    assert "returned to its teller" in review("return", story, "--as", "Oda", "--text", "names").output
    assert "waits for review again" in review("again", story, "--as", "Oda").output
    assert "declined" in review("decline", story, "--as", "Oda").output
    assert state(runtime, story) == "declined"


def test_its_sound_is_written_to_a_new_file(runtime: Runtime, story: str, tmp_path: Path) -> None:
    assert "Delete the file" in review("open", story, "--audio", tmp_path / "porch.mp3").output
    assert (tmp_path / "porch.mp3").stat().st_size > 1000
    too_much = review("trim", story, "--as", "Oda", "--head", 60)
    assert (too_much.exit_code, "must be left" in too_much.stderr) == (2, True)


def asked(runtime: Runtime, story: str, given: dict[str, str]) -> str:
    """Question by question; whatever is not given is answered as it is suggested, or with no. What came of it."""
    questions: list[str] = []

    def answer(question: str, choices: list[str] | None, otherwise: str) -> str:
        questions.append(question)
        found = next((said for part, said in given.items() if part in question), None)
        return found if found is not None else (otherwise or "no")

    opened = runtime.do(lambda work: stories.read(work, story))
    decision = review_asking.ask(Desk(runtime, "default"), opened, "Oda", answer)
    assert len([one for one in questions if one.endswith("?") and "Play" not in one]) >= len(NAMES)
    return "later" if decision is None else runtime.do(decision).outcome


def test_question_by_question(runtime: Runtime, story: str) -> None:
    silent = {"Play it now": "no"}
    assert asked(runtime, story, {**silent, "What is to be done": "later"}) == "later"
    assert asked(runtime, story, {**silent, "amounts": "yes", "What is to be done": "publish"}) == "held"
    assert asked(runtime, story, {**silent, "amounts": "yes", "kind text": "details"}) == "returned", "as is suggested"
    review("again", story, "--as", "Oda")
    noted = {**silent, "speak of suicide": "yes", "know first": "It speaks of a death.", "title": "The porch"}
    assert asked(runtime, story, noted) == "heard"
    assert runtime.do(lambda work: stories.read(work, story)).listed.note == "It speaks of a death."


def test_a_line_with_nothing_waiting_says_so(runtime: Runtime) -> None:
    assert "No story waits for review." in review().output
    unknown = review("open", "zzzz")
    assert (unknown.exit_code, "no story" in unknown.stderr) == (2, True)
