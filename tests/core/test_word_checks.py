"""What is found at load in the words of a language: phrases that are none, and danger that goes unheard."""

from __future__ import annotations

import pytest

from flows.findings import Finding
from flows.library_files import read_settings
from tests.core.small import WORDS


def found(old: str, new: str) -> list[Finding]:
    """What is told of the shipped words where `new` stands instead of `old`."""
    assert old in WORDS
    _, findings = read_settings({"words.yaml": WORDS.replace(old, new, 1), "lines.yaml": ""})
    return [finding for finding in findings if finding.file == "words.yaml"]


def line_of(text: str) -> int:
    return WORDS[: WORDS.index(text)].count("\n") + 1


def test_the_shipped_words_are_whole() -> None:
    assert found("languages:", "languages:") == []


@pytest.mark.parametrize("place", ["phrases:", "bare:", "text_only:", "call_only:", "text_me:", "beside:", "call_me:"])
@pytest.mark.parametrize(("phrase", "says"), [("... alone", "must begin"), ("stop <nothing>", "no group <nothing>")])
def test_a_phrase_that_is_none_is_told_at_its_line(place: str, phrase: str, says: str) -> None:
    indent = "    " if place == "call_me:" else "      "
    told = found(f"\n{indent}{place}\n", f"\n{indent}{place}\n{indent}  - {phrase}\n")
    assert [(finding.code, finding.line) for finding in told] == [("E101", line_of(f"\n{indent}{place}\n") + 2)]
    assert says in told[0].text


@pytest.mark.parametrize(
    ("harmless", "phrase", "sentence"),
    [
        ("want to die", "zzyx want to die", "zzyx want to die"),
        ("he is zzyx", "zzyx me", "he is zzyx me"),
        ("will zzyx", "zzyx", "will zzyx"),
    ],
)
def test_a_sign_of_danger_that_a_harmless_phrase_hides_is_named(harmless: str, phrase: str, sentence: str) -> None:
    written = f"harmless: [{harmless}]\n    crisis:\n      - {{id: en-test, phrases: [{phrase}]}}\n"
    told = [one for one in found("crisis:\n", written) if f"{phrase!r}" in one.text]
    assert [finding.code for finding in told] == ["S705"]
    assert f"is not heard in {sentence!r}" in told[0].text


def test_an_idiom_beside_a_sign_hides_nothing() -> None:
    written = "harmless: [dying laughing]\n    crisis:\n      - {id: en-test, phrases: [zzyx dying]}\n"
    assert found("crisis:\n", written) == []
