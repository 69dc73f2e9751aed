"""Whatever happens, in whatever state, there is a turn; and on the flows that we ship none of them is a failure."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import flows
from flows.engine import effects
from flows.engine.effects import Effect
from flows.engine.inputs import (
    CaseOpened,
    HungUp,
    Input,
    MachineAnswered,
    MessageWanted,
    NoPeer,
    NoStory,
    PeerLeft,
    Pressed,
    Recorded,
    ReminderDue,
    Silent,
    Spoke,
    Started,
    StoryFound,
    Texted,
    TimedOut,
)
from flows.engine.position import Facts, Position, Turn
from flows.engine.turns import enter, step
from flows.library import Library
from flows.loading import load
from tests.core.talk import MONDAY
from tests.examples import examples

SHIPPED = load(Path(flows.__file__).parent / "definitions")

WORDS = [
    "1", "2", "3", "4", "5", "9", "0", "yes", "no", "NEXT", "another", "thanks", "stop reading", "done", "hola", "peer",
    "STOP", "start", "HELP", "menu", "person", "español", "english", "forget", "pause 2 weeks", "withdraw 7K4M",
    "story", "checkin", "message", "share", "i want to die", "my words", "a 2 i guess", "", " ", "👍", "9:30",
]  # fmt: skip

PARTS = ["step", "flow", "flow_hash", "language", "awaiting", "ended"]
NOTES = ["story", "texts", "confirm", "recordings", "before_forget", "case_then", "heard"]
STRANGE = "{}%| aá\x00\ud800\u200b'\n"
ASKING = effects.ConnectPeer | effects.ChooseStory | effects.OpenCase

texts = st.one_of(st.sampled_from(WORDS), st.text(max_size=60), st.text(alphabet=STRANGE, max_size=40))
happenings = st.one_of(
    texts.map(Texted),
    texts.map(Texted),
    texts.map(Spoke),
    st.text(alphabet="0123456789*#", min_size=1, max_size=4).map(Pressed),
    st.text(alphabet="0123456789*#", min_size=1, max_size=1).map(Pressed),
    st.just(Silent()),
    st.sampled_from(["now", "stale"]).map(lambda when: TimedOut(-1 if when == "stale" else -2)),
    st.just(ReminderDue(-2)),
    st.builds(Recorded, st.just("r1"), st.integers(0, 300), st.booleans()),
    st.just(HungUp()),
    st.just(MachineAnswered()),
    st.builds(PeerLeft, st.integers(0, 4000)),
    st.sampled_from(["no_answer", "busy", "closed", "hung_up"]).map(NoPeer),
    st.just(MessageWanted()),
    st.builds(
        StoryFound,
        st.sampled_from("abc"),
        texts,
        st.text(max_size=3000),
        texts,
        st.integers(0, 90),
        st.sampled_from(["en", "es", "xx"]),
    ),  # fmt: skip
    st.just(NoStory()),
    st.builds(CaseOpened, st.booleans()),
    st.just(Started()),
    st.just(Started("us")),
)
facts = st.builds(
    Facts,
    now=st.just(MONDAY),
    line=st.just("default"),
    org_name=st.just("Harbor Line"),
    first_contact=st.booleans(),
    contact_name=st.none() | texts,
    contact_language=st.sampled_from([None, "en", "es", "es-MX", "fr"]),
    consents=st.sampled_from([frozenset(), frozenset({"check_ins", "follow_ups"})]),
    kept=st.sampled_from([{}, {"mood": 2, "answer_by": "text"}, {"mood": "high"}]),
    can_text=st.booleans(),
    crisis=st.booleans(),
)


def _on_time(what: Input, position: Position) -> Input:
    """Timers carry the turn that set them; -2 stands for the latest."""
    if isinstance(what, TimedOut | ReminderDue) and what.turn == -2:
        return type(what)(position.turn)
    return what


def _check(before: Position, what: Input, turn: Turn) -> None:
    after = turn.position
    stored = json.loads(json.dumps(after.to_json()))
    assert Position.from_json(stored) == after
    asking = [part for part in turn.effects if isinstance(part, ASKING)]
    assert all(part is turn.effects[-1] for part in asking), "a action that asks must be the last"
    for part in turn.effects:
        if isinstance(part, effects.Say):
            assert part.text.strip() or part.clip
            assert len(part.text) <= 6000
    if turn == Turn(before):
        return
    assert after.turn == before.turn + 1
    gone = bool(after.scratch.get("hung_up"))
    if gone:
        assert not [part for part in turn.effects if isinstance(part, effects.Spoken)], "nobody is there to hear it"
    elif after.channel == "voice":
        _check_call(after, turn.effects)
    elif after.awaiting in ("answer", "recording", "story_keys", "confirm_forget"):
        assert turn.wait is not None, "a text is waited for without end"


def _check_call(after: Position, done: tuple[Effect, ...]) -> None:
    """A caller always hears what happens next."""
    spoken = [part for part in done if isinstance(part, effects.Spoken)]
    if after.ended is not None:
        assert isinstance(spoken[-1], effects.HangUp)
    elif after.awaiting in ("answer", "story_keys"):
        assert isinstance(spoken[-1], effects.Ask)
    elif after.awaiting == "recording":
        assert isinstance(spoken[-1], effects.Record)
    else:
        assert after.awaiting in ("peer", "story", "case")


@pytest.mark.parametrize("channel", ["sms", "voice"])
@settings(max_examples=examples(600), deadline=None)
@given(st.sampled_from(sorted(SHIPPED.flows)), st.lists(happenings, min_size=1, max_size=25), facts)
def test_anything_in_any_state_is_a_turn(channel, flow, inputs, known):
    position = enter(SHIPPED, "default", channel, known, flow=flow)
    if channel not in SHIPPED.flows[flow].channels:
        position = enter(SHIPPED, "default", channel, known)
    for what in [Started(), *inputs]:
        now = _on_time(what, position)
        turn = step(SHIPPED, position, now, known)
        _check(position, now, turn)
        failures = [part for part in turn.effects if isinstance(part, effects.RaiseAlert) and part.kind == "flow_error"]
        assert not failures, (now, position, failures)
        position = turn.position


@settings(max_examples=examples(300), deadline=None)
@given(
    st.sampled_from(["sms", "voice"]),
    st.dictionaries(st.sampled_from(PARTS), st.text(max_size=8)),
    st.dictionaries(
        st.sampled_from(NOTES),
        st.one_of(st.none(), st.integers(), st.text(max_size=5), st.lists(st.integers(), max_size=2)),
    ),
    happenings,
)
def test_a_position_that_makes_no_sense_still_gives_a_turn(channel, changes, scratch, what):
    plain = enter(SHIPPED, "default", channel, Facts(MONDAY, "default", "Harbor Line"))
    position = Position.from_json({**plain.to_json(), "scratch": scratch, **changes})
    turn = step(SHIPPED, position, what, Facts(MONDAY, "default", "Harbor Line"))
    assert isinstance(turn, Turn)
    json.dumps(turn.position.to_json())


@settings(max_examples=examples(50), deadline=None)
@given(happenings)
def test_a_line_that_nobody_knows_still_gives_a_turn(what):
    known = Facts(MONDAY, "no-such-line", "Harbor Line")
    position = enter(SHIPPED, "default", "sms", Facts(MONDAY, "default", "Harbor Line"))
    assert isinstance(step(SHIPPED, position, what, known), Turn)


def test_a_library_is_the_same_after_any_turn():
    before = {name: flow.hash for name, flow in SHIPPED.flows.items()}
    assert isinstance(SHIPPED, Library)
    assert {name: load(SHIPPED.folder).flows[name].hash for name in before} == before
