"""Every row of the comparison table that we claim: docs/flows-compared.md names a test for each, and it is there.

Rows whose test would be nowhere else have it here.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import flows
from checkin.core.reply import Reply
from checkin.telephony import sms
from flows.engine import effects
from flows.library import Library
from flows.loading import build
from flows.model.text import Channel
from tests.core.seeded import CARE, files, with_mistake
from tests.core.talk import Talk

ROOT = Path(flows.__file__).parents[1]
PAGE = (ROOT / "docs" / "flows-compared.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+) \| ([^|]+) \| `(tests/[\w/]+\.py)::(\w+)` \|$", PAGE, re.M)
NOT_CLAIMED = {74, 75, 76, 77, 78}
"""HTTP, language models, an editor with boxes, random splits, payments: left out on purpose."""


def test_every_row_that_we_claim_is_there_once() -> None:
    assert [int(number) for number, *_ in ROWS] == sorted(set(range(1, 81)) - NOT_CLAIMED)


@pytest.mark.parametrize(("number", "what", "file", "name"), ROWS, ids=[f"{row[0]} {row[1]}" for row in ROWS])
def test_the_row_has_the_test_that_it_names(number: str, what: str, file: str, name: str) -> None:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}, (number, what)


def line(**changed: str) -> Library:
    library, findings = build(files(**changed))
    assert library is not None, findings
    return library


@pytest.mark.parametrize("channel", ["sms", "voice"])
def test_one_flow_answers_texts_and_calls(channel: Channel) -> None:
    talk = Talk(line(), channel=channel, flow="care").starts()
    asked = talk.said
    _answers(talk, "5")
    _answers(talk, "2")

    assert "How are you, from 1 to 5?" in asked
    assert talk.position.awaiting == "recording"


def _answers(talk: Talk, key: str) -> None:
    if talk.channel == "sms":
        talk.texts(key)
    else:
        talk.presses(key)


def test_spoken_options_are_made_of_the_choices() -> None:
    on_a_call = Talk(line(), channel="voice", flow="care").starts().presses("5")
    by_text = Talk(line(), flow="care").starts().texts("5")

    assert "press 1" in on_a_call.said
    assert on_a_call.last.effects[-1].hints, "what is said is listened for too"  # type: ignore[union-attr]
    assert "1 a story" in by_text.said


def test_keys_that_clash_are_found() -> None:
    (finding,) = with_mistake("second: {key: 2", "second: {key: 1")
    assert (finding.code, finding.severity) == ("V301", "error")
    assert [item.code for item in with_mistake("second: {key: 2", "second: {key: 12")] == ["V302"]


def test_a_wait_without_an_end_is_refused() -> None:
    found = with_mistake("{first: tale, second: leave, timeout: quiet, invalid", "{first: tale, second: leave, invalid")
    assert [finding.code for finding in found] == ["E204"]


def test_the_answer_of_one_turn_is_one_text() -> None:
    talk = Talk(line(), flow="care").texts("hi")
    said = tuple(part for part in talk.done if isinstance(part, effects.Say))

    assert len(said) > 1
    assert sms.render(Reply(said), "https://line.example/answered").count("<Message") == 1


def test_opening_hours_are_a_step() -> None:
    schedules = "schedules:\n  day: {time_zone: America/New_York, open: {mon-fri: '09:00-17:00'}}\n"
    care = CARE.replace(
        "  - id: peer\n", "  - id: peer\n    hours: day\n    then: {open: ring, closed: leave}\n  - id: ring\n"
    )
    talk = Talk(line(care=care, schedules=schedules), flow="care").starts().texts("1").texts("yes")
    assert talk.action(effects.ConnectPeer)

    night = Talk(line(care=care, schedules=schedules), flow="care").starts().texts("1")
    night.now = night.now.replace(hour=4)
    assert night.texts("yes").position.step == "leave"


def test_what_is_sensitive_is_shown_to_nobody() -> None:
    asked = CARE.replace('en: "Take care."', 'en: "You wrote {{ note | default: 1 }}."')
    library, findings = build(files(care=asked))
    assert library is not None, findings
    from flows.checks.checker import about_flows

    assert "P802" in [flow.code for flow in about_flows(library)]


def test_a_translation_that_is_missing_is_found() -> None:
    found = with_mistake('say: {en: "Take care.", es: "Hasta pronto."}', 'say: {en: "Take care."}')
    assert [finding.code for finding in found] == ["L501"]


def test_dead_ends_and_what_nothing_leads_to_are_found() -> None:
    lost = with_mistake(
        "  - id: quiet\n    end: no_reply\n", "  - id: quiet\n    end: no_reply\n  - id: lost\n    end: lost\n"
    )
    assert [finding.code for finding in lost] == ["W202"]


def test_a_loop_that_never_waits_is_found_before_it_is_published() -> None:
    assert "E206" in [finding.code for finding in with_mistake("  - end: done\n", "  - goto: bye\n")]


def test_a_loop_that_slips_through_ends_in_an_apology() -> None:
    """The checker refuses it; if it ran all the same, a hundred steps are a turn's budget."""
    library = line(care=CARE.replace("  - end: done\n", "  - goto: bye\n"))
    talk = Talk(library, flow="care").starts().texts("5").texts("2").texts("x y").texts("done")
    talk.texts("no")

    assert any(isinstance(part, effects.RaiseAlert) and part.kind == "flow_error" for part in talk.done)
    assert "Something went wrong." in talk.said


def test_a_follow_up_takes_the_place_of_the_one_with_its_key() -> None:
    talk = Talk(line(), flow="care").starts().texts("5").texts("2").texts("hello there").texts("done").texts("no")

    planned = talk.action(effects.ScheduleFollowUp)
    assert (planned.flow, planned.key) == ("care", "care")
