"""Oda tries a new sentence at the keyboard before Ana gets to read it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from flows.library import Library
from flows.loading import build, load
from flows.transcripts.format import Tale, TranscriptVolunteer
from flows.transcripts.keyboard import COMMANDS, TypedConversation
from tests.core.seeded import SHIPPED, files

NOON = datetime(2026, 3, 2, 17, tzinfo=UTC)


@pytest.fixture(scope="module")
def library() -> Library:
    return load(SHIPPED)


def talk(library: Library, channel: Any = "sms", **more: Any) -> TypedConversation:
    return TypedConversation(
        library, channel, NOON, volunteers=[TranscriptVolunteer(name="Vee")], tales=[Tale(topic="sober")], **more
    )


def words(session: TypedConversation, *lines: str) -> str:
    """What the last of these lines led to."""
    session.opening()
    shown = [session.type(line) for line in lines][-1]
    return "\n".join(part.text for part in shown)


def test_a_text_is_answered(library: Library) -> None:
    assert "Reply 1 talk with a peer" in words(talk(library), "hello")


def test_a_call_is_answered_before_anything_is_typed(library: Library) -> None:
    assert "welcome" in "\n".join(part.text for part in talk(library, "voice").opening())


def test_digits_are_keys_on_a_call_and_words_are_speech(library: Library) -> None:
    assert "These are stories from peers" in words(talk(library, "voice"), "2")
    assert "These are stories from peers" in words(talk(library, "voice"), "hear a story")
    assert "These are stories from peers" in words(talk(library, "voice"), "/press 2")


def test_silence_and_hanging_up(library: Library) -> None:
    assert "press 1" in words(talk(library, "voice"), "/silence")
    assert words(talk(library, "voice"), "/hangup") == "the conversation ended: hung_up"


def test_a_volunteer_joins_and_closes(library: Library) -> None:
    session = talk(library)

    assert "A peer is here" in words(session, "peer", "/peer joins")
    assert words(session, "/peer says hello") == "hello"
    assert "How was it?" in words(session, "/peer closes")


def test_a_volunteer_declines_and_nobody_is_left(library: Library) -> None:
    assert "No peer is free" in words(talk(library), "peer", "/peer declines")


def test_time_passes(library: Library) -> None:
    assert "ended: no_choice" in words(talk(library), "menu", "/wait 3h")


def test_a_recording_is_left(library: Library) -> None:
    assert "We have your message." in words(talk(library, "voice"), "4", "/record 30s")


def test_what_on_error_says_can_be_heard(library: Library) -> None:
    assert "Something went wrong on our side" in words(talk(library), "menu", "/break")


def test_details_show_actions_and_where_it_stands(library: Library) -> None:
    session = talk(library, details=True)
    session.type("checkin")

    shown = session.type("1")

    assert [part.text for part in shown if part.kind == "action"][:1] == ["SaveAnswer name=mood value=1 history=True"]
    assert any(part.kind == "position" and "check_in.offer" in part.text for part in shown)


@pytest.mark.parametrize("line", ["/dance", "/wait soon", "/peer dances", "/peer joins"])
def test_a_slip_of_the_finger_is_told_and_nothing_happens(library: Library, line: str) -> None:
    session = talk(library)
    session.type("menu")
    before = session.world.position

    shown = session.type(line)

    assert [part.kind for part in shown] == ["trouble"]
    assert session.world.position == before


def test_after_the_end_a_call_takes_no_more_and_again_begins_anew(library: Library) -> None:
    session = talk(library, "voice")
    session.opening()
    session.type("/hangup")

    assert session.type("1")[0].kind == "trouble"
    assert "welcome" in "\n".join(part.text for part in session.type("/again"))


def test_help_names_every_command_and_quit_leaves(library: Library) -> None:
    session = talk(library)

    assert len(session.type("/help")) == len(COMMANDS)
    session.type("/quit")
    assert session.over


def test_what_is_sensitive_is_not_shown() -> None:
    made, findings = build(files())
    assert made is not None, findings
    session = TypedConversation(made, "sms", NOON, flow="care", details=True)
    session.opening()
    shown = "\n".join(item.text for words in ("5", "2", "my brother left", "done") for item in session.type(words))

    assert "•••" in shown
    assert "story my brother left" not in shown
