"""Where a request that comes over HTTP ends."""

from __future__ import annotations

import pytest

from checkin.web.rules.requests import MOST_GATHERED, MOST_HEAD, Extent, RequestRefused, measure

HEAD = b"POST /webhooks/sms HTTP/1.1\r\nHost: line.example\r\n"


def test_a_request_is_not_whole_before_its_head_has_ended() -> None:
    for end in range(len(HEAD)):
        assert measure(HEAD[:end] + b"\r") is None


def test_a_head_without_a_length_is_the_whole_request() -> None:
    assert measure(HEAD + b"\r\nwhat comes next") == Extent(len(HEAD) + 2)


@pytest.mark.parametrize("line", [b"Content-Length: 12", b"content-length:12", b"CONTENT-LENGTH :\t12 "])
def test_a_body_is_as_long_as_it_was_said_to_be(line: bytes) -> None:
    assert measure(HEAD + line + b"\r\n\r\nBody") == Extent(len(HEAD + line) + 4 + 12)


@pytest.mark.parametrize("length", [b"-1", b"+5", b"0x10", b"", b"5, 5", "²".encode()])
def test_a_length_that_is_none_is_left_to_the_server_to_refuse(length: bytes) -> None:
    line = b"Content-Length: " + length
    assert measure(HEAD + line + b"\r\n\r\nBody") == Extent(len(HEAD + line) + 4)


@pytest.mark.parametrize("length", [b"1" * 13, b"0" * 12 + b"5"])
def test_a_body_without_end_is_refused_and_no_request_hides_in_it(length: bytes) -> None:
    with pytest.raises(RequestRefused, match="413"):
        measure(HEAD + b"Content-Length: " + length + b"\r\n\r\nGET / HTTP/1.1\r\n\r\n")


def test_two_lengths_are_none() -> None:
    lines = b"Content-Length: 4\r\nContent-Length: 5"
    assert measure(HEAD + lines + b"\r\n\r\nBody") == Extent(len(HEAD + lines) + 4)


def test_a_body_beyond_what_is_gathered_is_large() -> None:
    found = [measure(HEAD + b"Content-Length: %d\r\n\r\n" % size) for size in (MOST_GATHERED, MOST_GATHERED + 1)]
    assert [item and item.large for item in found] == [False, True]


def test_a_body_of_unknown_length_is_refused() -> None:
    with pytest.raises(RequestRefused, match="411"):
        measure(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")


def test_a_head_without_end_is_refused() -> None:
    endless = HEAD + b"X: " + b"a" * MOST_HEAD
    assert measure(endless[: MOST_HEAD - 1]) is None
    with pytest.raises(RequestRefused, match="431"):
        measure(endless)
