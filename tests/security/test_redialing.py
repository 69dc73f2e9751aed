"""Whoever redials keeps no phone ringing, and hears where help is, through the same door as everybody."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, func, select

from checkin.relays.models import Offer
from tests import make
from tests.cast import ATTESTED, BEN, VEE
from tests.console.browser import application
from tests.security.a_call import FORGED, Call
from tests.the_line import TheLine


@pytest.fixture
def database(sqlite_engine: Engine) -> Engine:
    """Counting asks nothing of a database in particular."""
    return sqlite_engine


@pytest.mark.parametrize(
    ("shows", "verdict", "rings"),
    [(BEN, ATTESTED, 5), (BEN, FORGED, 5), ("+266696687", None, 20), ("anonymous", None, 20)],
)
def test_calls_in_a_row_ring_no_more_phones_than_the_budget(
    line: TheLine, shows: str, verdict: str | None, rings: int
) -> None:
    line.runtime.do(lambda uow: make.volunteer(uow, VEE, "Vee", lead=True))
    app = application(line)
    for _ in range(rings + 9):
        call = Call(line, app, shows, verdict).begins().does("1")
        call.hangs_up()
    assert line.runtime.read(lambda s: s.scalar(select(func.count()).select_from(Offer))) == rings
    assert "9 8 8" in call.says
    assert "leave a message" in call.says
    assert len([text for text in line.sent_to(VEE) if "aren't ringing anyone" in text]) == 1
