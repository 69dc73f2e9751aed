"""Ana leaves her message as a voice note, by text."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from checkin.models.conversations import Case, Recording
from checkin.services import texts
from tests import make
from tests.cast import ANA
from tests.media.sounds import wav
from tests.the_line import TheLine

NOTE = "ME" + "5" * 32


def sends_a_note(line: TheLine, body: str = "") -> str:
    text = replace(make.text(ANA, body), media_count=1, voice_note=NOTE)
    return line.runtime.do(lambda work: texts.receive(work, text)).words()


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
    assert "We cannot open what came with your text." in sends_a_note(line)
    line.carries_out()

    with line.runtime.readers() as session:
        assert session.scalars(select(Recording.state)).all() == ["destroyed"]
    assert line.network.deleted == [NOTE]
