"""What every use case is handed: one transaction, the time, and everything else that is not the database's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from checkin.core.rules.policy import Policy
from checkin.core.vault import Vault
from flows.library import Library
from flows.model.flow import Flow
from flows.views.step_counts import Passed


@dataclass
class Work:
    """One use case's surroundings.

    session: open inside one transaction that the caller commits. now: aware UTC, the same for the whole use
    case. new_id: a fresh opaque id (128 random bits as hexadecimal). pinned: a flow by its content hash, also
    one that the library no longer holds. due: outbox rows (queue, id) that are to be knocked for after the
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
    pinned: Callable[[str], Flow | None] = lambda _hash: None
    due: list[tuple[str, str]] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)
    known: dict[str, object] = field(default_factory=dict)
    passed: list[Passed] = field(default_factory=list)
    asking: str | None = None

    def policy(self, line: str) -> Policy:
        """The settings of this line."""
        return self.policy_of(line)
