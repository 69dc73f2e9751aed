"""What happens in conversations that plans begin with: an answer to a check-in, a talk, a call that nobody took."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkin.cases.models import Case
from checkin.contacts.models import Contact
from checkin.core.unit_of_work import Work
from checkin.followups import series
from flows.engine.effects import SaveAnswer
from flows.engine.inputs import Input, NoPeer, PeerLeft

if TYPE_CHECKING:
    from checkin.messages.active_conversation import Talk

MOOD = "mood"
"""The variable in which check-ins keep how somebody is: a number, 1 being the lowest."""

LOW = 2
"""A mood this low or lower is one that a person should know of."""


def answered(work: Work, talk: Talk, deed: SaveAnswer) -> None:
    """An answer was kept: if it is that of a check-in, what begins with it begins."""
    if deed.name == MOOD and deed.history and isinstance(deed.value, int) and not isinstance(deed.value, bool):
        work.known[f"mood:{talk.conversation.id}"] = deed.value
        series.happened(work, talk.contact, "check_in", mood=deed.value)


def told(work: Work, talk: Talk, what: Input) -> None:
    """Something happened in the world that the conversation is told of."""
    match what:
        case PeerLeft():
            series.happened(work, talk.contact, "relay")
        case NoPeer(reason) if talk.conversation.channel == "voice" and reason != "hung_up":
            series.happened(work, talk.contact, "missed_call")
        case _:
            pass


def message_left(work: Work, contact: Contact, case: Case) -> None:
    """They left a message for the team."""
    series.happened(work, contact, "message", about=case.id)


def mood_said(work: Work, talk: Talk) -> int | None:
    """The mood that was answered in this very turn."""
    mood = work.known.get(f"mood:{talk.conversation.id}")
    return mood if isinstance(mood, int) else None
