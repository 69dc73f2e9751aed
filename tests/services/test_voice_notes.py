"""Ana leaves her message as a voice note, by text."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from checkin.cases.models import Case
from checkin.conversations import inbound_text
from checkin.messages.models import Recording
from flows.words.segments import count_segments
from tests import make
from tests.cast import ANA
from tests.media.sounds import wav
from tests.the_line import TheLine

NOTE = "ME" + "5" * 32


def sends_a_note(line: TheLine, body: str = "") -> str:
    text = replace(make.text(ANA, body), media_count=1, voice_note=NOTE)
    return line.runtime.do(lambda uow: inbound_text.receive(uow, text)).words()


def test_it_is_before_the_team_and_kept_by_us_alone(line: TheLine) -> None:
    line.answers(ANA, "MESSAGE")
    assert sends_a_note(line)
    line.network.pictures[NOTE] = wav(3)
    line.clock.forward(minutes=1)
    line.carries_out()

    with line.runtime.readers() as session:
        case = session.scalars(select(Case).where(Case.kind == "message")).one()
        recording = session.get_one(Recording, case.recording_id)
    assert (recording.state, recording.seconds) == ("kept", 3)
    assert recording.network_state == "deleted"
    assert line.network.deleted == [NOTE]


def test_where_none_is_asked_for_it_is_not_kept_anywhere(line: TheLine) -> None:
    line.answers(ANA, "CHECKIN")
    assert "We can't open what came with your text." in sends_a_note(line)
    line.carries_out()

    with line.runtime.readers() as session:
        assert session.scalars(select(Recording.state)).all() == ["destroyed"]
    assert line.network.deleted == [NOTE]


@pytest.mark.parametrize("content", [b"<!DOCTYPE html><title>404</title>" * 20, wav(0, silent=4), b""])
@pytest.mark.parametrize("language", ["en", "es"])
def test_one_that_holds_nothing_is_told_to_whoever_sent_it_once_with_how_to_go_on(
    line: TheLine, content: bytes, language: str
) -> None:
    if language == "es":
        line.answers(ANA, "ESPANOL")
    line.answers(ANA, "MESSAGE")
    line.network.pictures[NOTE] = content
    assert sends_a_note(line)
    line.clock.forward(minutes=1)
    line.carries_out()

    (told,) = line.sent_to(ANA)
    assert ("couldn't hear the voice note" if language == "en" else "nota de voz nos ha llegado sin sonido") in told
    assert "MENU" in told
    assert "988" in told
    assert count_segments(told) <= 2
    assert line.answers(ANA, "MENU"), "and they go on"
    line.clock.forward(hours=1)
    line.carries_out()
    assert line.sent_to(ANA) == [told]


def test_nobody_who_left_is_told(line: TheLine) -> None:
    line.answers(ANA, "MESSAGE")
    line.network.pictures[NOTE] = b""
    sends_a_note(line)
    line.answers(ANA, "STOP")
    line.clock.forward(minutes=1)
    line.carries_out()
    assert line.sent_to(ANA) == []
