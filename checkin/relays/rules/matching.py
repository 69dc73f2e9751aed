"""Who is asked to take a relay, in which order, and why the others are not.

Language and wishes are never silently substituted: whoever does not speak it, or is not what was wished for, is
left out, and the flow tells the contact and asks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from checkin.core.rules.policy import Policy

Channel = Literal["voice", "text"]
Reason = Literal[
    "not on this line",
    "not agreed yet",
    "bad number",
    "own number",
    "wrong channel",
    "language",
    "wish",
    "blocked",
    "paused",
    "off duty",
    "off shift",
    "resting",
    "in a relay or offer",
    "daily limit",
    "hours limit",
    "already asked",
]


@dataclass(frozen=True)
class Need:
    """What a contact needs. None for a language, topic or wish: any will do. `contact_key` is their number's hash."""

    line: str
    channel: Channel
    language: str | None = None
    topic: str | None = None
    wish: str | None = None
    contact_key: bytes | None = None


@dataclass(frozen=True)
class Candidate:
    """What matching knows of one volunteer, at one moment.

    on_shift: by their shifts, or always. on_duty: what they said themselves (ON, OFF), None if nothing that still
    holds. on_since: when the present stretch began, None if it has no beginning. calls, texts: live voice offers or
    relays, and joined text relays. today: relays joined today. week: time in relays in the last seven days.
    daily_limit: their own, before the line's. agreed: an organizer said yes to longer hours. blocked: they and
    this contact are kept apart. idle_since: when their last relay ended or they were last asked, the later.
    invited: they were asked to volunteer and have not said yes. missed: calls in a row that rang out.
    """

    id: str
    line: str
    number_key: bytes = b""
    languages: frozenset[str] = frozenset({"en"})
    channels: frozenset[str] = frozenset({"voice", "text"})
    topics: frozenset[str] = frozenset()
    wishes: frozenset[str] = frozenset()
    on_shift: bool = True
    on_duty: bool | None = None
    on_since: datetime | None = None
    paused: bool = False
    rest_until: datetime | None = None
    calls: int = 0
    texts: int = 0
    today: int = 0
    week: timedelta = timedelta()
    daily_limit: int | None = None
    agreed: bool = False
    blocked: bool = False
    failures: int = 0
    missed: int = 0
    asked: bool = False
    idle_since: datetime | None = None
    invited: bool = False


@dataclass(frozen=True)
class Ordered:
    """Ids of volunteers: those to ask, best first, and those left out with the reason."""

    chosen: tuple[str, ...]
    left_out: tuple[tuple[str, Reason], ...]

    @property
    def all_busy(self) -> bool:
        """Whether nobody is free but somebody would be, were they not in a relay, in an offer, or resting."""
        busy = {"in a relay or offer", "resting", "already asked"}
        return not self.chosen and any(reason in busy for _, reason in self.left_out)


def order(candidates: Iterable[Candidate], need: Need, now: datetime, policy: Policy) -> Ordered:
    """Everyone who can take it: those who know the topic first, then whoever was idle longest.

    Whoever did not pick up several times running comes after all who do: somebody waits.
    """
    fit: list[Candidate] = []
    left_out: list[tuple[str, Reason]] = []
    for candidate in candidates:
        reason = why_not(candidate, need, now, policy)
        if reason is None:
            fit.append(candidate)
        else:
            left_out.append((candidate.id, reason))
    fit.sort(
        key=lambda candidate: (
            candidate.missed >= policy.missed_calls,
            need.topic not in candidate.topics,
            candidate.idle_since or _NEVER,
            candidate.id,
        )
    )
    return Ordered(tuple(candidate.id for candidate in fit), tuple(left_out))


def why_not(candidate: Candidate, need: Need, now: datetime, policy: Policy) -> Reason | None:
    """The first reason against asking this volunteer, the most lasting first; None if there is none."""
    return _never(candidate, need, policy) or _not_now(candidate, now) or _enough(candidate, need, now, policy)


def _never(candidate: Candidate, need: Need, policy: Policy) -> Reason | None:
    """Reasons that stay the same tomorrow."""
    checks: tuple[tuple[bool, Reason], ...] = (
        (candidate.line != need.line, "not on this line"),
        (candidate.invited, "not agreed yet"),
        (candidate.failures >= policy.bad_number_after, "bad number"),
        (need.contact_key is not None and candidate.number_key == need.contact_key, "own number"),
        (need.channel not in candidate.channels, "wrong channel"),
        (need.language is not None and need.language not in candidate.languages, "language"),
        (need.wish is not None and need.wish not in candidate.wishes, "wish"),
        (candidate.blocked, "blocked"),
    )
    return _first(checks)


def _not_now(candidate: Candidate, now: datetime) -> Reason | None:
    """Reasons of the hour. What a volunteer said themselves goes before their shifts, both ways."""
    checks: tuple[tuple[bool, Reason], ...] = (
        (candidate.paused, "paused"),
        (candidate.on_duty is False, "off duty"),
        (candidate.on_duty is None and not candidate.on_shift, "off shift"),
        (candidate.rest_until is not None and now < candidate.rest_until, "resting"),
    )
    return _first(checks)


def _enough(candidate: Candidate, need: Need, now: datetime, policy: Policy) -> Reason | None:
    """Reasons of load. Somebody who texts with a contact is not rung; on a call, not texted."""
    most_texts = policy.texts_at_once if need.channel == "text" else 1
    too_long = candidate.on_since is not None and now - candidate.on_since >= policy.on_end
    checks: tuple[tuple[bool, Reason], ...] = (
        (candidate.calls > 0 or candidate.texts >= most_texts, "in a relay or offer"),
        (candidate.today >= (candidate.daily_limit or policy.daily_limit), "daily limit"),
        (not candidate.agreed and (too_long or candidate.week >= policy.weekly), "hours limit"),
        (candidate.asked, "already asked"),
    )
    return _first(checks)


def _first(checks: tuple[tuple[bool, Reason], ...]) -> Reason | None:
    return next((reason for holds, reason in checks if holds), None)


_NEVER = datetime(1, 1, 1, tzinfo=UTC)
