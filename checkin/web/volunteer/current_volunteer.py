"""The volunteer whose page it is: what every page of theirs begins with."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from checkin.core.unit_of_work import Work
from checkin.volunteers.models import Volunteer
from checkin.web.context import Here, NotThere

Answer = TypeVar("Answer")

DOOR = "volunteer_door.ask"
"""Where volunteers sign in."""


def me(work: Work, here: Here) -> Volunteer:
    """Their row, in this transaction."""
    return work.session.get_one(Volunteer, here.who.id)


def look(here: Here, reading: Callable[[Work, Volunteer], Answer]) -> Answer:
    """Read something about them."""
    return here.look(lambda work: reading(work, me(work, here)))


def do(here: Here, use_case: Callable[[Work, Volunteer], Answer]) -> Answer:
    """Have them do something, in one transaction."""
    return here.do(lambda work: use_case(work, me(work, here)))


def there(found: Answer | None) -> Answer:
    """This, if it is theirs; else NotThere: what others have is not to be told from what nobody has."""
    if found is None:
        raise NotThere
    return found
