"""Plans: which texts (or calls) follow what has happened, when, and what ends them. The shape of `plans.yaml`.

A plan is begun by an event that the line notices (`begins`), or by a flow's step `follow_up: {plan: NAME}`. Nothing of
it goes out without the consent that its flow needs, and every single one is judged again when its time has come.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from flows.model.durations import Duration
from flows.model.schedules import DAYS, Days
from flows.model.step import Flag, Name, Window
from flows.model.text import Shape

Event = Literal["flow", "check_in", "relay", "missed_call", "message", "shift"]
Ending = Literal["heard", "claimed"]
By = Literal["text", "call", "chosen"]

DAY, SHORTLY, NOTHING = timedelta(days=1), timedelta(hours=2), timedelta()
LONGEST_PLAN = 60
"""Texts that one plan may list."""


class Slower(Shape):
    """After `after` unanswered ones in a row the next comes `times` as late."""

    after: Annotated[int, Field(strict=True, ge=1, le=20)] = 2
    times: Annotated[int, Field(strict=True, ge=2, le=10)] = 2


class Plan(Shape):
    """One plan.

    begins: the event that begins it (`flow`: only the step of a flow). mood: of a check-in, the answers that count.
    at: how long after the beginning each one comes; or `every`: one after another for as long as it is wanted.
    flow: what is said; of several (`flows`) each time the next. by: `chosen` is as the contact asked to be reached.
    between, days: hours and weekdays instead of the line's. asks: whether an answer is hoped for; one that asks nothing
    (`no`) is never counted as unanswered, and is neither slowed down nor ended by silence. ends_when: `heard`: they
    reached us meanwhile; `claimed`: somebody of the team took up the message it is about. at_most_every: never two of
    them within this time. ahead: for `shift`, how long before it the volunteer is reminded.
    """

    title: Annotated[str, Field(min_length=1, max_length=80)]
    begins: Event = "flow"
    mood: tuple[Annotated[int, Field(strict=True, ge=0, le=10)], ...] = ()
    at: tuple[Duration, ...] = ()
    every: Duration | None = None
    flow: Name | None = None
    flows: tuple[Name, ...] = ()
    by: By = "text"
    between: Window | None = None
    days: Days = ()
    asks: Flag = True
    slower: Slower = Slower()
    stop_after: Annotated[int, Field(strict=True, ge=1, le=50)] | None = None
    ends_when: tuple[Ending, ...] = ()
    at_most_every: Duration | None = None
    ahead: tuple[Duration, ...] = ()

    @field_validator("at", "mood", "ends_when", "flows", "ahead", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return value if isinstance(value, list | tuple) else [value]

    @model_validator(mode="after")
    def _whole(self) -> Plan:
        if self.begins == "shift":
            if not self.ahead or self.model_fields_set - {"title", "begins", "ahead"}:
                raise ValueError("a plan for shifts has `ahead: [1d, 1h]` and nothing else: its words are the team's")
            if not all(length % DAY == NOTHING or length <= SHORTLY for length in self.ahead):
                raise ValueError("a shift is reminded of whole days before it, or two hours or less: `ahead: [1d, 1h]`")
            return self
        if self.ahead:
            raise ValueError("`ahead` belongs to a plan that begins with a shift")
        if bool(self.at) == (self.every is not None):
            raise ValueError("write either `at: [1d, 7d]` or `every: 7d`")
        if list(self.at) != sorted(set(self.at)) or len(self.at) > LONGEST_PLAN:
            raise ValueError(f"the times of `at` must grow, and be at most {LONGEST_PLAN}")
        if bool(self.flow) == bool(self.flows):
            raise ValueError("write either `flow: NAME` or `flows: [NAME, NAME]`")
        if self.every is not None and self.every < timedelta(days=1):
            raise ValueError("`every` is shorter than a day: nobody is written to unasked more than once a day")
        if self.mood and self.begins != "check_in":
            raise ValueError("`mood` belongs to a plan that begins with a check-in")
        if "claimed" in self.ends_when and self.begins != "message":
            raise ValueError("`ends_when: claimed` belongs to a plan that begins with a message")
        return self

    @property
    def all_flows(self) -> tuple[str, ...]:
        return self.flows or ((self.flow,) if self.flow else ())

    def flow_of(self, number: int) -> str:
        """The flow of its `number`th text, from 0."""
        return self.all_flows[number % len(self.all_flows)]

    def offset(self, number: int) -> timedelta | None:
        """How long after the beginning its `number`th comes; None past its end. For `every`, after the one before."""
        if self.every is not None:
            return self.every
        return self.at[number] if number < len(self.at) else None

    @property
    def weekdays(self) -> frozenset[int]:
        """The weekdays it may go out on, Monday being 0."""
        return frozenset(DAYS.index(day) for day in self.days) or frozenset(range(7))


class PlansFile(Shape):
    """`plans.yaml`: plans by name."""

    plans: Mapping[Name, Plan] = {}
