"""Every story is heard before one comes again, every teller is heard, and never in a language unannounced."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from checkin.rules.story_choice import Told, choose

NOW = datetime(2026, 11, 23, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=100)


def told(name: str, **about) -> Told:
    return replace(Told(name, "en", frozenset({"hope"}), LONG_AGO), **about)


SHELF = [told("a"), told("b"), told("c", topics=frozenset({"family"})), told("d", language="es")]


def test_none_comes_again_before_all_that_fit_were_heard():
    heard: dict[str, datetime] = {}
    order = []
    for n in range(6):
        story = choose(SHELF, None, "en", heard, "random", NOW, f"talk {n}")
        assert story is not None
        order.append(story)
        heard[story] = NOW + timedelta(minutes=n)
    assert set(order[:3]) == {"a", "b", "c"}
    assert order[3:] == order[:3]


def test_unheard_only_ends_when_all_were_heard():
    heard = dict.fromkeys("abc", NOW)
    assert choose(SHELF, None, "en", heard, "unheard", NOW, "x") is None
    assert choose(SHELF, None, "es", heard, "unheard", NOW, "x") == "d"


def test_topic_and_language_are_kept_to():
    assert choose(SHELF, "family", "en", {}, "random", NOW, "x") == "c"
    assert choose(SHELF, "family", "es", {}, "random", NOW, "x") is None
    assert choose(SHELF, None, "fr", {}, "random", NOW, "x") is None


def test_new_ones_come_early_and_then_those_that_few_have_heard():
    shelf = [told("known", plays=90), told("shy", plays=2), told("new", plays=5, published_at=NOW - timedelta(days=3))]
    assert choose(shelf, None, "en", {}, "unheard", NOW, "x") == "new"
    assert choose(shelf, None, "en", {"new": NOW}, "unheard", NOW, "x") == "shy"
    assert choose(shelf, None, "en", {}, "newest", NOW, "x") == "new"


def test_told_in_this_conversation_is_not_told_again():
    assert choose(SHELF, "family", "en", {}, "random", NOW, "x", not_again=["c"]) is None


def test_chance_is_fair_and_the_same_for_the_same_seed():
    shelf = [told(str(n)) for n in range(4)]
    counts = dict.fromkeys("0123", 0)
    for n in range(400):
        story = choose(shelf, None, "en", {}, "random", NOW, f"contact {n}")
        assert story == choose(list(reversed(shelf)), None, "en", {}, "random", NOW, f"contact {n}")
        assert story is not None
        counts[story] += 1
    assert min(counts.values()) > 60
