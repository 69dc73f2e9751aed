"""A translator brings a whole language: the words beside the flows."""

from __future__ import annotations

import pytest

from flows.catalogues.maintenance import extract, update
from flows.catalogues.pofile import parse, write
from flows.engine import effects
from flows.loading import build
from tests.core.seeded import LINES, files
from tests.core.talk import Talk
from tests.core.test_catalogues import FRENCH, NOW, library, translated

__all__ = ["library"]

WORDS = {
    "name": "français", "yes": "oui\no\nd'accord", "no": "non\nn", "numbers": "un = 1\ndeux = 2",
    "weekdays": "lundi\nmardi\nmercredi\njeudi\nvendredi\nsamedi\ndimanche",
    "months": "\n".join(f"mois {number}" for number in range(1, 13)), "global.stop": "arrêter\nsortir",
    "global.menu": "sommaire", "sentences.not_understood": "Pardon, nous n'avons pas compris.",
}  # fmt: skip


def in_french(library, **other: str) -> str:
    """A catalogue whose words of words.yaml are filled in."""
    told = {f"words/{name}": text for name, text in {**WORDS, **other}.items()}
    catalog = parse(extract(library, "fr", NOW))
    for message in catalog:
        if message.context in told:
            message.string = told[message.context]
    return write(catalog)


def test_a_language_is_learnt_from_a_catalogue_alone(library) -> None:
    made, found = build(files(), translations={FRENCH: in_french(library)})

    assert made is not None, found
    french = made.words["fr"]
    assert (french.name, french.yes[0], french.numbers["deux"]) == ("français", "oui", 2)
    assert french.weekdays[6] == "dimanche"
    assert made.matcher.hear("ARRÊTER").kind == "stop"
    talk = Talk(made, language="fr", flow="care").starts().texts("n'importe quoi")
    assert "Pardon, nous n'avons pas compris." in talk.said
    assert made.words["en"] == library.words["en"]


def test_what_a_language_cannot_do_without_is_asked_for(library) -> None:
    made, found = build(files(), translations={FRENCH: in_french(library, yes="")})

    assert made is not None
    assert "fr" not in made.words
    assert [(finding.code, finding.file) for finding in found] == [("L501", FRENCH)]
    assert "fr isn't spoken yet: yes of words.yaml aren't translated" in found[0].text


@pytest.mark.parametrize(
    ("name", "text", "code", "says"),
    [
        ("weekdays", "lundi", "E101", "weekdays of words.yaml"),
        ("numbers", "un", "E101", "'un' in numbers isn't `word = value`"),
        ("sentences.read_back.sms", "C'est bien ça ?", "L502", "these words and those above differ in"),
        ("sentences.read_back.sms", "{{ value", "X601", "words:"),
    ],
)
def test_words_that_a_translator_broke_are_told_at_the_catalogue(
    library, name: str, text: str, code: str, says: str
) -> None:
    made, found = build(files(), translations={FRENCH: in_french(library, **{name: text})})

    assert made is None
    assert [(finding.code, finding.severity, finding.file) for finding in found] == [(code, "error", FRENCH)]
    assert says in found[0].text


def test_words_that_mean_a_choice_are_translated_one_on_each_line(library) -> None:
    text = extract(library, "fr", NOW)
    assert 'msgctxt "care/menu/choices.first.words"' in text
    made, _ = build(files(), translations={FRENCH: translated(text, {"tale": "conte\nrécit"})})

    assert made.flows["care"].step("menu").choices["first"].words.by_language["fr"] == ("conte", "récit")
    talk = Talk(made, flow="care").starts().texts("5").texts("conte")
    assert talk.action(effects.ChooseStory)


def test_the_introduction_and_the_keywords_of_a_line_are_translated() -> None:
    lines = LINES + (
        '    introduction: {en: "This is {{ org.name }}.", es: "Esto es {{ org.name }}."}\n'
        "    keywords: {en: {check: care, mood: care}, es: {animo: care}}\n"
    )
    library, found = build(files(lines=lines))
    assert library is not None, found
    text = extract(library, "fr", NOW)
    french = translated(text, {"This is {{ org.name }}.": "Ici {{ org.name }}.", "check\nmood": "moral\nhumeur"})

    made, found = build(files(lines=lines), translations={FRENCH: french})

    assert made is not None, found
    line = made.lines["default"]
    assert line.introduction.text["fr"] == "Ici {{ org.name }}."
    assert made.keyword("default", "Humeur") == ("care", None, "fr")
    assert update(french, made, "fr", NOW) == french, "what was translated is not taken for the author's"


def test_refusals_and_the_groups_that_they_name_are_translated_too(library) -> None:
    here = {"groups.texts": "textos\nmessages", "refusals.phrases": "plus de <texts>", "refusals.filler": "alors"}
    made, found = build(files(), translations={FRENCH: in_french(library, **here)})

    assert made is not None, found
    assert made.words["fr"].refusals.phrases == ("plus de <texts>",)
    assert made.matcher.hear("alors plus de messages").kind == "stop"


@pytest.mark.parametrize("phrase", ["... messages", "plus de <rien>"])
def test_a_phrase_that_is_none_is_told_at_the_catalogue(library, phrase: str) -> None:
    made, found = build(files(), translations={FRENCH: in_french(library, **{"refusals.phrases": phrase})})

    assert made is None
    assert [(finding.code, finding.file) for finding in found] == [("E101", FRENCH)]
    assert "refusals of words.yaml" in found[0].text
