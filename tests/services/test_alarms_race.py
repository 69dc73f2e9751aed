"""Signs of danger at the same instant: none is lost, and there is one alert."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from checkin.cases import alarms
from checkin.contacts.models import Contact
from checkin.core.unit_of_work import UnitOfWork
from checkin.volunteers.models import Alert
from tests.cast import ANA
from tests.services.at_once import at_once
from tests.the_line import TheLine

pytestmark = pytest.mark.both

ROUNDS = 6


def test_each_is_counted_in_one_alert(busy: TheLine) -> None:
    busy.answers(ANA, "hi")

    def raised(uow: UnitOfWork) -> int:
        contact = uow.session.scalars(select(Contact)).one()
        return alarms.raise_alert(uow, contact, "crisis", "en-kill-myself").count

    for number in range(ROUNDS):
        counts = at_once(*[lambda: busy.runtime.do(raised)] * 4)
        assert sorted(counts) == list(range(4 * number + 1, 4 * number + 5)), counts  # type: ignore[type-var]
    with busy.runtime.sessions() as session:
        assert session.scalars(select(Alert.count)).all() == [4 * ROUNDS]
