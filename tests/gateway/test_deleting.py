"""Texts and calls are deleted at the network: gone already is no error, and what is not over yet is asked for later."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from checkin.telephony.port import Refused, TryLater
from checkin.telephony.twilio import TwilioGateway
from tests.gateway.asked import BASE, CA, SM
from tests.gateway.conftest import Wire, refuses, says

Delete = Callable[[TwilioGateway], None]

WHAT = pytest.mark.parametrize(
    ("delete", "path"),
    [
        (lambda gateway: gateway.delete_text(SM), f"{BASE}/Messages/{SM}.json"),
        (lambda gateway: gateway.delete_call(CA), f"{BASE}/Calls/{CA}.json"),
    ],
    ids=["a text", "a call"],
)


@WHAT
def test_it_is_deleted_and_gone_already_is_no_error(
    wire: Wire, gateway: TwilioGateway, delete: Delete, path: str
) -> None:
    wire.does(says(204), refuses(404, 20404, "not found"))
    delete(gateway)
    delete(gateway)
    assert [(asked.method, asked.path) for asked in wire.asked] == [("DELETE", path)] * 2


@WHAT
def test_what_is_not_over_is_asked_for_later(wire: Wire, gateway: TwilioGateway, delete: Delete, path: str) -> None:
    wire.does(
        refuses(409, 20009, "Cannot delete this resource before it is complete"),
        refuses(409, 20409, "The resource is being modified"),
    )
    for _ in range(2):
        with pytest.raises(TryLater):
            delete(gateway)
    assert wire.asked[0].path == path


def test_what_may_not_be_deleted_is_refused(wire: Wire, gateway: TwilioGateway) -> None:
    wire.does(refuses(403, 20003, "Permission denied"))
    with pytest.raises(Refused):
        gateway.delete_text(SM)
