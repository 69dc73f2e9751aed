"""`/metrics`: who may read it, what it says, and that nobody is in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

import pytest
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from checkin.outbox import outbox
from checkin.outbox.models import Heartbeat
from tests import make
from tests.cast import ANA, BEN, VAL, VEE
from tests.console.browser import own_application
from tests.the_line import TheLine

TOKEN = "t" * 40
FAR = {"REMOTE_ADDR": "203.0.113.9"}
HOME = "http://localhost:8000"


def asked(
    line: TheLine, base_url: str = HOME, environ: Mapping[str, str] | None = None, **headers: str
) -> TestResponse:
    client = own_application(line).test_client()
    return client.get("/metrics", base_url=base_url, headers=headers, environ_overrides=dict(environ or {}))


def figures(text: str) -> dict[str, float]:
    rows = (row.rpartition(" ") for row in text.splitlines() if row and not row.startswith("#"))
    return {name: float(value) for name, _, value in rows}


@pytest.fixture
def monitored(line: TheLine) -> TheLine:
    """A line whose Prometheus has a token."""
    settings = line.runtime.settings.model_copy(update={"metrics_token": TOKEN, "health_token": "h" * 40})
    make.put(line.runtime, settings=settings)
    return line


@pytest.mark.parametrize(
    ("base_url", "environ", "headers"),
    [
        ("https://line.example", FAR, {}),
        (HOME, FAR, {}),
        (HOME, {}, {"X-Forwarded-For": "203.0.113.9"}),
        ("https://line.example", FAR, {"Authorization": f"Bearer {TOKEN}x"}),
        ("https://line.example", FAR, {"Authorization": "Bearer " + "h" * 40}),
    ],
)
def test_a_stranger_reads_no_figures(
    monitored: TheLine, base_url: str, environ: dict[str, str], headers: dict[str, str]
) -> None:
    told = asked(monitored, base_url, environ, **headers)
    assert told.status_code == 404
    assert "checkin_" not in told.text


def test_who_has_the_token_reads_them_anywhere(monitored: TheLine) -> None:
    told = asked(monitored, "https://line.example", FAR, Authorization=f"Bearer {TOKEN}")
    assert told.status_code == 200
    assert "checkin_database_up 1.0" in told.text


def test_what_is_due_open_and_waiting_is_counted(line: TheLine) -> None:
    line.runtime.do(lambda uow: make.volunteer(uow, VEE, "Vee", always=True))
    line.runtime.do(lambda uow: make.volunteer(uow, VAL, "Val", always=False))
    line.answers(ANA, "PEER")
    line.runtime.do(lambda uow: uow.session.add(Heartbeat(name="worker:ring", at=uow.now)))
    before = figures(asked(line).text)
    line.runtime.do(lambda uow: outbox.later(uow, "reconcile", uow.new_id(), uow.now))
    line.clock.forward(seconds=30)
    found = figures(asked(line).text)
    assert found['checkin_relays_waiting{channel="sms"}'] == 1
    assert found['checkin_relays_waiting{channel="voice"}'] == 0
    assert found['checkin_relay_longest_wait_seconds{channel="sms"}'] == 30
    assert found["checkin_volunteers_on_duty"] == 1
    assert found['checkin_heartbeat_age_seconds{process="worker:ring"}'] == 30
    assert found['checkin_outbox_due{queue="upkeep"}'] > before['checkin_outbox_due{queue="upkeep"}']
    assert found['checkin_outbox_oldest_due_seconds{queue="upkeep"}'] >= 30
    assert found["checkin_troubles"] == 1, "no clock has been heard of"
    assert found['checkin_messages_last_hour{direction="in",status="received"}'] == 1
    line.clock.now += timedelta(hours=2)
    assert 'direction="in"' not in asked(line).text


def test_open_alerts_are_counted_by_kind(line: TheLine) -> None:
    line.answers(ANA, "I want to kill myself")
    line.answers(BEN, "I want to kill myself")
    found = figures(asked(line).text)
    assert found['checkin_alerts_open{kind="crisis"}'] == 2
    line.clock.forward(seconds=60)
    assert figures(asked(line).text)['checkin_alert_oldest_seconds{kind="crisis"}'] >= 60


def test_webhooks_are_timed_and_the_refused_counted(line: TheLine) -> None:
    client, settings = own_application(line).test_client(), line.runtime.settings
    form = {"From": ANA, "To": settings.line_number, "Body": "hi", "MessageSid": make.sid("SM"), "NumMedia": "0"}
    form["AccountSid"] = settings.twilio_account_sid
    signed = RequestValidator(settings.twilio_auth_token).compute_signature(f"{settings.public_url}/webhooks/sms", form)
    assert client.post("/webhooks/sms", data=form, headers={"X-Twilio-Signature": signed}).status_code == 200
    for _ in range(2):
        client.post("/webhooks/sms", data=form)
    found = figures(client.get("/metrics", base_url=HOME).text)
    assert found["checkin_webhooks_refused_total"] == 2
    timed = {name: value for name, value in found.items() if name.startswith("checkin_webhook_seconds_count")}
    assert list(timed.values()) == [1], "a refusal is no answer"


def test_nobody_is_in_it(line: TheLine) -> None:
    line.runtime.do(lambda uow: make.volunteer(uow, VEE, "Vee", always=True))
    line.answers(ANA, "PEER")
    line.rings(BEN)
    told = asked(line).text
    assert not re.search(r"\d{7,}", re.sub(r"\S+$", "", told, flags=re.MULTILINE)), "no number, no id in a label"
    assert "Vee" not in told
