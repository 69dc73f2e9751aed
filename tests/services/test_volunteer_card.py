"""The card promises nothing that the line doesn't understand, and leaves out nothing that it does."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from checkin.web.volunteer.card import LEFT, RIGHT, RINGS, CardBox, box, filled, page
from flows.words.team_words import ours
from tests.cast import ANA, BEN, VAL, VEE
from tests.make import library
from tests.services.phones import ben_asks_for_a_peer, phone_of
from tests.services.schedule import at, on_shift, team, there
from tests.the_line import TheLine

ELSEWHERE = {
    "en": ("LEAD", "BLOCK", "CLAIM 42", "CALL 42", "TEXT 42"),
    "es": ("APOYO", "BLOQUEAR", "LLAMAR 42", "ESCRIBIR 42"),
}
"""Words of the design that must stand on the card as soon as the line understands them."""


WORDS = ours().words
LANGUAGES = ("en", "es")


def boxes(language: str) -> list[CardBox]:
    """Every box of the card, in the order in which they are read."""
    words = filled(ours(), library().lines["default"], language)
    return [box(words, section) for section in (RINGS, *LEFT, *RIGHT)]


def entries(language: str) -> Iterator[tuple[CardBox, str, str]]:
    """(box, what to text, what it does) of every row on the card."""
    for item in boxes(language):
        for word, meaning in item.entries.items():
            yield item, word, meaning


def understood(line: TheLine, language: str, word: str) -> bool:
    """Whether the line takes this for a word of its own: with nobody on the line, or else while Vee texts with Ana."""
    unknown = WORDS[language]["duty.unknown"].split(".")[0]
    if unknown not in line.answers(VEE, word):
        return True
    line.answers(VEE, "ON")
    line.answers(ANA, "PEER")
    line.carries_out()
    assert line.answers(VEE, "TAKE 1").startswith(WORDS[language]["relays.taken"][:7])
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
        (language, word)
        for language in LANGUAGES
        for _, word, _ in entries(language)
        if word not in ("1", "2", "3") and "42 " not in word
    ],
)
def test_every_word_on_the_card_is_understood(line: TheLine, language: str, word: str) -> None:
    situation(line, language)
    assert understood(line, language, word)


@pytest.mark.parametrize("word", ["WHATEVER", "GIVE 42", "MAYBE"])
def test_what_is_on_no_card_is_not_understood(line: TheLine, word: str) -> None:
    situation(line, "en")
    assert not understood(line, "en", word)


@pytest.mark.parametrize(("language", "word"), [(item, word) for item, words in ELSEWHERE.items() for word in words])
def test_every_word_that_is_understood_is_on_the_card(line: TheLine, language: str, word: str) -> None:
    situation(line, language)
    listed = {word for _, word, _ in entries(language)}
    assert understood(line, language, word) == (word in listed), (
        f"{word} is understood and not on the card, or the other way round: see the card in team.yaml"
    )


@pytest.mark.parametrize("language", ["en", "es"])
def test_what_help_says_is_on_the_card(language: str) -> None:
    named = {word.strip(".,:") for word in WORDS[language]["duty.help"].split() if word.strip(".,:").isupper()}
    on_it = {part for _, word, meaning in entries(language) for part in (*word.split(), *meaning.split())}
    assert named - {part.strip(".,:;") for part in on_it} == set()


def test_the_words_that_volunteers_are_told_are_on_the_card() -> None:
    """The texts of relays name TAKE, DONE and PASS in each language."""
    for language, told in WORDS.items():
        listed = {word.split()[0] for _, word, _ in entries(language)}
        keys = ("relays.offer", "relays.taken")
        named = {word.strip(".,") for key in keys for word in told[key].split() if word.isupper()}
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


@pytest.mark.parametrize("word", list(boxes("en")[2].entries))
def test_the_answers_after_a_talk_are_understood(line: TheLine, word: str) -> None:
    team(line, VEE, always=True)
    line.answers(ANA, "PEER")
    line.carries_out()
    line.answers(VEE, "TAKE 1")
    line.answers(VEE, "DONE")
    assert "don't know that word" not in line.answers(VEE, word)


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
    read.feed(page(ours(), line, language))
    said = " ".join(" ".join(read.words).split())
    assert read.open == []
    assert "Harbor & <Friends>" in said
    assert "+1 555-555-0100" in said
    assert line.crisis_number in said
    for section, word, _ in entries(language):
        assert word in said
        assert section.title in said
    assert "{" not in said.split("}")[-1]
