"""What happens in conversations that plans begin with: an answer to a check-in, a talk, a call that nobody took."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkin.cases.models import Case
from checkin.contacts.models import Contact
from checkin.core.unit_of_work import UnitOfWork
from checkin.followups import series
from flows.engine.effects import SaveAnswer
from flows.engine.inputs import Input, NoPeer, PeerLeft

if TYPE_CHECKING:
    from checkin.messages.active_conversation import ActiveConversation

MOOD = "mood"
"""The variable in which check-ins keep how somebody is: a number, 1 being the lowest."""

LOW = 2
"""A mood this low or lower is one that a person should know of."""


def on_answer(uow: UnitOfWork, talk: ActiveConversation, action: SaveAnswer) -> None:
    """An answer was kept: if it is that of a check-in, what begins with it begins."""
    if action.name == MOOD and action.history and isinstance(action.value, int) and not isinstance(action.value, bool):
        uow.known[f"mood:{talk.conversation.id}"] = action.value
        series.on_event(uow, talk.contact, "check_in", mood=action.value)


def on_input(uow: UnitOfWork, talk: ActiveConversation, what: Input) -> None:
    """Something happened in the world that the conversation is told of."""
    match what:
        case PeerLeft():
            series.on_event(uow, talk.contact, "relay")
        case NoPeer(reason) if talk.conversation.channel == "voice" and reason != "hung_up":
            series.on_event(uow, talk.contact, "missed_call")
        case _:
            pass


def on_message_left(uow: UnitOfWork, contact: Contact, case: Case) -> None:
    """They left a message for the team."""
    series.on_event(uow, contact, "message", about=case.id)


def mood_said(uow: UnitOfWork, talk: ActiveConversation) -> int | None:
    """The mood that was answered in this very turn."""
    mood = uow.known.get(f"mood:{talk.conversation.id}")
    return mood if isinstance(mood, int) else None
