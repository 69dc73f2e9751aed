"""Steps that reach people: story, peer, record, handover, follow_up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, Strict, field_validator, model_validator

from flows.engine.position import Channel
from flows.model.durations import Duration
from flows.model.step import Name, StepShape, Window
from flows.model.text import Shape, Text


class StoryPart(Shape):
    """Play: `topic`, `pick`, `max`, `kind`. Submit: `submit` (a variable), `topic`, `credit`, `state`, `forget_after`.

    pick `unfinished`: the one that they left before its end. kind `tip`: said whole, and the flow goes on.
    """

    topic: str | None = None
    kind: Literal["story", "tip"] = "story"
    pick: Literal["unheard", "newest", "random", "unfinished"] = "unheard"
    max: Annotated[int, Strict(), Field(ge=1, le=20)] = 3
    submit: Name | None = None
    credit: str | None = None
    state: Literal["waiting_review", "private"] = "waiting_review"
    forget_after: Duration | None = None

    @model_validator(mode="after")
    def _one_side(self) -> StoryPart:
        given = self.model_fields_set
        if self.submit is None and given & {"credit", "state", "forget_after"}:
            raise ValueError("credit, state and forget_after belong to a story with `submit`")
        if self.submit is not None and given & {"pick", "max", "kind"}:
            raise ValueError("pick, max and kind belong to a story that is played, not to `submit`")
        if self.kind == "tip" and (self.pick == "unfinished" or "max" in given):
            raise ValueError("a tip is told whole and alone: leave out max and `pick: unfinished`")
        return self


class Story(StepShape):
    """Play a story by someone who has been there, or hand in the contact's own."""

    verb = "story"
    story: StoryPart
    PLAY: ClassVar[frozenset[str]] = frozenset({"finished", "none"})
    MORE: ClassVar[frozenset[str]] = frozenset({"nothing_yet"})

    def required_outcomes(self, channels: tuple[Channel, ...]) -> frozenset[str]:
        """`finished` and `none` when it plays; nothing when it submits."""
        return frozenset() if self.story.submit else self.PLAY

    def possible_outcomes(self, channels: tuple[Channel, ...]) -> frozenset[str]:
        """Those, `nothing_yet` (of none, where there are no stories at all), and for stories three more."""
        if self.story.kind == "tip":
            return self.PLAY | self.MORE
        return frozenset() if self.story.submit else self.PLAY | self.MORE | {"stopped", "peer", "hung_up"}


class Ring(Shape):
    """How phones ring: how many together, for how long, how often."""

    at_once: Annotated[int, Strict(), Field(ge=1, le=10)] | None = None
    seconds: Annotated[int, Strict(), Field(ge=5, le=60)] | None = None
    rounds: Annotated[int, Strict(), Field(ge=1, le=5)] | None = None


class PeerPart(Shape):
    """`language: contact` means the one the conversation is in; a code asks for that one.

    wish: what the contact wishes for in a peer, as volunteers offer it (`woman`); nobody else is asked then.
    """

    topic: str | None = None
    language: str | None = None
    wish: str | None = None
    ring: Ring = Ring()


class Peer(StepShape):
    """Join the contact with a volunteer. `message` is their wish to leave a message instead of waiting."""

    verb = "peer"
    required = frozenset({"connected", "no_answer", "busy", "closed", "hung_up"})
    possible = frozenset({"message"})
    peer: PeerPart

    @field_validator("peer", mode="before")
    @classmethod
    def _bare(cls, value: Any) -> Any:
        return {} if value in (None, True) else value


class Longest(Shape):
    """How much a recording may hold: a length of time on calls, characters by text."""

    voice: Duration | None = None
    sms: Annotated[int, Strict(), Field(ge=100, le=3000)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _voice(cls, value: Any) -> Any:
        return value if isinstance(value, Mapping) else {"voice": value}


class Record(StepShape):
    """Record what the contact says, or collect their texts until DONE. `inbox` puts it before the team."""

    verb = "record"
    required = frozenset({"recorded", "empty"})
    possible = frozenset({"hung_up"})
    record: Text
    max: Longest = Longest()
    save: Name | None = None
    inbox: Name | None = None


class FollowUpPart(Shape):
    """Plan `flow` for later (`in` or `at`), begin a `plan` of plans.yaml, or `cancel` the one with that key."""

    flow: Name | None = None
    plan: Name | None = None
    after: Duration | None = Field(default=None, alias="in")
    at: str | None = None
    between: Window | None = None
    key: str | None = None
    cancel: str | None = None

    @model_validator(mode="after")
    def _whole(self) -> FollowUpPart:
        if self.cancel is not None:
            if self.model_fields_set - {"cancel"}:
                raise ValueError("`cancel` stands alone: {cancel: key}")
        elif self.plan is not None:
            if self.model_fields_set - {"plan"}:
                raise ValueError("`plan` stands alone: {plan: name}; when and how stands in plans.yaml")
        elif self.flow is None or (self.after is None) == (self.at is None):
            raise ValueError("write {flow: name, in: 3d} or {flow: name, at: ...}, {plan: name}, or {cancel: key}")
        return self


class FollowUp(StepShape):
    """Plan a flow for later, replacing the pending one with the same key (the flow's name if none is given)."""

    verb = "follow_up"
    follow_up: FollowUpPart


class HandoverPart(Shape):
    """Which inbox, how soon, and why (never the contact's own words)."""

    to: Name
    priority: Literal["normal", "soon", "urgent"] = "normal"
    reason: str = ""


class Handover(StepShape):
    """Put the conversation before the team."""

    verb = "handover"
    possible = frozenset({"taken", "queued"})
    handover: HandoverPart
