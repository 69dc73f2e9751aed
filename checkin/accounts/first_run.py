"""The first steps of a line: somebody says that what people hear and read first is right."""

from __future__ import annotations

from checkin.contacts.models import StoredValue
from checkin.core import audit
from checkin.core.audit import AuditAction
from checkin.core.errors import UserError
from checkin.core.unit_of_work import UnitOfWork

LOOKED_AT = ("crisis", "greeting", "hours")
"""What only a person can say is right."""


def name_of(line: str) -> str:
    """Under which name it stands among the settings."""
    return f"first_run.{line}"


def looked_at(uow: UnitOfWork, line: str, step: str, by: str) -> None:
    """Somebody has looked at this step, and it is right. Raises UserError for one that nobody can look at."""
    if step not in LOOKED_AT:
        raise UserError("there's no such step")
    row = uow.session.get(StoredValue, name_of(line))
    if row is None:
        row = StoredValue(name=name_of(line), value={}, updated_at=uow.now)
        uow.session.add(row)
    row.value = {**row.value, step: uow.now.isoformat()}
    row.updated_at = uow.now
    audit.write(uow, by, AuditAction.SAID_FIRST_STEP_IS_RIGHT, name_of(line), after=step)
