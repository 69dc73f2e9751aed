"""An answer in time, or none; and what was answered too late is told, once."""

from __future__ import annotations

import threading
import time

import pytest

from checkin.core import arrival
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


def test_what_was_waited_for_before_counts() -> None:
    begun = threading.Event()
    with pytest.raises(TooLate):
        Deadline(5, waited=lambda: 5.0).keep(begun.set)
    assert not begun.is_set(), "nobody would hear the answer"
    started = time.monotonic()
    with pytest.raises(TooLate):
        Deadline(5, waited=lambda: 4.9).keep(lambda: time.sleep(1))
    assert time.monotonic() - started < 0.9


def test_what_is_done_too_late_is_told_once_and_after_it_was_given_up() -> None:
    said: list[str] = []
    let_go, told = threading.Event(), threading.Event()

    def uow() -> None:
        let_go.wait(10)
        said.append("done")

    def late() -> None:
        said.append("late")
        told.set()

    with pytest.raises(TooLate):
        Deadline(0.05).keep(uow, lambda: said.append("given up"), late)
    assert said == ["given up"]
    let_go.set()
    assert told.wait(5)
    time.sleep(0.05)
    assert said == ["given up", "done", "late"]


def test_what_is_done_in_time_or_fails_or_never_began_is_not_told_of() -> None:
    told, let_go = threading.Event(), threading.Event()

    def fail() -> None:
        let_go.wait(10)
        raise KeyError("a number")

    assert Deadline(5).keep(lambda: 42, told.set, told.set) == 42
    deadline = Deadline(0.05, at_once=1)
    with pytest.raises(TooLate):
        deadline.keep(fail, late=told.set)
    with pytest.raises(TooLate):
        deadline.keep(lambda: 1, late=told.set)
    let_go.set()
    assert Deadline(5).keep(lambda: told.wait(0.2)) is False


def test_a_request_begins_when_it_comes_and_not_when_a_thread_is_free() -> None:
    with arrival.since(time.monotonic() - 0.1):
        assert arrival.waited() >= 0.1
    assert arrival.waited() == 0.0, "the thread is nobody's any more"
