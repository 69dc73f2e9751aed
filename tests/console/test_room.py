"""Pages that hang leave room for whoever calls and texts."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from flask import Blueprint, Flask

from checkin import app as ours
from checkin.app import ALWAYS, PAGES_AT_ONCE
from tests.real_line import until
from tests.the_line import TheLine


@pytest.fixture
def stuck() -> Iterator[threading.Event]:
    let_go = threading.Event()
    yield let_go
    let_go.set()


def application(stuck: threading.Event) -> tuple[Flask, list[int]]:
    """A page that hangs, and a webhook that doesn't; how many are in the page."""
    app, inside = Flask("room", static_folder=None), [0]
    ours._leave_room(app)
    door, twilio = Blueprint("webhooks", "x"), Blueprint("twilio", "x", url_prefix="/webhooks")

    @app.get("/page")
    def page() -> str:
        inside[0] += 1
        stuck.wait(10)
        return "read"

    @twilio.post("/sms")
    def sms() -> str:
        return "answered"

    door.register_blueprint(twilio)
    app.register_blueprint(door)
    return app, inside


def test_as_many_pages_as_there_are_seats_and_webhooks_always(stuck: threading.Event) -> None:
    app, inside = application(stuck)
    threads = [threading.Thread(target=lambda: app.test_client().get("/page")) for _ in range(PAGES_AT_ONCE)]
    for thread in threads:
        thread.start()
    until(lambda: inside[0] == PAGES_AT_ONCE)
    refused = app.test_client().get("/page")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    assert "Too busy" in refused.text
    assert "demasiada gente" in refused.text
    assert app.test_client().post("/webhooks/sms").text == "answered"
    stuck.set()
    for thread in threads:
        thread.join()
    assert [app.test_client().get("/page").status_code for _ in range(PAGES_AT_ONCE + 1)] == [200] * (PAGES_AT_ONCE + 1)


def test_a_page_that_breaks_gives_its_seat_back() -> None:
    app = Flask("room", static_folder=None)
    ours._leave_room(app)

    @app.get("/page")
    def page() -> str:
        raise KeyError("broken")

    assert {app.test_client().get("/page").status_code for _ in range(PAGES_AT_ONCE + 2)} == {500}


def test_the_blueprints_that_always_have_room_are_there(line: TheLine) -> None:
    app = ours.create_app(line.runtime)
    assert set(ALWAYS) <= {rule.endpoint.rpartition(".")[0] for rule in app.url_map.iter_rules()}
