"""What every use case is handed: one transaction, the time, and everything else that is not the database's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from checkin.core.vault import Vault

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from checkin.core.reply import Reply
    from checkin.core.rules.policy import Policy
    from flows.engine.inputs import Input
    from flows.library import Library
    from flows.model.flow import Flow
    from flows.model.text import Channel
    from flows.views.step_counts import StepLeft


class Conversations(Protocol):
    """Conversations as the features below them need them: a relay that ends goes on with one, a follow-up begins one.

    contact, conversation: rows of theirs. The one answer to it is checkin.conversations.session.
    """

    def begin(
        self,
        uow: UnitOfWork,
        contact: Any,
        channel: Channel,
        first: Input,
        *,
        source: str | None,
        call_sid: str | None = None,
        flow: str | None = None,
    ) -> Reply:
        """Open a conversation with its first input, in the flow that the line (or `flow`) names for it."""

    def on_event(self, uow: UnitOfWork, conversation_id: str, what: Input, source: str | None = None) -> Reply:
        """Something happened in a conversation that was set off elsewhere. Ended ones stay ended."""

    def after_peer(self, uow: UnitOfWork, conversation_id: str, what: Input) -> Reply:
        """The peer that it waits for came, went, or was not found. News that it has heard is answered as it was."""

    def last_reply(self, uow: UnitOfWork, conversation: Any) -> Reply:
        """What was said last, for a webhook that came twice."""


@dataclass
class UnitOfWork:
    """One use case's surroundings.

    session: open inside one transaction that the caller commits. now: aware UTC, the same for the whole use
    case. new_id: a fresh opaque id (128 random bits as hexadecimal). pinned: a flow by its content hash, also
    one that the library no longer holds. due: outbox rows (queue, id) that are to be enqueued after the
    commit. inline: rows that must not wait for a worker: this process carries them out after the commit.
    known: small values that services of this one transaction share to save a query. passed: steps that were left,
    to be counted after the commit. asking: the line whose pages ask; None for everybody else.
    """

    session: Session
    now: datetime
    library: Library
    vault: Vault
    new_id: Callable[[], str]
    policy_of: Callable[[str], Policy]
    conversations: Conversations
    pinned: Callable[[str], Flow | None] = lambda _hash: None
    due: list[tuple[str, str]] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)
    known: dict[str, object] = field(default_factory=dict)
    passed: list[StepLeft] = field(default_factory=list)
    asking: str | None = None

    def policy(self, line: str) -> Policy:
        """The settings of this line."""
        return self.policy_of(line)
