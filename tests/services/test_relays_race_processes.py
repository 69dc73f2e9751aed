"""Two processes press 1 at the same instant, five hundred times: one winner each time."""

from __future__ import annotations

import multiprocessing

import pytest
from sqlalchemy import Engine, func, insert, select

from checkin.contacts.models import Contact
from checkin.core.models import Base
from checkin.messages.models import Conversation
from checkin.relays.models import Offer, Relay
from checkin.volunteers.models import Volunteer
from tests import make
from tests.cast import MONDAY_NOON
from tests.services.pressing import press_and_tell

pytestmark = pytest.mark.processes

TIMES = 500


def prepare(engine: Engine, times: int) -> tuple[list[str], list[str]]:
    """So many open relays, each with two volunteers who have picked up: the tokens of their offers, on either side."""
    rows: dict[type[Base], list[dict[str, object]]] = {
        Contact: [], Conversation: [], Volunteer: [], Relay: [], Offer: [],
    }  # fmt: skip
    sides: tuple[list[str], list[str]] = ([], [])
    for nth in range(times):
        contact, conversation, relay = make.new_id(), make.new_id(), make.new_id()
        rows[Contact].append({"id": contact, "line": "default", "alias": "Quiet Heron", "created_at": MONDAY_NOON})
        rows[Conversation].append(
            {
                "id": conversation, "line": "default", "contact_id": contact, "channel": "voice", "flow": "f",
                "flow_hash": "h", "step": "s", "position_encrypted": b"", "opened_at": MONDAY_NOON,
                "updated_at": MONDAY_NOON,
            }
        )  # fmt: skip
        rows[Relay].append(
            {
                "id": relay, "line": "default", "number": nth + 1, "token": make.new_id(), "room": make.new_id(),
                "channel": "voice", "contact_id": contact, "conversation_id": conversation, "opened_at": MONDAY_NOON,
                "limit_at": MONDAY_NOON,
            }
        )  # fmt: skip
        for side in sides:
            volunteer, token = make.new_id(), make.new_id()
            side.append(token)
            rows[Volunteer].append(
                {
                    "id": volunteer, "line": "default", "name_encrypted": b"", "number_key": volunteer.encode(),
                    "number_encrypted": b"", "created_at": MONDAY_NOON,
                }
            )  # fmt: skip
            rows[Offer].append(
                {
                    "id": make.new_id(), "line": "default", "relay_id": relay, "volunteer_id": volunteer,
                    "token": token, "channel": "voice", "wave": 0, "state": "answered", "planned_at": MONDAY_NOON,
                }
            )  # fmt: skip
    with engine.begin() as connection:
        for table, values in rows.items():
            connection.execute(insert(table), values)
    return sides


@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
def test_five_hundred_times_there_is_one_winner(engine: Engine) -> None:
    sides = prepare(engine, TIMES)
    url = engine.url.render_as_string(hide_password=False)
    engine.dispose()  # no connection of ours goes with them
    fork = multiprocessing.get_context("fork")
    ready, heard = fork.Barrier(2), fork.SimpleQueue()
    pressing = [
        fork.Process(target=press_and_tell, args=(url, nth, side, ready, heard)) for nth, side in enumerate(sides)
    ]
    for process in pressing:
        process.start()
    answers = dict(heard.get() for _ in pressing)
    for process in pressing:
        process.join(30)
    winners = [sum(room is not None for room in pair) for pair in zip(answers[0], answers[1], strict=True)]
    assert winners == [1] * TIMES
    assert all(any(room is not None for room in side) for side in answers.values()), "each process won some"
    with engine.connect() as connection:
        accepted = connection.scalar(select(func.count()).where(Offer.state == "accepted"))
        canceled = connection.scalar(select(func.count()).where(Offer.state == "canceled", Offer.reason == "taken"))
    assert (accepted, canceled) == (TIMES, TIMES)
