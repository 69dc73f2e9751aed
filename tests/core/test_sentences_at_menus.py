"""Somebody writes a sentence where a key was asked for: at every menu, on both channels, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from flows.engine.inputs import Spoke, Started, Texted
from flows.engine.position import Facts, Position
from flows.engine.turns import enter, step
from flows.loading import load
from flows.model.text import Channel
from flows.steps.ask import AskStep
from tests.core.small import DEFINITIONS
from tests.corpus.measure import HERE, rows

LIBRARY = load(DEFINITIONS)
NOW = datetime(2026, 3, 2, 17, tzinfo=UTC)
SENTENCES = {
    language: [text for label, text in rows(HERE, language) if label == "menu.none" and len(text.split()) >= 4]
    for language in ("en", "es")
}
SOME = 10
"""Every so many of them at every change; all of them in a whole run."""

OFFER = {"en": {"sms": "PERSON", "voice": "press 0"}, "es": {"sms": "PERSONA", "voice": "oprima 0"}}


def menus() -> Iterator[tuple[str, str, Channel]]:
    """Every question with choices of every shipped flow: (flow, step, channel)."""
    for name, flow in LIBRARY.flows.items():
        for question in flow.steps:
            if isinstance(question, AskStep) and question.choices and question.named:
                yield from ((name, question.id, channel) for channel in flow.channels)


def asked(flow: str, at: str, channel: Channel, language: str) -> tuple[Position, Facts]:
    """The question, open, for somebody of this language."""
    facts = Facts(line="default", org_name="Harbor Line", now=NOW, contact_language=language)
    position = enter(LIBRARY, "default", channel, facts, flow=flow, step=at, language=language)
    return step(LIBRARY, position, Started(by="us"), facts).position, facts


@pytest.mark.parametrize("every", [SOME, pytest.param(1, marks=pytest.mark.long)], ids=["some", "all"])
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(("flow", "at", "channel"), list(menus()))
def test_a_sentence_chooses_nothing_and_is_offered_a_person(
    flow: str, at: str, channel: Channel, language: str, every: int
):
    position, facts = asked(flow, at, channel, language)
    assert (position.flow, position.step, position.awaiting) == (flow, at, "answer")
    for words in SENTENCES[language][::every]:
        turn = step(LIBRARY, position, Spoke(words) if channel == "voice" else Texted(words), facts)
        ways = [way.outcome for way in turn.ways]
        assert ways[:1] in ([], ["invalid"]), f"{words!r} was taken for {ways}"
        assert turn.position.language == language, f"{words!r} changed the language"
        if not ways:
            said = " ".join(part.text for part in turn.effects if hasattr(part, "text"))
            assert OFFER[language][channel] in said, f"nobody was offered after {words!r}: {said}"


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("this is really hard for me", "en"), ("is this a real person", "en"),
        ("please i need your help tonight", "en"), ("my husband wants to leave me", "en"),
        ("esto es muy difícil para mí", "es"), ("¿es una persona de verdad?", "es"),
        ("necesito su ayuda esta noche por favor", "es"), ("mi esposo me quiere dejar", "es"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("channel", ["sms", "voice"])
def test_the_sentences_that_once_led_astray_keep_the_menu_open(words: str, language: str, channel: Channel):
    position, facts = asked("main_menu", "menu", channel, language)
    turn = step(LIBRARY, position, Spoke(words) if channel == "voice" else Texted(words), facts)
    assert (turn.position.step, turn.position.language, turn.ways) == ("menu", language, ())


def test_three_sentences_lead_to_where_a_person_hears_them():
    position, facts = asked("main_menu", "menu", "sms", "en")
    for words in SENTENCES["en"][:3]:
        turn = step(LIBRARY, position, Texted(words), replace(facts, now=NOW))
        position = turn.position
    assert position.step == "missed"
