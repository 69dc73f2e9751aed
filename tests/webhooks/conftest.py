"""A door with nothing behind it but a list of what came through, and somebody who signs as Twilio does."""

from __future__ import annotations

import base64
import hashlib
import hmac
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from flask import Flask
from werkzeug.test import TestResponse

import flows
import webhooks
from checkin.core.encryption import Keys
from checkin.core.reply import NextTurn, Reply
from checkin.core.settings import Settings
from checkin.core.unit_of_work import UnitOfWork
from checkin.telephony.media_store import Cipher, LocalStore
from flows.engine.effects import Ask, Say
from flows.library import Library
from flows.loading import load
from webhooks.deadline import Deadline
from webhooks.endpoint import UseCase
from webhooks.signature import NotedRequests

Answer = TypeVar("Answer")

DEFINITIONS = Path(flows.__file__).parent / "definitions"
PUBLIC_URL = "https://line.example.org"
TOKEN = "the-token"
SECOND_TOKEN = "the-second-token"
ACCOUNT = "AC" + "a" * 32
ANA = "+15555550111"
LINE = "+15555550100"
SM = "SM" + "1" * 32
CA = "CA" + "2" * 32
RE = "RE" + "3" * 32
NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
GREETING = Reply((Say("Hello.", "en"), Ask("en", timedelta(seconds=7))), NextTurn(1))

# Enough for every route: each reads what it needs and leaves the rest, as Twilio's own requests have it.
EVERYTHING = {
    "AccountSid": ACCOUNT, "From": ANA, "To": LINE, "Body": "hello", "NumMedia": "0", "MessageSid": SM,
    "MessageStatus": "delivered", "CallSid": CA, "CallStatus": "completed", "RecordingSid": RE,
    "RecordingStatus": "completed", "RecordingDuration": "12", "StatusCallbackEvent": "participant-join",
}  # fmt: skip


@dataclass
class Behind:
    """What stands behind the door. trouble: raised by every transaction, as when the database is gone."""

    settings: Settings
    keys: Keys
    media: LocalStore
    library: Library
    gateway: Any = None
    now: datetime = NOON
    trouble: BaseException | None = None
    came: list[tuple[Any, ...]] = field(default_factory=list)
    answers: dict[Callable[..., Any], Any] = field(default_factory=dict)
    transactions: int = 0

    def clock(self) -> datetime:
        return self.now

    def do(self, use_case: Callable[[UnitOfWork], Answer]) -> Answer:
        self.transactions += 1
        if self.trouble is not None:
            raise self.trouble
        return use_case(self)  # type: ignore[arg-type]

    def take(self, use_case: UseCase[Any]) -> Any:
        """Note which use case came with what, and answer in its place."""
        self.came.append((use_case.run, *use_case.given))
        answer = self.answers.get(use_case.run, GREETING)
        return answer() if callable(answer) else answer


@dataclass
class Twilio:
    """Asks the line as Twilio does."""

    app: Flask

    def post(self, path: str, form: dict[str, str] | None = None, **params: str) -> TestResponse:
        form = {"AccountSid": ACCOUNT, **(form or {}), **params}
        return self.send(path, form, sign(PUBLIC_URL + path, form))

    def send(self, path: str, form: dict[str, str], signature: str | None, **extra: Any) -> TestResponse:
        headers = {"X-Twilio-Signature": signature} if signature is not None else {}
        return self.app.test_client().post(
            path,
            data=extra.pop("data", urlencode(form)),
            content_type=extra.pop("content_type", "application/x-www-form-urlencoded"),
            headers={**headers, **extra.pop("headers", {})},
            **extra,
        )


def sign(url: str, form: dict[str, str], token: str = TOKEN) -> str:
    """Twilio's scheme, written from its description."""
    words = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.new(token.encode(), words.encode(), hashlib.sha1).digest()).decode()


def verbs(response: TestResponse) -> list[str]:
    assert response.mimetype == "text/xml"
    root = ElementTree.fromstring(response.data)
    assert root.tag == "Response"
    return [child.tag for child in root]


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> tuple[Behind, Flask]:
    """One door for all tests: making its map of routes takes longer than most of them."""
    folder = tmp_path_factory.mktemp("line")
    (folder / "flows").mkdir()
    settings = Settings.from_env(
        {
            "PUBLIC_URL": PUBLIC_URL, "CHECKIN_LINE_NUMBER": LINE, "CHECKIN_SECRET": "s" * 40,
            "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_AUTH_TOKEN_SECONDARY": SECOND_TOKEN, "CHECKIN_FLOWS": str(folder / "flows"),
            "CHECKIN_STATE": str(folder / "var"),
        }
    )  # fmt: skip
    keys = Keys(settings.secrets)
    behind = Behind(settings, keys, LocalStore(settings.media, Cipher(keys)), load(DEFINITIONS))
    return behind, door_of(behind)


@pytest.fixture
def behind(house: tuple[Behind, Flask], monkeypatch: pytest.MonkeyPatch) -> Behind:
    """As if nobody had come yet."""
    fresh, _ = house
    monkeypatch.setattr(UseCase, "__call__", lambda use_case, uow: uow.take(use_case))
    fresh.gateway, fresh.now, fresh.trouble, fresh.transactions = None, NOON, None, 0
    fresh.came.clear()
    fresh.answers.clear()
    for folder in (fresh.settings.media, fresh.settings.flows):
        shutil.rmtree(folder, ignore_errors=True)
    (fresh.settings.flows / "clips").mkdir(parents=True)
    return fresh


@pytest.fixture
def app(house: tuple[Behind, Flask], behind: Behind) -> Flask:
    return house[1]


@pytest.fixture
def twilio(app: Flask) -> Twilio:
    return Twilio(app)


def door_of(behind: Behind, deadline: Deadline | None = None, refused: NotedRequests | None = None) -> Flask:
    app = Flask("door", static_folder=None)
    app.register_blueprint(webhooks.make(behind, deadline, refused))  # type: ignore[arg-type]
    return app
