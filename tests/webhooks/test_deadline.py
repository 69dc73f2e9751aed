"""An answer in time, or none."""

from __future__ import annotations

import threading

import pytest

from webhooks.deadline import Deadline, TooLate


def test_what_is_done_in_time_is_answered() -> None:
    assert Deadline(5).keep(lambda: 42) == 42


def test_what_fails_in_time_fails_as_it_does() -> None:
    def fail() -> None:
        raise KeyError("its own")

    with pytest.raises(KeyError, match="its own"):
        Deadline(5).keep(fail)


def test_a_timeout_of_the_works_own_is_not_ours() -> None:
    def fail() -> None:
        raise TimeoutError("its own")

    with pytest.raises(TimeoutError, match="its own"):
        Deadline(5).keep(fail)


def test_what_takes_too_long_is_left_and_others_are_served() -> None:
    let_go = threading.Event()
    deadline = Deadline(0.05, at_once=2)

    with pytest.raises(TooLate):
        deadline.keep(lambda: let_go.wait(10))

    assert deadline.keep(lambda: "served") == "served"
    let_go.set()


def test_what_could_not_begin_in_time_never_does() -> None:
    let_go, begun = threading.Event(), threading.Event()
    deadline = Deadline(0.05, at_once=1)

    with pytest.raises(TooLate):
        deadline.keep(lambda: let_go.wait(10))
    with pytest.raises(TooLate):
        deadline.keep(begun.set)
    let_go.set()

    assert Deadline(5, at_once=1).keep(lambda: begun.is_set()) is False
