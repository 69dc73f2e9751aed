"""What is found at load in the words of a language: phrases that are none, and danger that goes unheard."""

from __future__ import annotations

import pytest

from flows.loading import build, read_settings
from flows.model.findings import Finding
from flows.words.danger import shipped
from flows.words.phrases import spell_out
from flows.words.validation import not_enqueued
from tests.core.small import WORDS, files


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


def with_a_sign(harmless: str, phrase: str) -> list[Finding]:
    """What is told of this sign of danger where this is harmless."""
    added = f"    crisis: [{{id: en-test, phrases: [{phrase}]}}]\n    harmless: [{harmless}]\n"
    words = WORDS.replace("    refusals:\n", f"{added}    refusals:\n", 1)
    _, findings = read_settings({"words.yaml": words, "lines.yaml": ""})
    return [finding for finding in findings if finding.file == "words.yaml"]


@pytest.mark.parametrize(
    ("harmless", "phrase", "sentence"),
    [
        ("zzyx qqyx", "the|my zzyx qqyx", "my zzyx qqyx"),
        ("can zzyx", "zzyx me", "can zzyx me"),
        ("will zzyx", "zzyx", "will zzyx"),
    ],
)
def test_a_sign_of_danger_that_a_harmless_phrase_hides_is_named(harmless: str, phrase: str, sentence: str) -> None:
    told = with_a_sign(harmless, phrase)
    assert [finding.code for finding in told] == ["S705"]
    assert f"{phrase!r} is not heard in {sentence!r}" in told[0].text


def test_an_idiom_beside_a_sign_hides_nothing() -> None:
    assert with_a_sign("qqyx laughing", "zzyx qqyx") == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_each_sign_that_comes_with_us_is_heard_in_any_sentence_around_it(language: str) -> None:
    words, ours = build({**files()})[0].words[language], shipped(language)
    for rule in ours.crisis:
        for phrase, spelled in zip(rule.phrases, spell_out(rule.phrases, ours.groups), strict=True):
            assert not_enqueued(language, words, phrase, spelled) is None, f"{rule.id}: {phrase!r}"
