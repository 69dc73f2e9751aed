"""Contacts go by a kind name among volunteers, the same each time."""

from __future__ import annotations

from hashlib import sha256

import pytest

from checkin.contacts.rules import FIRST, SECOND, alias, spoken

# Names of substances and places that would hurt to be called by; the lists are checked against them by machine.
UNKIND = set(
    """snow crystal ice grass weed horse molly angel sugar candy pearl cloud mule spice tar speed dust rock stone lean
    high mellow sober juniper hop barley grape vine amber poppy bridge cliff knife drop lonely broken lost little big
    fat thin old young black white brown red needle spoon""".split()  # noqa: SIM905 - easier to read and to add to
)


def test_there_are_enough_of_them_and_no_word_twice():
    assert len(FIRST) * len(SECOND) >= 40_000
    assert len(set(FIRST) | set(SECOND)) == len(FIRST) + len(SECOND)


def test_every_word_is_plain_short_and_kind():
    for word in FIRST + SECOND:
        assert word.isascii()
        assert word.isalpha()
        assert word.islower()
        assert len(word) <= 11
    assert not UNKIND & set(FIRST + SECOND)


def test_the_same_bytes_give_the_same_alias():
    seed = sha256(b"ana").digest()
    assert alias(seed) == alias(seed)
    first, second = alias(seed).split()
    assert first.lower() in FIRST
    assert second.lower() in SECOND
    assert spoken(alias(seed)) == alias(seed).lower()


def test_when_one_is_taken_there_is_a_next():
    seed = sha256(b"ana").digest()
    tried = [alias(seed, nth) for nth in range(20)]
    assert len(set(tried)) == 20
    assert tried[8] == f"{tried[0]} 2"


def test_every_word_comes_up():
    seen = {word for n in range(6000) for word in alias(sha256(str(n).encode()).digest()).lower().split()}
    assert seen == set(FIRST) | set(SECOND)


def test_too_few_bytes_are_refused():
    with pytest.raises(ValueError, match="32 bytes"):
        alias(b"short")
