"""A shift that is played through: on our way people wait half as long as one by one, and never without end."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from xml.etree import ElementTree

import pytest

from checkin.core.policies import policy_of_line
from checkin.core.rules.policy import Policy
from checkin.relays.rules.waves import Wish
from tests.bench.waiting.drawing import chart
from tests.bench.waiting.outcomes import Load, Outcome, Result
from tests.bench.waiting.people import Scenario, callers, team
from tests.bench.waiting.playing import play
from tests.bench.waiting.shift import Shift
from tests.bench.waiting.ways import Way, compared
from tests.make import library

OURS, ONE_BY_ONE, FOR_EVER, ALL_AT_ONCE = compared(Policy())


NIGHTS = 40


@cache
def played(way: Way, share: float = 0.4, seed: int = 1, nights: int = NIGHTS) -> Result:
    """A shift of six, so many nights."""
    return play(way, Scenario(team((share,) * 6), nights=nights, seed=seed))


@pytest.mark.parametrize(("share", "seed"), [(0.3, 1), (0.4, 1), (0.4, 2)])
def test_half_of_callers_are_with_a_peer_twice_as_soon_as_one_by_one_at_equal_load(share: float, seed: int) -> None:
    ours, theirs = played(OURS, share, seed), played(ONE_BY_ONE, share, seed)
    soon, late = ours.seconds_till(0.5), theirs.seconds_till(0.5)
    assert soon is not None
    assert late is not None
    assert late / soon >= 2
    assert ours.a_shift()[0] == pytest.approx(theirs.a_shift()[0], rel=0.05), "and the same talks a volunteer"
    assert ours.share("joined") >= theirs.share("joined") - 0.02, "and it is not that fewer are reached"


def test_nobody_waits_longer_than_they_were_promised() -> None:
    limit = Policy().relay_limit.total_seconds()
    for way in (OURS, ONE_BY_ONE, ALL_AT_ONCE):
        assert played(way).longest <= limit
    for_ever = played(FOR_EVER, nights=10)
    assert for_ever.longest > 5 * limit, "as they do on lines that ring for ever"
    assert played(OURS).share("hung up") < for_ever.share("hung up") / 3


def test_every_caller_comes_to_an_end_that_is_counted() -> None:
    asked = sum(len(callers(played(OURS).scenario, night)) for night in range(NIGHTS))
    for way in (OURS, ONE_BY_ONE, ALL_AT_ONCE):
        result = played(way)
        assert len(result.outcomes) == asked
        assert sum(result.share(how) for how in ("joined", "told", "hung up")) == pytest.approx(1)
        assert sum(load.talks for load in result.loads.values()) == sum(
            outcome.how == "joined" for outcome in result.outcomes
        )


def test_more_phones_ring_for_it_but_not_all() -> None:
    ours, theirs, everyone = (played(way).a_shift()[2] for way in (OURS, ONE_BY_ONE, ALL_AT_ONCE))
    assert theirs < ours < everyone


def test_the_load_is_shared_evenly() -> None:
    talks = [load.talks for load in played(OURS).loads.values()]
    assert max(talks) < 1.4 * min(talks)


def test_when_most_rings_are_taken_there_is_less_to_gain() -> None:
    """Said in the docs: at 70 % the first phone that rings is mostly enough."""
    soon, late = played(OURS, 0.7).seconds_till(0.5), played(ONE_BY_ONE, 0.7).seconds_till(0.5)
    assert soon is not None
    assert late is not None
    assert 1 < late / soon < 2


def test_one_volunteer_rings_alike_on_each_way_with_a_limit() -> None:
    scenario = Scenario(team((0.4,)), nights=20)
    ours, everyone = (play(way, scenario) for way in (OURS, ALL_AT_ONCE))
    assert list(ours.outcomes) == list(everyone.outcomes)


def test_the_rules_of_the_line_are_what_is_played() -> None:
    """A volunteer who has had their talks of the day, or rests, is not rung in a simulation either."""
    scenario = Scenario(team((0.9,)), calls_an_hour=30, nights=1, talk=30)
    one_a_day = Way("one a day", Policy(daily_limit=1), Wish())
    assert Shift(one_a_day, scenario, 0).loads["01"].talks == 1
    restful = Way("restful", Policy(rest=timedelta(hours=1), daily_limit=99), Wish())
    assert Shift(restful, scenario, 0).loads["01"].talks <= 4


def test_the_same_seed_is_the_same_shift_and_another_is_not() -> None:
    scenario = Scenario(team((0.4,) * 3), nights=5)
    assert play(OURS, scenario).outcomes == play(OURS, scenario).outcomes
    assert play(OURS, scenario).outcomes != play(OURS, Scenario(team((0.4,) * 3), nights=5, seed=9)).outcomes


def test_what_our_lines_say_is_what_is_simulated_by_default() -> None:
    ours = policy_of_line(library().lines["default"])
    for name in ("ringing", "first_wave", "next_wave", "wave_every", "relay_limit"):
        assert getattr(ours, name) == getattr(Policy(), name)


def test_half_of_all_callers_means_all() -> None:
    waits = [Outcome("joined", timedelta(seconds=10)), Outcome("told", timedelta(seconds=1))]
    assert Result(OURS, Scenario(()), waits, {}).seconds_till(0.5) == 10
    assert Result(OURS, Scenario(()), [*waits, Outcome("hung up", timedelta(seconds=3))], {}).seconds_till(0.5) is None
    assert Result(OURS, Scenario(()), [], {"01": Load()}).seconds_till(0.5) is None


def test_the_chart_is_a_drawing_without_a_script_the_same_each_time() -> None:
    results = [played(way) for way in (OURS, ONE_BY_ONE)]
    drawn = chart(results)
    assert drawn == chart(results)
    tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(drawn).iter()}
    assert "polyline" in tags
    assert "script" not in tags
    assert "http" not in drawn.replace("http://www.w3.org", "")
    assert "<!--" not in drawn
    for result in results:
        assert result.way.name in drawn


@pytest.mark.parametrize("share", [-0.1, 0.95, 2])
def test_a_share_that_cannot_be_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="like 0.4"):
        team((share,))
