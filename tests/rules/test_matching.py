"""Who is asked first, and why somebody is not asked at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from checkin.core.rules.policy import Policy
from checkin.relays.rules.matching import Candidate, Need, Reason, order, why_not

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
POLICY = Policy()
VEE = Candidate("vee", "harbor", number_key=b"vee", topics=frozenset({"alcohol"}), wishes=frozenset({"woman"}))
VAL = Candidate("val", "harbor", number_key=b"val", languages=frozenset({"en", "es"}))
NEED = Need("harbor", "voice", language="en", contact_key=b"ana")


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


LEFT_OUT = [
    ({"line": "other"}, {}, "not on this line"),
    ({"invited": True}, {}, "not agreed yet"),
    ({"failures": 5}, {}, "bad number"),
    ({"number_key": b"ana"}, {}, "own number"),
    ({"channels": frozenset({"text"})}, {}, "wrong channel"),
    ({"languages": frozenset({"es"})}, {}, "language"),
    ({}, {"wish": "man"}, "wish"),
    ({"blocked": True}, {}, "blocked"),
    ({"paused": True}, {}, "paused"),
    ({"on_duty": False}, {}, "off duty"),
    ({"on_shift": False}, {}, "off shift"),
    ({"rest_until": NOW + minutes(1)}, {}, "resting"),
    ({"calls": 1}, {}, "in a relay or offer"),
    ({"texts": 1}, {}, "in a relay or offer"),
    ({"texts": 3}, {"channel": "text"}, "in a relay or offer"),
    ({"calls": 1}, {"channel": "text"}, "in a relay or offer"),
    ({"today": 8}, {}, "daily limit"),
    ({"today": 2, "daily_limit": 2}, {}, "daily limit"),
    ({"week": timedelta(hours=12)}, {}, "hours limit"),
    ({"on_since": NOW - timedelta(hours=4)}, {}, "hours limit"),
    ({"asked": True}, {}, "already asked"),
]
ASKED = [
    ({}, {}),
    ({}, {"wish": "woman"}),
    ({"on_shift": False, "on_duty": True}, {}),
    ({"rest_until": NOW}, {}),
    ({"texts": 2}, {"channel": "text"}),
    ({"today": 8, "daily_limit": 9}, {}),
    ({"week": timedelta(hours=20), "on_since": NOW - timedelta(hours=6), "agreed": True}, {}),
    ({"failures": 4}, {}),
    ({"number_key": b""}, {"contact_key": None}),
    ({"languages": frozenset({"es"})}, {"language": None}),
]


@pytest.mark.parametrize(("about", "need", "reason"), LEFT_OUT)
def test_whoever_is_left_out_has_a_reason(about, need, reason):
    volunteer = replace(VEE, **about)
    assert why_not(volunteer, replace(NEED, **need), NOW, POLICY) == reason
    assert order([volunteer], replace(NEED, **need), NOW, POLICY).left_out == (("vee", reason),)


def test_every_reason_is_in_that_table():
    assert {reason for _, _, reason in LEFT_OUT} == set(get_args(Reason))


@pytest.mark.parametrize(("about", "need"), ASKED)
def test_whoever_can_take_it_is_asked(about, need):
    assert order([replace(VEE, **about)], replace(NEED, **need), NOW, POLICY).chosen == ("vee",)


def test_who_knows_the_topic_goes_first_then_who_was_idle_longest():
    people = [
        replace(VAL, id="just asked", idle_since=NOW - minutes(1)),
        replace(VAL, id="an hour ago", idle_since=NOW - minutes(60)),
        replace(VAL, id="never yet"),
        replace(VEE, id="knows it", idle_since=NOW),
        replace(VAL, id="asleep", on_shift=False),
    ]
    ordered = order(people, replace(NEED, topic="alcohol"), NOW, POLICY)
    assert ordered.chosen == ("knows it", "never yet", "an hour ago", "just asked")
    assert ordered.left_out == (("asleep", "off shift"),)
    assert order(reversed(people), replace(NEED, topic="alcohol"), NOW, POLICY).chosen == ordered.chosen


def test_a_language_that_nobody_free_speaks_is_never_substituted():
    ordered = order([VEE, replace(VAL, calls=1)], replace(NEED, language="es"), NOW, POLICY)
    assert ordered.chosen == ()
    assert ordered.all_busy


def test_all_busy_is_not_the_same_as_nobody_there():
    assert not order([replace(VEE, on_shift=False)], NEED, NOW, POLICY).all_busy
    assert not order([], NEED, NOW, POLICY).all_busy
    assert not order([VEE, replace(VAL, calls=1)], NEED, NOW, POLICY).all_busy


def test_whoever_does_not_pick_up_rings_after_everybody_who_does():
    often = replace(VEE, id="often", missed=POLICY.missed_calls, topics=frozenset({"alcohol"}))
    seldom = replace(VEE, id="seldom", missed=POLICY.missed_calls - 1, topics=frozenset(), idle_since=NOW)
    assert order([often, seldom], replace(NEED, topic="alcohol"), NOW, POLICY).chosen == ("seldom", "often")
