"""Oda sees where somebody speaks, and cuts off what is before and after."""

from __future__ import annotations

import pytest

from checkin.telephony.audio import AudioError, to_telephone, trim
from checkin.telephony.waveform import drawn
from tests.media.sounds import wav

SPOKEN = wav(4, silent=4)


def test_the_drawing_is_loud_where_somebody_speaks() -> None:
    seen = drawn(SPOKEN, 8).peaks
    assert len(seen) == 8
    assert max(seen) == 100
    assert min(seen[:4]) > 50
    assert max(seen[5:]) < 5


def test_what_is_silent_all_through_is_drawn_flat() -> None:
    assert set(drawn(wav(0, silent=2), 10).peaks) == {0}


def test_head_and_tail_are_cut_off() -> None:
    stored = to_telephone(SPOKEN).content
    made = trim(stored, 1.0, 4.0)
    assert made.seconds == 3
    assert made.heard == pytest.approx(3.0, abs=0.3)
    assert min(drawn(made.content, 6).peaks[:5]) > 50
    assert trim(stored, 0, 0).seconds in (8, 9)


@pytest.mark.parametrize(("head", "tail"), [(7.0, 0.0), (0.0, 30.0), (3.0, 4.0)])
def test_something_must_be_left(head: float, tail: float) -> None:
    with pytest.raises(AudioError, match="must remain"):
        trim(SPOKEN, head, tail)


def test_what_cannot_be_cut_says_why() -> None:
    with pytest.raises(AudioError, match="0 or more"):
        trim(SPOKEN, -1, 0)
    for nothing in (b"", b"%PDF-1.7 not audio at all"):
        with pytest.raises(AudioError, match="can't be read"):
            trim(nothing, 0, 0)
        with pytest.raises(AudioError, match="can't be read"):
            drawn(nothing)
