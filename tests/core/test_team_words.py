"""What volunteers and leads are told: `team.yaml`, ours and an organizer's own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flows.catalogues.maintenance import extract, update
from flows.checks.checker import LIKELY, about_team, check
from flows.library import Library
from flows.loading import build
from flows.model.templates import placeholders, render
from flows.words.segments import count_segments, outside
from flows.words.team_words import OURS, ours
from tests.core.seeded import files
from tests.core.test_catalogues import FRENCH, NOW, translated

OWN = OURS.read_text(encoding="utf-8")


def with_team(text: str) -> tuple[Library | None, list]:
    """A library whose folder has this team.yaml, and what is wrong with it."""
    return build({**files(), "team.yaml": text})


def of_one(section: str, name: str, text: str, language: str = "en", group: str = "texts") -> str:
    """A team.yaml with one text."""
    return f'languages:\n  {language}:\n    {group}:\n      {section}:\n        {name}: "{text}"\n'


def test_each_language_of_ours_has_every_text() -> None:
    for language, texts in ours().words.items():
        assert set(texts) == set(ours().groups), language
        assert ours().lacking(language) == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_text_of_ours_fits_two_segments_without_costly_letters(language: str) -> None:
    told = ours().words[language]
    longest = {
        name: max((told[key] for key in ours().section(section)), key=len)
        for name, section in (("state", "alert_states"), ("why", "alert_reasons"))
    }
    for key in (key for key, group in ours().groups.items() if group == "texts"):
        filled = {name: LIKELY.get(name, "x" * 10) for name in placeholders(told[key])} | longest
        said = render(told[key], filled)
        assert outside(said) == (), f"{key} is not plain GSM-7"
        assert count_segments(said) <= (1 if len(said) <= 160 else 2), (key, said)


def test_ours_is_found_in_order_as_a_file_of_its_own() -> None:
    made, found = with_team(OWN)
    assert made is not None
    assert found == []
    assert list(about_team(made)) == []
    assert made.team == ours()


def test_an_organizer_says_one_text_anew_and_the_others_stay() -> None:
    made, found = with_team(of_one("relays", "passed", "Handed on, thanks!"))
    assert made is not None, found
    assert made.team.fill("relays.passed", ["en"], {}) == ("Handed on, thanks!", "en")
    assert made.team.words["es"] == ours().words["es"]
    assert made.team.pick("relays.held", ["en"]) == ours().pick("relays.held", ["en"])
    assert list(about_team(made)) == []


def test_what_one_language_lacks_is_said_in_the_next_that_somebody_speaks() -> None:
    made, _ = with_team(of_one("relays", "passed", "Transmis, merci.", "fr"))
    assert made is not None
    assert made.team.fill("relays.passed", ["fr-CA", "es"], {}) == ("Transmis, merci.", "fr")
    assert made.team.fill("relays.only_pictures", ["fr", "es"], {})[1] == "es"
    assert made.team.fill("relays.only_pictures", ["fr"], {})[1] == "en"
    assert made.team.fill("relays.only_pictures", ["ja"], {})[1] == "en"


@pytest.mark.parametrize(
    ("text", "code", "line", "says"),
    [
        (of_one("relays", "ofer", "Hello"), "E103", 5, "nothing of ours says 'relays.ofer'"),
        (of_one("relays", "offer", "Hello", group="calls"), "E103", 5, "'relays.offer' in `calls`"),
        (of_one("relays", "passed", "Thanks {{ alias"), "X601", 5, ""),
        (of_one("relays", "passed", "Thanks {{ alias }}"), "L502", 5, "nothing fills alias in relays.passed"),
        (of_one("relays", "open", "Reply TAKE"), "L502", 5, "relays.open leaves out numbers"),
        (of_one("times", "weekdays", "Mo Tu We", group="words"), "E101", 5, "3 words where 7 are needed"),
        ("languages:\n  english: {}\n", "E101", 1, "'english' is not a language code"),
        ("languages:\n  en:\n    texts: {relays: {passed: [a]}}\n", "E101", 3, ""),
        ("languages: {", "Y001", 1, ""),
        ("languages:\n  en:\n    keywords: {grab: [grab]}\n", "E103", 3, "no keyword does 'grab'"),
        ("languages:\n  fr:\n    keywords: {take: [tomar, done]}\n", "S704", 3, "'done' means 'done' already"),
        ("languages:\n  fr:\n    keywords: {lead: [Stop]}\n", "S704", 3, "'Stop' means 'stop' already"),
        ("languages:\n  fr:\n    keywords: {take: ['4 you']}\n", "E101", 3, "'4 you' cannot be texted alone"),
    ],
)
def test_what_cannot_be_said_stops_the_line_with_file_and_line(text: str, code: str, line: int, says: str) -> None:
    made, found = with_team(text)
    assert made is None
    assert [(finding.file, finding.code, finding.severity) for finding in found] == [("team.yaml", code, "error")]
    assert found[0].line == line or code == "Y001"
    assert says in found[0].text


@pytest.mark.parametrize(
    ("text", "code", "severity", "says"),
    [
        (of_one("relays", "passed", "Fine " * 70), "M402", "warning", "takes 3 segments"),
        (of_one("relays", "passed", "Merçi. " + "Fine " * 25), "M401", "info", "2 segments instead of 1"),
        (of_one("relays", "passed", "See bit.ly"), "M405", "warning", "bit.ly"),
        (of_one("relays", "passed", "Text PASSED again."), "S704", "warning", "PASSED in relays.passed"),
    ],
)
def test_what_a_text_of_an_organizer_costs_and_promises_is_told(text: str, code: str, severity: str, says: str) -> None:
    made, found = with_team(text)
    assert made is not None, found
    told = list(about_team(made))
    assert [(finding.file, finding.line, finding.code, finding.severity) for finding in told] == [
        ("team.yaml", 5, code, severity)
    ]
    assert says in told[0].text


def test_what_volunteers_text_is_an_organizers_to_name_in_any_language() -> None:
    made, found = with_team("languages:\n  fr:\n    keywords: {take: [prendre], done: [terminé]}\n")
    assert made is not None, found
    told = {word: made.team.keyword(word) for word in ("Prendre!", "TERMINE", "take", "listo", "opt-out", "whatever")}
    assert told == {
        "Prendre!": "take", "TERMINE": "done", "take": "take", "listo": "done", "opt-out": "stop", "whatever": None,
    }  # fmt: skip
    assert {"keywords.take", "keywords.pass"} & set(made.team.lacking("fr")) == {"keywords.pass"}


def test_a_keyword_that_is_called_otherwise_leaves_the_networks_words_and_is_missed_in_the_texts() -> None:
    made, found = with_team("languages:\n  en:\n    keywords: {take: [grab], stop: [enough]}\n")
    assert made is not None, found
    assert [made.team.keyword(word) for word in ("grab", "take", "enough", "stop")] == ["take", None, "stop", "stop"]
    told = [finding.text for finding in about_team(made) if finding.code == "S704"]
    assert any(text.startswith("TAKE in relays.offer") for text in told)


def test_what_is_missing_in_a_language_of_the_line_is_told_once() -> None:
    made, _ = with_team(of_one("relays", "passed", "Transmis, merci.", "fr"))
    assert made is not None
    line = made.lines["default"].model_copy(update={"languages": ("en", "fr")})
    told = [item for item in check(replace(made, lines={"default": line})) if item.file == "team.yaml"]
    assert [(finding.code, finding.line) for finding in told] == [("L501", 2)]
    assert "texts for volunteers aren't translated to fr" in told[0].text


def test_a_translator_brings_the_words_in_a_catalogue() -> None:
    library, _ = build(files())
    assert library is not None
    text = extract(library, "fr", NOW)
    assert 'msgctxt "team/relays.passed"' in text
    french = translated(text, {"Handed on. Thank you for telling us.": "Transmis, merci."})
    made, found = build(files(), translations={FRENCH: french})
    assert made is not None, found
    assert made.team.fill("relays.passed", ["fr"], {}) == ("Transmis, merci.", "fr")
    assert made.team.words["en"] == ours().words["en"]
    assert update(french, made, "fr", NOW) == french, "what was translated is not taken for the author's"


def test_holes_that_a_translator_lost_are_told_at_the_catalogue() -> None:
    library, _ = build(files())
    assert library is not None
    french = translated(extract(library, "fr", NOW), {"{{ name }} said yes and volunteers now.": "Oui."})
    made, found = build(files(), translations={FRENCH: french})
    assert made is None
    assert [(finding.code, finding.file) for finding in found] == [("L502", FRENCH)]
