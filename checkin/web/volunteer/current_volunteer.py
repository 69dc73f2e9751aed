"""The volunteer whose page it is: what every page of theirs begins with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from checkin.core import rate_limits
from checkin.core.unit_of_work import UnitOfWork
from checkin.volunteers.models import Volunteer
from checkin.web.context import NotThere, RequestContext

Answer = TypeVar("Answer")

SIGN_IN_AT = "volunteer_door.ask"
"""Where volunteers sign in."""

REMEMBERED = timedelta(days=2)
"""A phone that was without connection may send again what a page was kept open with."""


def me(uow: UnitOfWork, ctx: RequestContext) -> Volunteer:
    """Their row, in this transaction."""
    return uow.session.get_one(Volunteer, ctx.who.id)


def look(ctx: RequestContext, reading: Callable[[UnitOfWork, Volunteer], Answer]) -> Answer:
    """Read something about them."""
    return ctx.look(lambda uow: reading(uow, me(uow, ctx)))


def do(ctx: RequestContext, use_case: Callable[[UnitOfWork, Volunteer], Answer]) -> Answer:
    """Have them do something, in one transaction."""
    return ctx.do(lambda uow: use_case(uow, me(uow, ctx)))


def there(found: Answer | None) -> Answer:
    """This, if it is theirs; else NotThere: what others have is not to be told from what nobody has."""
    if found is None:
        raise NotThere
    return found


def first_time(uow: UnitOfWork, person_id: str, form: str, said: str = "") -> bool:
    """Whether this form comes for the first time. form: its own id; none counts as new.

    said: what was written in it. The same form with other words is another one: nothing that was written is lost.
    """
    if not form:
        return True
    return rate_limits.count(uow, "form", f"{person_id} {form[:64]} {said}", REMEMBERED) == 1
