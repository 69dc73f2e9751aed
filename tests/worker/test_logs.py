"""What Ana wrote and where she can be reached is in no log line, whoever logged it and whatever broke."""

from __future__ import annotations

import logging

import pytest
import redis.exceptions
import structlog

from checkin.core import logs
from checkin.web.access_log import path_of
from tests.conftest import Log

ANA = "+15555550111"


def test_an_event_is_one_line_of_json_with_its_time_and_level(log: Log) -> None:
    structlog.get_logger("worker").info("outbox_row", row="0" * 31 + "1", kind="ring_offer")
    (line,) = log.lines()
    assert line.pop("timestamp")
    assert line == {
        "event": "outbox_row", "row": "0" * 31 + "1", "kind": "ring_offer", "level": "info", "logger": "worker",
    }  # fmt: skip


@pytest.mark.parametrize(
    "number",
    [ANA, "15555550111", "(555) 555-0111", "555-555-0111", "555.555.0111", "+44 7700 900123", "%2B15555550111"],
)
def test_a_number_is_masked_wherever_it_stands(log: Log, number: str) -> None:
    structlog.get_logger().warning(f"no answer from {number}!", detail=[{"who": f"to:{number}", "leg": (number,)}])
    logging.getLogger("some.library").error("POST %s failed", number)
    assert number not in log.getvalue()
    assert "5550111" not in log.getvalue()
    assert "7700" not in log.getvalue()


def test_a_number_as_an_integer_is_left_out(log: Log) -> None:
    structlog.get_logger().info("odd", found=15555550111, status=200)
    (line,) = log.lines()
    assert (line["found"], line["status"]) == (logs.DROPPED, 200)


def test_words_under_a_name_that_tells_are_left_out(log: Log) -> None:
    structlog.get_logger().info("text", body="I used again", To=ANA, form={"Body": "I used again", "sid": "SM1"})
    assert "again" not in log.getvalue()
    (line,) = log.lines()
    assert line["form"] == {"Body": logs.DROPPED, "sid": "SM1"}


def test_an_error_of_a_library_keeps_its_trace_and_loses_the_number(log: Log) -> None:
    try:
        raise ValueError(f"cannot dial {ANA}")
    except ValueError:
        logging.getLogger("gunicorn.error").exception("Error handling request")
    (line,) = log.lines()
    assert "ValueError: cannot dial ***11" in str(line["exception"])
    assert "test_logs.py" in str(line["exception"])


@pytest.mark.parametrize(
    "harmless",
    ["2026-11-22T10:40:00Z", "took 1234 ms", "sid CA0123456789abcdef", "127.0.0.1:8000", "error 21610", "row 1a2b3c4"],
)
def test_what_is_no_number_stays(harmless: str) -> None:
    assert logs.masked(harmless) == harmless


def test_twilios_client_and_rq_do_not_chatter(log: Log) -> None:
    logging.getLogger("twilio.http_client").info("POST Request: Body=I used again")
    logging.getLogger("rq.worker").info("Job OK")
    assert log.getvalue() == ""


def test_a_path_is_logged_without_its_token_and_query() -> None:
    token = "0123456789abcdef0123456789abcdef"
    assert path_of(f"/webhooks/relay/{token}/wait?t=3&From=%2B15555550111") == "/webhooks/relay/0123…/wait"
    assert path_of("/webhooks/sms") == "/webhooks/sms"


def test_a_redis_that_goes_is_said_in_a_word(log: Log) -> None:
    for trouble in (redis.exceptions.ConnectionError("Error 111"), redis.exceptions.TimeoutError("no answer")):
        try:
            raise trouble
        except Exception as error:
            logging.getLogger("rq.worker").error("found an unhandled exception", exc_info=True)
            structlog.get_logger().error("it is gone", exc_info=error)
    assert "Traceback" not in log.getvalue()
    assert [line["error"] for line in log.lines()] == ["ConnectionError"] * 2 + ["TimeoutError"] * 2


def test_what_is_ours_keeps_its_traceback(log: Log) -> None:
    try:
        raise KeyError(f"no {ANA}")
    except KeyError:
        structlog.get_logger().error("ours", exc_info=True)
    (line,) = log.lines()
    assert "Traceback" in str(line["exception"])
    assert ANA not in log.getvalue()
