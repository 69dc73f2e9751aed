"""Receipts come twice, late and out of order; the status that is left is the true one."""

from __future__ import annotations

from itertools import permutations

import pytest

from checkin.telephony.rules.delivery_state import ARRIVED, LOST, forward, is_over, known


def after(*statuses: str) -> str:
    now = "planned"
    for status in statuses:
        now = forward(now, status)
    return now


def test_any_order_of_a_texts_receipts_ends_delivered():
    for order in permutations(["queued", "sending", "sent", "delivered", "delivered"]):
        assert after(*order) == "delivered"


def test_any_order_of_a_calls_receipts_ends_completed():
    for order in permutations(["queued", "initiated", "ringing", "in-progress", "completed"]):
        assert after(*order) == "completed"


@pytest.mark.parametrize(
    ("statuses", "left"),
    [
        (("delivered", "undelivered"), "delivered"),
        (("undelivered", "delivered"), "delivered"),
        (("failed", "delivered"), "failed"),
        (("no-answer", "completed"), "no-answer"),
        (("canceled", "no-answer"), "canceled"),
        (("delivered", "read", "sent"), "read"),
        (("unknown", "sent"), "sent"),
        (("unknown",), "unknown"),
        (("sent", "unknown"), "sent"),
        (("sent", "teleported"), "sent"),
        (("teleported",), "planned"),
        ((), "planned"),
    ],
)
def test_a_status_only_moves_forward(statuses, left):
    assert after(*statuses) == left


def test_the_first_status_of_all_is_taken_as_it_is():
    assert forward(None, "ringing") == "ringing"
    assert forward("teleported", "sent") == "sent"


def test_what_is_known_and_what_is_over():
    assert known("in-progress")
    assert not known("teleported")
    assert [
        status
        for status in ("planned", "unknown", "sent", "ringing", "busy", "delivered", "read", "?")
        if is_over(status)
    ] == [
        "busy",
        "delivered",
        "read",
    ]


def test_what_has_arrived_has_arrived_for_good():
    """A read text (RCS, WhatsApp) has arrived like a delivered one, and nothing that comes later takes it back."""
    assert ARRIVED == ("delivered", "read")
    for status in ARRIVED:
        assert is_over(status)
        assert after("undelivered", status) == status
        for late in ("sent", *LOST, "canceled"):
            assert after(status, late) == status
