"""What Oda pays: every way through a flow, with its texts and its minutes."""

from __future__ import annotations

import pytest

from flows.checks import path_costs, sizes
from flows.checks.path_costs import Path, paths
from flows.checks.subject import Subject
from flows.library import Library
from flows.loading import build, load
from flows.words.segments import count_segments
from tests.core.seeded import SHIPPED, files

ASK = """\
flow: small
dsl: 1
title: Small
channels: [sms, voice]
languages: [en, es]
on_error: sorry
steps:
  - say: {en: "Hello.", es: "Hola."}
  - ask: {en: "Shall a person call you?", es: "¿Le llama una persona?"}
    yes_no: true
    then: {yes: call, no: bye, timeout: bye, invalid: call, hung_up: bye}
  - id: call
    handover: {to: coordinators, reason: "wants a call"}
  - say: {en: "LONG", es: "Ya se lo hemos dicho."}
  - id: bye
    end: done
  - id: sorry
    handover: {to: coordinators, reason: "it failed"}
  - end: error
"""


def small(words: str = "Somebody will call.") -> list[Path]:
    library, findings = build({**files(), "small.yaml": ASK.replace("LONG", words)})
    assert library is not None, findings
    return paths(Subject(library.flows["small"], library))


def test_each_way_has_its_turns_its_texts_and_its_end() -> None:
    with_call, without = small()

    assert with_call.turns == ("step 2: yes or invalid",)
    assert without.turns == ("step 2: no or timeout or hung up",)
    assert (with_call.end, without.end) == ("done", "done")
    assert (with_call.segments, without.segments) == (3, 2), "question, answer, and one text more"
    assert with_call.minutes > without.minutes > 0


def test_what_is_said_in_one_turn_is_one_text() -> None:
    asked = "Hello.\nShall a person call you?\nReply YES or NO."
    assert count_segments(asked) == 1
    assert small()[1].segments == 2, "the greeting and the question together, and the answer"


def test_longer_words_cost_more() -> None:
    assert small("word " * 40)[0].segments == small()[0].segments + 1


def test_the_dearest_comes_first_and_no_more_than_asked_for(library: Library) -> None:
    subject = Subject(library.flows["talk_to_peer"], library)

    every = paths(subject)
    assert [path.segments for path in every] == sorted((path.segments for path in every), reverse=True)
    assert len(paths(subject, 7)) == 7
    assert len(every) <= path_costs.MOST


@pytest.fixture(scope="module")
def library() -> Library:
    return load(SHIPPED)


@pytest.mark.parametrize("name", sorted(path.stem for path in SHIPPED.glob("*_*.yaml")))
def test_no_way_costs_more_than_the_checker_warns_of(library: Library, name: str) -> None:
    subject = Subject(library.flows[name], library)
    segments, minutes = sizes.longest(subject)

    for path in paths(subject):
        assert path.turns or len(paths(subject)) == 1
        assert 0 < path.segments <= segments
        assert 0 <= path.minutes <= minutes + 1e-9
