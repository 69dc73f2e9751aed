"""Every story is heard before one comes again, and every teller's turn comes round."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from checkin.stories.rules import NEW, Pick, ToldStory, choose

NOW = datetime(2026, 11, 23, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=100)
ROTATION = [ToldStory(name, LONG_AGO) for name in "abc"]


@pytest.mark.parametrize("pick", ["random", "newest"])
def test_none_comes_again_before_all_were_heard(pick: Pick) -> None:
    rotation = {item.id: item for item in ROTATION}
    order = []
    for n in range(6):
        story = choose(list(rotation.values()), pick, NOW, f"talk {n}")
        assert story is not None
        order.append(story)
        rotation[story] = replace(rotation[story], heard_at=NOW + timedelta(minutes=n))
    assert set(order[:3]) == {"a", "b", "c"}
    assert order[3:] == order[:3]


def test_unheard_only_ends_when_all_were_heard() -> None:
    assert choose([replace(item, heard_at=NOW) for item in ROTATION], "unheard", NOW, "x") is None
    assert choose([], "random", NOW, "x") is None


def test_the_one_that_was_told_longest_ago_is_next_and_the_newest_when_that_is_asked_for() -> None:
    rotation = [ToldStory(f"{n}", LONG_AGO + timedelta(days=n), told_at=NOW - timedelta(hours=n)) for n in range(20)]
    next_in_turn = {choose(rotation, "unheard", NOW, f"{n}") for n in range(60)}
    assert next_in_turn == {f"{n}" for n in range(14, 20)}
    assert choose(rotation, "newest", NOW, "x") == "19"


def test_chance_is_fair_and_the_same_for_the_same_seed() -> None:
    counts: Counter[str] = Counter()
    for n in range(400):
        story = choose(ROTATION, "random", NOW, f"contact {n}")
        assert story == choose(ROTATION[::-1], "random", NOW, f"contact {n}")
        assert story is not None
        counts[story] += 1
    assert min(counts.values()) > 100


def shortlist(rotation: Sequence[ToldStory]) -> list[ToldStory]:
    """What the database hands over: those next in turn, and the newest."""
    in_turn = sorted(rotation, key=lambda item: item.told_at)[:12]
    newest = sorted(rotation, key=lambda story: story.published_at)[-12:]
    return list({item.id: item for item in (*in_turn, *newest)}.values())


def listened(rotation: list[ToldStory], listeners: int, *, late: int = 0) -> Counter[str]:
    """How often each was told when so many new people ask, one a minute. late: by so many the count lags behind."""
    told = {item.id: item for item in rotation}
    counts: Counter[str] = Counter(dict.fromkeys(told, 0))
    waiting: list[tuple[str, datetime]] = []
    for n in range(listeners):
        now = NOW + timedelta(minutes=n)
        story = choose(shortlist(list(told.values())), "unheard", now, f"contact {n}")
        assert story is not None
        counts[story] += 1
        waiting.append((story, now))
        if len(waiting) > late:
            for name, at in waiting:
                told[name] = replace(told[name], told_at=at)
            waiting.clear()
    return counts


@pytest.mark.parametrize("late", [0, 5])
@pytest.mark.parametrize("count", [2, 10, 60])
@pytest.mark.parametrize("new", ["none", "one", "all"])
def test_after_a_thousand_listeners_no_story_has_had_less_than_half_its_share(count: int, new: str, late: int) -> None:
    """Whatever was heard how often before: what counts is whose turn it is."""
    rotation = [ToldStory(f"{n}", LONG_AGO, told_at=LONG_AGO + timedelta(days=n)) for n in range(count)]
    fresh = {"none": 0, "one": 1, "all": count}[new]
    rotation[:fresh] = [ToldStory(item.id, NOW - timedelta(days=1)) for item in rotation[:fresh]]
    counts = listened(rotation, 1000, late=late)
    assert min(counts.values()) >= 0.5 * 1000 / count


def test_a_new_one_comes_early_but_does_not_push_the_others_aside() -> None:
    rotation = [ToldStory("new", NOW - timedelta(days=1)), *(ToldStory(f"{n}", LONG_AGO) for n in range(9))]
    counts = listened(rotation, 1000)
    assert counts["new"] > 2 * 100
    assert counts["new"] < 4 * 100
    settled = listened([replace(rotation[0], published_at=NOW - NEW), *rotation[1:]], 1000)
    assert settled["new"] == pytest.approx(100, abs=15)


def test_who_is_known_for_a_need_often_hears_a_story_on_it_and_not_only_those() -> None:
    rotation = [*ROTATION, ToldStory("theirs", LONG_AGO, suits=True)]
    chosen = Counter(choose(rotation, "unheard", NOW, f"{n}") for n in range(200))
    assert 80 < chosen["theirs"] < 160
