"""Ana's two texts arrive at the same instant: one after the other is answered, and neither is lost."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from checkin.messages.models import Conversation
from tests.cast import ANA
from tests.services.at_once import at_once
from tests.the_line import TheLine

pytestmark = pytest.mark.both

ROUNDS = 5


def test_two_answers_at_once_are_two_turns(busy: TheLine) -> None:
    """Her mood is 1, and no the answer to the offer that follows it; or no comes first and is not understood."""
    for _ in range(ROUNDS):
        asked = busy.answers(ANA, "CHECKIN")
        assert "How are you today" in asked
        with busy.runtime.sessions() as session:
            before = session.scalars(select(Conversation.turn).where(Conversation.ended_at.is_(None))).one()

        answers = at_once(lambda: busy.answers(ANA, "1"), lambda: busy.answers(ANA, "no"))

        assert all(isinstance(answer, str) and answer for answer in answers), answers
        assert answers[0] != answers[1]
        with busy.runtime.sessions() as session:
            after = session.scalars(select(Conversation.turn).where(Conversation.ended_at.is_(None))).one()
        assert after >= before + 2, "each was a turn of its own"
        busy.answers(ANA, "MENU")
        busy.clock.forward(hours=1)
