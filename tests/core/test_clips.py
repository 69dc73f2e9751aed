"""Oda reads the greeting aloud: her voice is heard, as long as the words are the same."""

from __future__ import annotations

from flows.checks.checker import about_flows
from flows.engine import effects
from flows.library import Library
from flows.loading import build
from flows.model.clips import Sound, outdated, prompts
from flows.model.flow import Flow
from flows.parsing import restore
from tests.core.seeded import CARE, files
from tests.core.talk import Talk

DIGEST = "d" * 64


def line(care: str = CARE, *clips: str) -> Library:
    library, findings = build(files(care=care), dict.fromkeys(clips, DIGEST))
    assert library is not None, findings
    return library


def clip(step: str, language: str = "en") -> str:
    (found,) = (
        prompt.path
        for prompt in prompts(line().flows["care"].body)
        if (prompt.step, prompt.language) == (step, language)
    )
    return found


def heard(library: Library, language: str | None = None) -> list[str | None]:
    talk = Talk(library, channel="voice", flow="care", language=language).starts()
    return [part.clip for part in talk.done if isinstance(part, effects.Say)]


def test_a_recording_is_heard_instead_of_a_machine() -> None:
    assert heard(line(CARE, clip("hello")))[0] == clip("hello")
    assert heard(line())[0] is None


def test_every_language_has_its_own_and_the_others_are_read_by_a_machine() -> None:
    library = line(CARE, clip("hello"))

    assert heard(library, "es")[0] is None
    assert heard(line(CARE, clip("hello"), clip("hello", "es")), "es")[0] == clip("hello", "es")


def test_other_words_are_read_by_a_machine() -> None:
    changed = CARE.replace("Hi, this is", "Hello, this is")

    assert heard(line(changed, clip("hello")))[0] is None


def test_by_text_the_words_are_sent() -> None:
    assert "Hi, this is Harbor Line." in Talk(line(CARE, clip("hello")), flow="care").starts().said


def test_a_question_can_be_recorded_and_its_options_are_read() -> None:
    talk = Talk(line(CARE, clip("menu")), channel="voice", flow="care").starts().presses("4")
    said = [part for part in talk.done if isinstance(part, effects.Say)]

    assert said[0].clip == clip("menu")
    assert "press 1" in said[1].text
    assert said[1].clip is None


def test_a_recording_makes_another_version_that_is_kept_with_it() -> None:
    before, after = line().flows["care"], line(CARE, clip("hello")).flows["care"]
    kept: Flow = restore(after.definition)

    assert before.hash != after.hash == kept.hash
    assert kept.step("hello").say.audio == {"en": clip("hello")}  # type: ignore[attr-defined]
    assert line(CARE, "clips/somebody.else.en.000000.mp3").flows["care"].hash == before.hash


def test_a_recording_whose_words_are_gone_is_told() -> None:
    changed = CARE.replace("Hi, this is", "Hello, this is")
    library = line(changed)
    sound = Sound(3.0, 8000)
    found = about_flows(Library(**{**library.__dict__, "sounds": {clip("hello"): sound}}))

    told = [finding for finding in found if finding.code == "V306"]
    assert [item.severity for item in told] == ["warning"]
    assert "has other words than hello in en has now" in told[0].text
    assert outdated(line().flows["care"].body, [clip("hello")]) == []
