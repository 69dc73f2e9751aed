"""When a flow fails: what was said stays, `on_error` runs, and if that fails too there is a last sentence."""

from __future__ import annotations

import pytest

from flows.engine import effects
from flows.engine.inputs import Started, Texted
from flows.engine.position import Facts, Position
from flows.engine.run import LARGEST_POSITION, TURNS
from flows.engine.turns import enter, step
from flows.parsing import parse_flow
from tests.core.small import ELSE, flow_text, library
from tests.core.talk import MONDAY, Talk

BREAKS = [
    "- say: 'Hi {{ nope }}.'",
    "- branch:\n    - {if: 'mood > answer.x', to: bye}",
    "- id: round\n  goto: round",
    "- follow_up: {flow: first, at: 'some day'}",
    "- set: {answer: '{{ nope }}'}",
    "- story: {topic: '{{ nope }}'}\n  then: {finished: bye, none: bye}",
]


@pytest.mark.parametrize("steps", BREAKS)
@pytest.mark.parametrize("channel", ["sms", "voice"])
def test_a_step_that_fails_leads_to_on_error_and_loses_nothing(steps, channel):
    talk = Talk(library(f"- say: Said before.\n- tag: {{add: [kept]}}\n{steps}"), channel).starts()
    assert talk.said.startswith("Said before.")
    assert talk.said.endswith("Something broke.")
    assert talk.action(effects.Tag).add == ("kept",)
    assert talk.action(effects.RaiseAlert).kind == "flow_error"
    assert talk.position.ended == "failed"


def test_the_alert_names_a_kind_of_fault_and_nobodys_words():
    steps = f"- ask: Say.\n  text: true\n  save: answer\n  {ELSE}\n- say: '{{{{ answer }}}} {{{{ nope }}}}'"
    talk = Talk(library(steps)).texts("hi").texts("my secret")
    assert talk.action(effects.RaiseAlert).rule == "template"
    assert "secret" not in repr(talk.actions)


def broken_twice(channel: str = "sms") -> Talk:
    """A flow whose `on_error` fails too."""
    made = library("- say: 'Hi {{ nope }}.'")
    worse, _ = parse_flow(flow_text("- say: 'Hi {{ nope }}.'").replace("Something broke.", "{{ nope }}"), "first.yaml")
    return Talk(made.with_current([worse]), channel).starts()


def test_when_on_error_fails_too_there_is_a_last_sentence():
    talk = broken_twice()
    assert "988" in talk.said
    assert talk.position.ended == "error"
    call = broken_twice("voice")
    assert "9 8 8" in call.said
    assert isinstance(call.done[-1], effects.HangUp)


def test_a_flow_that_is_nowhere_ends_with_the_last_sentence():
    position = Position("gone", "0" * 64, "x", "sms", "es", awaiting="answer", turn=4)
    turn = step(library(), position, Texted("hi"), Facts(MONDAY, "default", "Harbor Line"))
    assert turn.position.ended == "error"
    alert, said = turn.effects
    assert alert == effects.RaiseAlert("flow_error", "no_flow")
    assert isinstance(said, effects.Say)
    assert said.language == "es"


def test_a_conversation_that_never_ends_is_ended():
    made = library(f"- id: q\n  ask: Well?\n  yes_no: true\n  tries: 9\n  {ELSE}\n- goto: q")
    talk = Talk(made).texts("hi")
    for _ in range(TURNS - 1):
        talk.texts("yes")
        assert talk.position.ended is None
    assert talk.texts("yes").said == "Something broke."
    assert talk.position.ended == "failed"


def test_a_position_that_grows_too_large_is_a_failure_and_keeps_recordings():
    steps = "\n".join(f"- set: {{v{number}: '{'x' * 1900}'}}" for number in range(8))
    talk = Talk(library(steps)).texts("hi")
    assert talk.action(effects.RaiseAlert).rule == "budget"
    assert talk.said.endswith("Something broke.")
    assert len(str(talk.position.to_json())) < LARGEST_POSITION


def test_a_failure_while_hung_up_says_nothing():
    made = library("- ask: Well?\n  yes_no: true\n  then: {timeout: bye, invalid: bye, hung_up: broken}\n- id: broken\n"
                   "  say: '{{ nope }}'")  # fmt: skip
    talk = Talk(made, "voice").starts().hangs_up()
    assert talk.said == ""
    assert talk.position.ended is not None
    talk.action(effects.RaiseAlert)


def test_on_error_may_wait_for_an_answer():
    made = library("- say: '{{ nope }}'")
    text = flow_text("- say: '{{ nope }}'").replace("- id: sorry\n    say:", "- id: sorry\n    note: x\n    say:", 1)
    text = text.replace("  - end: failed", f"  - ask: Try again?\n    yes_no: true\n    {ELSE}\n  - end: failed")
    changed, findings = parse_flow(text, "first.yaml")
    assert findings == []
    talk = Talk(made.with_current([changed])).texts("hi")
    assert "Try again?" in talk.said
    assert talk.last.wait is not None
    assert talk.texts("yes").position.ended == "failed"


def test_a_line_that_is_unknown_still_begins():
    position = enter(library(), "nowhere", "sms", Facts(MONDAY, "nowhere", "Harbor Line"))
    turn = step(library(), position, Started(), Facts(MONDAY, "nowhere", "Harbor Line"))
    assert turn.effects[0] == effects.Say("Goodbye.", "en")
