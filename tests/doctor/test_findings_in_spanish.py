"""What `doctor` finds is said in Spanish on a Spanish page, with what it found in it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from checkin.doctor import service
from checkin.doctor.facts import AccountFacts
from checkin.doctor.rules import account
from checkin.i18n.finding_words import HOLE, in_words, path_of, sentences
from checkin.i18n.gettext import speaking
from tests.doctor import test_judgement
from tests.doctor.states import well

RULES = sorted(Path(account.__file__).parent.glob("*.py"))
SPOILED = next(
    mark.args[1]
    for mark in test_judgement.test_what_is_wrong_is_said_in_its_color.pytestmark
    if mark.name == "parametrize"
)


def test_every_sentence_of_the_rules_has_spanish_and_no_other_has() -> None:
    said = {sentence for file in RULES for sentence in sentences(file.read_text(encoding="utf-8"))}
    with path_of("es").open("rb") as file:
        kept = {str(message.id): str(message.string) for message in read_po(file) if message.id}
    assert said == set(kept), "write the Spanish into checkin/i18n/findings.es.po; take out what is gone"
    assert len(said) > 150
    assert [
        words for words, spanish in kept.items() if sorted(HOLE.findall(words)) != sorted(HOLE.findall(spanish))
    ] == []


@pytest.mark.parametrize(("check", "_color", "_words", "spoiled"), SPOILED)
def test_whatever_is_found_is_said_in_spanish(check: str, _color: str, _words: str, spoiled: dict[str, object]) -> None:
    found = next(finding for finding in service.judge(well(**spoiled)) if finding.check == check)  # type: ignore[arg-type]
    with speaking("es"):
        for words in (found.title, found.said, found.todo):
            said = in_words(words)
            assert not words or said != words or words in SAME, words
    assert in_words(found.said) == found.said, "English stays English"


SAME = {"Redis", "Audio", "Proxy", "didn't accept", "PUBLIC_URL is made up"}
"""The same in both, or the words of others: of the network, or of a setting."""


def test_what_was_found_is_kept_as_it_was() -> None:
    (finding,) = [found for found in service.judge(well(account={"balance": (3.2, "USD")})) if found.check == "balance"]
    with speaking("es"):
        assert in_words(finding.said) == "Quedan 3.20 USD."
        assert in_words("Nothing we know.") == "Nothing we know."
        assert in_words("These do not come to this line: texts, how calls ended.") == (
            "Esto no llega a esta línea: mensajes, cómo terminan las llamadas."
        )
        assert in_words("Version 7: it may throw away what is due (maxmemory-policy x); odd (y).") == (
            "Versión 7: puede tirar lo pendiente (maxmemory-policy x); odd (y)."
        )
        assert in_words("https://line.example.net has no good certificate.") == (
            "https://line.example.net no tiene un certificado válido."
        )


def test_facts_of_a_closed_account_are_said_in_spanish_too() -> None:
    closed = AccountFacts(unread={"state": "it does not say who it is"})
    with speaking("es"):
        said = [in_words(found.said) for found in service.judge(replace(well(), account=closed))]
    assert "no dice quién es" in said
