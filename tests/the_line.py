"""A line to text and call in a test: real services, a rolled-back database, time that stands still."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from checkin.contacts import service as contacts
from checkin.contacts.models import Contact
from checkin.conversations import inbound_call, inbound_text
from checkin.core.reply import NextTurn, Reply
from checkin.core.unit_of_work import UnitOfWork
from checkin.dispatch import dispatcher
from checkin.outbox.outcomes import Outcome
from checkin.runtime import Runtime
from checkin.telephony.rules.arrivals import CallStatus
from flows.engine.effects import Play, Say
from flows.engine.inputs import Input, Pressed, Recorded, Silent, Spoke
from tests import make

BETWEEN_TEXTS = timedelta(seconds=5)


@dataclass
class TheLine:
    """The line as its users meet it, without a telephone network."""

    runtime: Runtime
    network: make.Network
    clock: make.Clock
    said: dict[str, tuple[str, datetime]] = field(default_factory=dict)

    @classmethod
    def on(cls, connection: Connection, folder: Path) -> TheLine:
        """A line on this connection's transaction."""
        network, clock = make.Network(), make.Clock()
        return cls(make.make_runtime(connection, folder, network, clock), network, clock)

    def answers(self, from_: str, body: str, sid: str | None = None) -> str:
        """What a text is answered with, at once. The same words again come later: at once they were one text."""
        said, at = self.said.get(from_, ("", self.clock.now))
        if said == body and sid is None:
            self.clock.now = max(self.clock.now, at + BETWEEN_TEXTS)
        self.said[from_] = (body, self.clock.now)
        arrived = make.text(from_, body, text_sid=sid)
        return self.runtime.do(lambda uow: inbound_text.receive(uow, arrived)).words()

    def rings(self, from_: str, *, attested: bool = True) -> ACall:
        """A call to the line, answered with its greeting."""
        arrived = make.call(from_, attested=attested)
        reply = self.runtime.do(lambda uow: inbound_call.begin(uow, arrived))
        return ACall(self, arrived.sid, reply)

    def carries_out(self, rounds: int = 10) -> list[Outcome | None]:
        """Carry out everything that is due, and what that makes due, as the worker would. How each went."""
        went: list[Outcome | None] = []
        for _ in range(rounds):
            enqueued_again = [row_id for _, row_id in self.doorbell.enqueued]
            self.doorbell.enqueued.clear()
            due = dict.fromkeys([*enqueued_again, *(row_id for _, row_id in self.runtime.outbox.due(200))])
            if not due:
                break
            went.extend(dispatcher.dispatch(self.runtime, row_id) for row_id in due)
        return went

    @property
    def doorbell(self) -> make.FakeQueue:
        """Who knocked for what since it was last carried out."""
        queue = self.runtime.outbox.queue
        assert isinstance(queue, make.FakeQueue)
        return queue

    def sent_to(self, e164: str) -> list[str]:
        """The texts that left by REST to this number, oldest first."""
        return [text.body for text in self.network.texts if text.to == e164]

    def uow(self, session: Session) -> UnitOfWork:
        """A use case's surroundings on a session of the same transaction."""
        return make.make_uow(session, self.clock.now)

    def contact(self, e164: str) -> Contact:
        """The row of whoever has this number."""

        def find(uow: UnitOfWork) -> Contact:
            key = contacts.key_of(uow, "default", make.number(e164))
            return uow.session.scalars(select(Contact).where(Contact.number_key == key)).one()

        return self.runtime.do(find)


@dataclass
class ACall:
    """One call in progress: what is heard now, and what the caller may do."""

    line: TheLine
    sid: str
    reply: Reply
    heard: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.heard.append(self.says)

    @property
    def says(self) -> str:
        """What is being said now; a story or recording that is played shows as its id in brackets."""
        parts = (
            part.text if isinstance(part, Say) else f"[story {part.story}]" if isinstance(part, Play) else ""
            for part in self.reply.spoken
        )
        return "\n".join(part for part in parts if part)

    def presses(self, keys: str) -> str:
        """Press keys; what is heard then."""
        return self.does(Pressed(keys))

    def speaks(self, words: str) -> str:
        """Say something; what is heard then."""
        return self.does(Spoke(words))

    def stays_silent(self) -> str:
        """Let the wait pass; what is heard then."""
        return self.does(Silent())

    def records(self, seconds: int = 20) -> str:
        """Leave a recording; what is heard then."""
        return self.does(Recorded(make.sid("RE"), seconds))

    def does(self, what: Input) -> str:
        """Something happens in the turn that is open."""
        turn = self.reply.then.turn if isinstance(self.reply.then, NextTurn) else 0
        self.reply = self.line.runtime.do(lambda uow: inbound_call.answer(uow, self.sid, turn, what))
        self.heard.append(self.says)
        return self.says

    def hangs_up(self) -> None:
        """Put the phone down: the network tells us."""
        self.line.runtime.do(lambda uow: inbound_call.on_ended(uow, CallStatus(self.sid, "completed", seconds=30)))


__all__ = ["ACall", "TheLine"]
