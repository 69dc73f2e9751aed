"""Conversations written down as tests: the shape of a `*.test.yaml` file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, Strict, field_validator, model_validator

from flows.model.durations import Duration
from flows.model.schedules import Schedule
from flows.model.text import Channel, Shape, Value

Count = Annotated[int, Strict(), Field(ge=0)]
PeerDoes = Literal["answer", "ignore", "decline", "busy"]
PEER_VERBS = ("joins", "declines", "ignores", "drops", "closes")


class Us(Shape):
    """What we say until the contact's next move.

    `text` is all of it, word for word; `has` and `hasnt` are pieces of it. `keys` are the keys that answer the open
    question, `safety` an alert that was raised, `segments` the most a text may take, `nothing` that we say nothing.
    """

    text: str | None = None
    has: tuple[str, ...] = ()
    hasnt: tuple[str, ...] = ()
    keys: tuple[str, ...] | None = None
    safety: Literal["crisis", "help"] | None = None
    segments: Count | None = None
    nothing: bool = False

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        return {"text": value} if isinstance(value, str) else value

    @field_validator("has", "hasnt", "keys", mode="before")
    @classmethod
    def _listed(cls, value: Any) -> Any:
        listed = value if isinstance(value, list | tuple) or value is None else [value]
        return None if listed is None else tuple(map(str, listed))


class Them(Shape):
    """What the contact does: exactly one of these.

    `text` is a text; on a call it is keys if it is made of them and speech if not, so that neutral words run on both.
    `records` is a recorded message of that length. `silent` waits out the question, `hangs_up` ends the call.
    """

    text: str | None = None
    press: str | None = None
    says: str | None = None
    records: Duration | None = None
    silent: Literal[True] | None = None
    hangs_up: Literal[True] | None = None

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        if isinstance(value, str | int):
            return {"text": str(value)}
        if isinstance(value, Mapping) and type(value.get("press")) is int:
            return {**value, "press": str(value["press"])}
        return value

    @model_validator(mode="after")
    def _one(self) -> Them:
        if len(self.model_fields_set) != 1:
            raise ValueError("exactly one of: a text, press, says, records, silent, hangs_up")
        return self


class PersonMove(Shape):
    """A volunteer's move: `NAME joins`, `declines`, `ignores`, `drops` (within seconds) or `closes` (the talk ends)."""

    name: str
    does: Literal["joins", "declines", "ignores", "drops", "closes"]

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        if isinstance(value, str):
            name, _, does = value.strip().rpartition(" ")
            if not name or does not in PEER_VERBS:
                raise ValueError(f"write a name and one of {', '.join(PEER_VERBS)}, like 'Jo joins'")
            return {"name": name, "does": does}
        return value


class TranscriptLine(Shape):
    """One line of a talk: exactly one of these. `breaks` makes the flow fail, so that `on_error` is seen to work."""

    us: Us | None = None
    them: Them | None = None
    wait: Duration | None = None
    peer: PersonMove | None = None
    peer_says: str | None = None
    breaks: Literal[True] | None = None

    @model_validator(mode="after")
    def _one(self) -> TranscriptLine:
        if len(self.model_fields_set) != 1:
            raise ValueError("exactly one of: us, them, wait, peer, peer_says, breaks")
        return self


class TranscriptContact(Shape):
    """Who texts or calls. `kept` are variables kept from before; `can_text: false` is a withheld number."""

    name: str | None = None
    language: str | None = None
    consent: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    kept: Mapping[str, Value] = {}
    can_text: bool = True
    first: bool = False


class TranscriptVolunteer(Shape):
    """A volunteer on shift and what they do when they are asked."""

    name: str
    does: PeerDoes = "answer"


class Tale(Shape):
    """A story that can be heard. `seconds: 0` has no audio and is read out. reached: how far they heard it before."""

    kind: Literal["story", "tip"] = "story"
    title: str = "A story"
    topic: str = "any"
    language: str = "en"
    transcript: str = "I was where you are. It took a while, and it got lighter."
    note: str = ""
    seconds: Count = 40
    reached: float = 0.0


class PlannedFollowUp(Shape):
    """A follow-up that must be planned at the end: its flow, and when (`at`, or `in` counted from the last turn)."""

    flow: str
    at: datetime | None = None
    after: Duration | None = Field(default=None, alias="in")
    key: str | None = None


class CaseLike(Shape):
    """Something that was put before the team."""

    kind: Literal["handover", "message"] | None = None
    to: str | None = None
    priority: Literal["normal", "soon", "urgent"] | None = None


class Segments(Shape):
    """The most segments that all of our texts together may take."""

    max: Count


class Expect(Shape):
    """What must be true at the end. What is left out is not looked at."""

    ended: str | None = None
    open: str | None = None
    vars: Mapping[str, Value] = {}
    tags: tuple[str, ...] | None = None
    follow_ups: tuple[PlannedFollowUp, ...] | None = None
    consent: Mapping[str, bool] = {}
    case: CaseLike | None = None
    stories: tuple[Literal["waiting_review", "private"], ...] | None = None
    alerts: tuple[str, ...] | None = None
    segments: Segments | None = None
    language: str | None = None
    sent_after: Count | None = None

    @model_validator(mode="before")
    @classmethod
    def _other_names(cls, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        names = {"handover": "case", "step_kept": "open"}
        return {names.get(key, key): part for key, part in value.items()}


class Transcript(Shape):
    """One conversation. `flow` begins it; without one the line's own entrance does (a first text or a call).

    `schedules` stand in for those of schedules.yaml. `team: there` takes what is put before it at once.
    """

    name: str
    flow: str | None = None
    channel: tuple[Channel, ...] = ("sms",)
    by: Literal["contact", "us"] = "contact"
    at: datetime | None = None
    contact: TranscriptContact = TranscriptContact()
    peers: tuple[TranscriptVolunteer, ...] = ()
    stories: tuple[Tale, ...] = ()
    schedules: Mapping[str, Schedule] = {}
    team: Literal["away", "there"] = "away"
    talk: Annotated[tuple[TranscriptLine, ...], Field(min_length=1)]
    expect: Expect = Expect()

    @field_validator("channel", mode="before")
    @classmethod
    def _listed(cls, value: Any) -> Any:
        return ("sms", "voice") if value == "both" else (value,) if isinstance(value, str) else value

    @field_validator("at", "peers", mode="after")
    @classmethod
    def _aware(cls, value: Any) -> Any:
        if isinstance(value, datetime) and value.tzinfo is None:
            raise ValueError("write the time with its offset, like 2026-03-02T10:00:00-05:00")
        return value


class TranscriptFile(Shape):
    """A file of them."""

    tests: Annotated[tuple[Transcript, ...], Field(min_length=1)]
