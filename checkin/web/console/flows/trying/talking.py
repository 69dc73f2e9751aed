"""A talk with a flow on a page: replayed from its beginning each time, so that nothing of it is kept anywhere."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from checkin.core.errors import UserError
from checkin.i18n.gettext import _
from checkin.samples.library import stories
from checkin.web.console.flows.the_flow import TheFlow
from flows.model.text import Channel
from flows.transcripts.format import Tale, TranscriptContact, TranscriptVolunteer
from flows.transcripts.keyboard import ShownTurn, TypedConversation

MOST_MOVES = 100
LONGEST_MOVE = 1600
PEER = "Vee"
"""The volunteer of the talk."""


@dataclass(frozen=True)
class SaidLine:
    """One move and what it led to. move: as it was typed; empty for the beginning."""

    move: str
    shown: Sequence[ShownTurn]


@dataclass(frozen=True)
class OnPage:
    """A talk as its page shows it. moves, at: what the form carries along."""

    channel: Channel
    language: str
    details: bool
    at: datetime
    moves: tuple[str, ...]
    said: Sequence[SaidLine]
    over: bool
    transcript: str

    @property
    def carried(self) -> str:
        """The moves for the form."""
        return json.dumps(self.moves, ensure_ascii=False)


def begun(found: TheFlow, language: str, now: datetime) -> OnPage:
    """The talk before anybody said anything, by the first channel of the flow."""
    assert found.made.flow is not None
    return _talk(found, found.made.flow.channels[0], _spoken(found, language), now, (), details=False)


def gone_on(found: TheFlow, form: Mapping[str, str], language: str, now: datetime) -> OnPage:
    """The talk of this form, and its next move. Raises UserError for one that is too long."""
    assert found.made.flow is not None
    channels = found.made.flow.channels
    wanted = form.get("channel", "")
    channel: Channel = next((known for known in channels if known == wanted), channels[0])
    spoken = _spoken(found, form.get("spoken", "") or language)
    details = bool(form.get("details"))
    if form.get("again"):
        return _talk(found, channel, spoken, now, (), details=details)
    moves = (*_moves(form.get("moves", "")), *_next(form))
    return _talk(found, channel, spoken, _when(form.get("at", ""), now), moves, details=details)


def _talk(
    found: TheFlow, channel: Channel, language: str, at: datetime, moves: tuple[str, ...], *, details: bool
) -> OnPage:
    assert found.made.library is not None
    talk = TypedConversation(
        found.made.library, channel, at, flow=found.row.name, contact=TranscriptContact(first=True, language=language),
        volunteers=[TranscriptVolunteer(name=PEER)], tales=_tales(), details=details,
    )  # fmt: skip
    said = [SaidLine("", talk.opening()), *(SaidLine(move, talk.type(move)) for move in moves)]
    return OnPage(channel, language, details, at, moves, said, talk.over, talk.transcript(found.row.name) or "")


def _moves(carried: str) -> tuple[str, ...]:
    try:
        read = json.loads(carried or "[]")
    except (ValueError, RecursionError):  # what our own form never holds
        return ()
    return tuple(move for move in read if isinstance(move, str)) if isinstance(read, list) else ()


def _next(form: Mapping[str, str]) -> tuple[str, ...]:
    """The key or button that was pressed, else what was typed."""
    move = (form.get("move") or form.get("words") or "").strip()
    if len(move) > LONGEST_MOVE or len(_moves(form.get("moves", ""))) >= MOST_MOVES:
        raise UserError(_("That's too long for trying things out: start over."))
    return (move,) if move else ()


def _when(written: str, now: datetime) -> datetime:
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        return now
    return at if at.tzinfo is not None and abs((at - now).days) < 2 else now


def _spoken(found: TheFlow, language: str) -> str:
    assert found.made.flow is not None
    return language if language in found.made.flow.languages else found.made.flow.base


def _tales() -> list[Tale]:
    return [
        Tale(title=story.title, topic=story.topic, language=story.language, transcript=story.transcript,
             note=story.note, seconds=story.seconds)
        for story in stories()
    ]  # fmt: skip
