"""A form that is sent twice, because no answer came, is done once."""

from __future__ import annotations

from datetime import timedelta

from checkin.core import rate_limits
from checkin.core.unit_of_work import UnitOfWork

REMEMBERED = timedelta(days=2)
"""A phone that was without connection may send again what a page was kept open with."""


def first(uow: UnitOfWork, person_id: str, form: str, said: str = "") -> bool:
    """Whether this form comes for the first time. form: its own id; none counts as new.

    said: what was written in it. The same form with other words is another one: nothing that was written is lost.
    """
    if not form:
        return True
    return rate_limits.count(uow, "form", f"{person_id} {form[:64]} {said}", REMEMBERED) == 1
