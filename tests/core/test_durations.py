from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.model.durations import parse_duration, write_duration


@pytest.mark.parametrize(
    ("written", "length"),
    [
        ("8s", timedelta(seconds=8)),
        ("40m", timedelta(minutes=40)),
        ("20h", timedelta(hours=20)),
        ("3d", timedelta(days=3)),
        ("2w", timedelta(weeks=2)),
        ("1h30m", timedelta(minutes=90)),
    ],
)
def test_lengths_are_read_as_they_are_written(written, length):
    assert parse_duration(written) == length


@pytest.mark.parametrize(
    "written", ["", "8", "s", "8 s", "-1h", "0s", "401d", "1y", "999999w", "1h30", 8, None, [], "٣h"]
)
def test_what_is_no_length_is_refused_with_an_example(written):
    with pytest.raises(ValueError, match="8s, 20h or 3d|out of range"):
        parse_duration(written)


@given(st.integers(1, 400 * 86400))
def test_what_is_written_is_read_back(seconds):
    length = timedelta(seconds=seconds)
    assert parse_duration(write_duration(length)) == length
