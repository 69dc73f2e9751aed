"""Three phones ring, then three more, then everyone, then the backup: and never past the promised limit."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkin.core.policies import policy_of_line
from checkin.core.rules.phone import PhoneNumber
from checkin.core.rules.policy import Policy
from checkin.relays.rules.waves import Wish, limit, plan
from flows.model.lines import Line

LINE = {"calls": "main", "texts": "main", "crisis_number": "988"}
POLICY = Policy()
BACKUP = replace(POLICY, backup=PhoneNumber("+15555550199"))
TEAM = [f"v{n}" for n in range(1, 13)]


def drawn(waves):
    """(seconds after the opening, how many are asked or "backup")."""
    return [(wave.after.seconds, "backup" if wave.backup else len(wave.who)) for wave in waves]


def test_the_waves_of_a_full_team():
    assert drawn(plan(TEAM, BACKUP)) == [(0, 3), (20, 3), (40, 3), (60, 3), (80, "backup")]
    assert [name for wave in plan(TEAM, POLICY) for name in wave.who] == TEAM


def test_a_small_team_gets_to_the_backup_sooner():
    assert drawn(plan(TEAM[:1], BACKUP)) == [(0, 1), (20, "backup")]
    assert drawn(plan([], BACKUP)) == [(0, "backup")]
    assert plan([], POLICY) == []


def test_one_by_one_asks_as_many_as_fit_the_limit():
    waves = plan(TEAM, replace(BACKUP, ringing="one by one"))
    assert drawn(waves) == [(0, 1), (20, 1), (40, 1), (60, 1), (80, 1), (100, "backup")]


def test_all_at_once():
    assert drawn(plan(TEAM, replace(BACKUP, ringing="all at once"))) == [(0, 12), (20, "backup")]


def test_a_line_may_say_how_many_each_wave_rings():
    assert drawn(plan(TEAM, replace(POLICY, waves=(1, 2, 4)))) == [(0, 1), (20, 2), (40, 4), (60, 5)]
    assert drawn(plan(TEAM, policy_of_line(Line(**LINE, relay={"at_once": [1, 3]})))) == [(0, 1), (20, 3), (40, 8)]
    assert drawn(plan(TEAM, policy_of_line(Line(**LINE, relay={"at_once": 2})))) == [(0, 2), (20, 2), (40, 2), (60, 6)]


def test_texts_go_out_more_slowly_and_without_the_backup():
    assert drawn(plan(TEAM, BACKUP, "text")) == [(0, 3), (60, 3), (120, 3), (180, 3)]


def test_a_flow_may_ask_for_its_own_ringing():
    assert drawn(plan(TEAM[:4], POLICY, wish=Wish(at_once=2, seconds=15))) == [(0, 2), (15, 2)]
    twice = plan(TEAM[:2], POLICY, wish=Wish(at_once=2, seconds=15, rounds=2))
    assert [wave.who for wave in twice] == [("v1", "v2"), ("v1", "v2")]


@pytest.mark.parametrize("limit_s", [25, 45, 61])
def test_a_short_limit_asks_the_rest_in_the_last_wave(limit_s):
    waves = plan(TEAM, replace(POLICY, relay_limit=timedelta(seconds=limit_s)))
    assert {name for wave in waves for name in wave.who} == set(TEAM)


@given(
    team=st.integers(0, 60),
    ringing=st.sampled_from(["waves", "one by one", "all at once"]),
    first=st.integers(1, 5),
    following=st.integers(1, 5),
    every=st.integers(5, 60),
    ring=st.integers(10, 30),
    longest=st.integers(31, 300),
    backup=st.booleans(),
    channel=st.sampled_from(["voice", "text"]),
    wish=st.builds(Wish, st.none() | st.integers(1, 6), st.none() | st.integers(10, 40), st.none() | st.integers(1, 3)),
)
def test_no_phone_is_rung_past_the_limit_and_nobody_twice_in_one_wave(
    team, ringing, first, following, every, ring, longest, backup, channel, wish
):
    policy = Policy(
        ringing=ringing,
        first_wave=first,
        next_wave=following,
        wave_every=timedelta(seconds=every),
        ring_for=timedelta(seconds=ring),
        relay_limit=timedelta(seconds=longest),
        backup=PhoneNumber("+15555550199") if backup else None,
    )
    waves = plan([str(n) for n in range(team)], policy, channel, wish)
    assert [wave.after for wave in waves] == sorted({wave.after for wave in waves})
    assert all(wave.after < limit(policy, channel) for wave in waves)
    assert all(len(set(wave.who)) == len(wave.who) for wave in waves)
    assert bool(waves) == (team > 0 or (backup and channel == "voice"))
    assert [wave.backup for wave in waves[:-1]] == [False] * len(waves[:-1])
    if waves and waves[-1].backup:
        assert waves[-1].after + policy.ring_for <= policy.relay_limit
    if ringing != "one by one":
        assert {name for wave in waves for name in wave.who} == {str(n) for n in range(team)}
