"""The card promises nothing that the line doesn't understand, and leaves out nothing that it does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html.parser import HTMLParser

import pytest

from checkin.relays import relay_words
from checkin.volunteers import volunteer_words
from checkin.web.volunteer.card import page
from checkin.web.volunteer.card_words import CARDS, Entry, Section, Words
from tests.cast import ANA, BEN, VAL, VEE
from tests.make import library
from tests.services.phones import ben_asks_for_a_peer, phone_of
from tests.services.rota import at, on_shift, team, there
from tests.the_line import TheLine

ELSEWHERE = {
    "en": ("LEAD", "BLOCK", "CLAIM 42", "CALL 42", "TEXT 42"),
    "es": ("APOYO", "BLOQUEAR", "LLAMAR 42", "ESCRIBIR 42"),
}
"""Words of the design that must stand on the card as soon as the line understands them."""


def entries(card: Words) -> Iterator[tuple[Section, Entry]]:
    for section in card.sections:
        for entry in section.entries:
            yield section, entry


def understood(line: TheLine, language: str, word: str) -> bool:
    """Whether the line takes this for a word of its own: with nobody on the line, or else while Vee texts with Ana."""
    unknown = volunteer_words.TEXT[language]["unknown"].split(".")[0]
    if unknown not in line.answers(VEE, word):
        return True
    line.answers(VEE, "ON")
    line.answers(ANA, "PEER")
    line.carries_out()
    assert line.answers(VEE, "TAKE 1").startswith(relay_words.TEXT[language]["taken"][:7])
    line.answers(VEE, word)
    line.carries_out()
    return not any(text.endswith(f": {word}") for text in line.sent_to(ANA))


def situation(line: TheLine, language: str) -> None:
    """Vee has been reminded of a shift, Val gave one away, and nobody waits."""
    team(line, VEE, languages=[language, "en"])
    team(line, VAL, languages=["en", "es"])
    on_shift(line, VEE, 18, 20)
    at(line, there(2, 18))


@pytest.mark.parametrize(
    ("language", "word"),
    [
        (language, entry.word)
        for language, card in CARDS.items()
        for section, entry in entries(card)
        if entry.word not in ("1", "2", "3") and "42 " not in entry.word
    ],
)
def test_every_word_on_the_card_is_understood(line: TheLine, language: str, word: str) -> None:
    situation(line, language)
    assert understood(line, language, word)


@pytest.mark.parametrize("word", ["WHATEVER", "GIVE 42", "MAYBE"])
def test_what_is_on_no_card_is_not_understood(line: TheLine, word: str) -> None:
    situation(line, "en")
    assert not understood(line, "en", word)


@pytest.mark.parametrize(("language", "word"), [(one, word) for one, words in ELSEWHERE.items() for word in words])
def test_every_word_that_is_understood_is_on_the_card(line: TheLine, language: str, word: str) -> None:
    situation(line, language)
    listed = {entry.word for _, entry in entries(CARDS[language])}
    assert understood(line, language, word) == (word in listed), (
        f"{word} is understood and not on the card, or the other way round: see checkin/web/volunteer/card_words.py"
    )


@pytest.mark.parametrize("language", ["en", "es"])
def test_what_help_says_is_on_the_card(language: str) -> None:
    said = volunteer_words.TEXT[language]["help"].replace("{", "").replace("}", "")
    capitals = {word.strip(".,:") for word in said.split() if word.strip(".,:").isupper()}
    on_it = {part for _, entry in entries(CARDS[language]) for part in (*entry.word.split(), *entry.meaning.split())}
    assert capitals - {part.strip(".,:;") for part in on_it} == set()


def test_the_words_that_volunteers_are_told_are_on_the_card() -> None:
    """The texts of relays name TAKE, DONE and PASS in each language."""
    for language, told in relay_words.TEXT.items():
        listed = {entry.word.split()[0] for _, entry in entries(CARDS[language])}
        named = {word.strip(".,") for key in ("offer", "taken") for word in told[key].split() if word.isupper()}
        assert {word for word in named if len(word) > 3} <= listed


@pytest.mark.parametrize(("keys", "joined"), [("1", True), ("2", False)])
def test_the_keys_on_the_card_do_what_it_says(line: TheLine, keys: str, joined: bool) -> None:
    team(line, VEE, always=True)
    ben_asks_for_a_peer(line, BEN)
    line.carries_out()
    vee = phone_of(line, VEE)
    vee.picks_up()
    vee.presses(keys)
    assert (vee.room is not None) == joined


@pytest.mark.parametrize("word", [entry.word for entry in CARDS["en"].left[1].entries])
def test_the_answers_after_a_talk_are_understood(line: TheLine, word: str) -> None:
    team(line, VEE, always=True)
    line.answers(ANA, "PEER")
    line.carries_out()
    line.answers(VEE, "TAKE 1")
    line.answers(VEE, "DONE")
    assert "no word we know" not in line.answers(VEE, word)


def test_the_number_in_front_leads_the_words_to_the_right_one(line: TheLine) -> None:
    team(line, VEE, always=True)
    for contact in (ANA, BEN):
        line.answers(contact, "PEER")
        line.carries_out()
    line.answers(VEE, "TAKE 1")
    line.answers(VEE, "TAKE 2")
    line.answers(VEE, "2 hello you")
    line.carries_out()
    assert "hello you" in line.sent_to(BEN)[-1]
    assert not any("hello you" in text for text in line.sent_to(ANA))


class Reads(HTMLParser):
    """The words of a page, and its tags that are still open."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_page_is_whole_and_has_every_word(language: str) -> None:
    line = library().lines["default"].model_copy(update={"name": "Harbor & <Friends>"})
    read = Reads()
    read.feed(page(line, language))
    said = " ".join(" ".join(read.words).split())
    assert read.open == []
    assert "Harbor & <Friends>" in said
    assert "+1 555-555-0100" in said
    assert line.crisis_number in said
    for section, entry in entries(CARDS[language]):
        assert entry.word in said
        assert section.title in said
    assert "{" not in said.split("}")[-1]


def test_both_languages_have_the_same_boxes() -> None:
    shape: Callable[[Words], list[int]] = lambda card: [len(section.entries) for section in card.sections]  # noqa: E731
    assert shape(CARDS["en"]) == shape(CARDS["es"])
