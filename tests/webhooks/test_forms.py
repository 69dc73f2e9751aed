"""Whatever a signed request holds, reading it gives a value or says which parameter is wrong."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from checkin.telephony.rules.arrivals import LONGEST_TEXT
from tests.webhooks.conftest import CA, EVERYTHING, LINE, RE, SM
from webhooks import forms
from webhooks.forms import BadForm

READERS: list[Callable[[forms.Form], object]] = [
    forms.incoming_text,
    forms.incoming_call,
    forms.call_status,
    forms.message_status,
    forms.recording_done,
    forms.room_event,
    forms.answered_by,
    partial(forms.keys, silent=False),
    partial(forms.heard, silent=False),
]
NAMES = st.sampled_from(
    [*EVERYTHING, "Digits", "SpeechResult", "ErrorCode", "SequenceNumber", "AnsweredBy", "RecordingUrl"]
)
VALUES = st.text(st.characters(), max_size=40) | st.sampled_from(
    [SM, CA, RE, LINE, "completed", "-1", "9" * 40, "٣", "1e3"]
)


def refusal(reader: Callable[[forms.Form], object], form: dict[str, str]) -> str | None:
    try:
        reader(MultiDict(form))
    except BadForm as wrong:
        return str(wrong)
    return None


@given(st.sampled_from(READERS), st.dictionaries(NAMES, VALUES, max_size=12))
def test_every_form_is_read_or_refused_in_words(reader: Callable[[forms.Form], object], form: dict[str, str]) -> None:
    wrong = refusal(reader, form)

    assert wrong is None or (wrong.split()[0] in EVERYTHING and "is missing or isn't" in wrong)


@pytest.mark.parametrize("reader", READERS[:6])
def test_an_empty_form_is_refused(reader: Callable[[forms.Form], object]) -> None:
    with pytest.raises(BadForm):
        reader(MultiDict())


def test_a_text_is_as_long_as_texts_can_be() -> None:
    text = forms.incoming_text(MultiDict({**EVERYTHING, "Body": "help " * 20_000}))
    assert len(text.body) == LONGEST_TEXT


@pytest.mark.parametrize("written", ["-1", "1.5", "", "x", "٣", "9" * 30])
def test_a_number_that_is_none_counts_as_not_given(written: str) -> None:
    status = forms.call_status(MultiDict({**EVERYTHING, "SequenceNumber": written, "CallDuration": written}))

    assert (status.sequence, status.seconds) == (None, None)


def test_speech_is_not_longer_than_a_text_can_be() -> None:
    heard = forms.heard(MultiDict({"SpeechResult": "so " * 5000}), silent=False)

    assert len(heard.words) == 1600  # type: ignore[union-attr]


def test_pictures_are_told_from_those_that_cannot_be_shown() -> None:
    kinds = ("image/jpeg", "image/heic", "IMAGE/PNG", "text/vcard", "image/heif", "image/webp; x=1")
    ids = [f"ME{place:032x}" for place in range(len(kinds))]
    media = {f"MediaUrl{place}": f"https://api.twilio.com/x/Media/{sid}" for place, sid in enumerate(ids)}
    types = {f"MediaContentType{place}": kind for place, kind in enumerate(kinds)}
    text = forms.incoming_text(MultiDict({**EVERYTHING, **media, **types, "NumMedia": str(len(kinds))}))

    assert text.pictures == (ids[0], ids[2], ids[5])
    assert text.unreadable == (ids[1], ids[4])
    assert text.media_count == len(kinds)
