"""The database hangs for longer than Twilio waits: all are answered in time, and what was promised comes later, once.

Through real processes, since waiting for a thread and for a connection counts as well.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from tests.cast import ATTESTED
from tests.real_line import TWILIO_WAITS, Answer, RealLine, real_line

pytestmark = [pytest.mark.processes, pytest.mark.long]

HANGS = 21.0
TEXTERS, CALLERS, RECEIPTS = 6, 40, 10
"""More than a web process has threads (Procfile)."""

THEIRS = 0xA000
"""Where the ids of texts that come in begin: the carrier counts its own from nothing, and no id is given twice."""


@pytest.fixture
def line(engine: Engine, redis_url: str, tmp_path: Path) -> Iterator[RealLine]:
    url = engine.url.render_as_string(hide_password=False)
    with real_line(tmp_path, url, redis_url, names=("web", "worker")) as line:
        yield line


@contextmanager
def hanging(engine: Engine) -> Iterator[None]:
    """Nobody else can write while this lasts."""
    with engine.connect() as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(text("LOCK TABLE contacts, messages, conversations IN ACCESS EXCLUSIVE MODE"))
        yield


def at_once(asks: list[Callable[[], Answer]]) -> list[Answer]:
    """Everyone comes at the same moment, the first ones first."""
    answers: list[Answer] = []
    threads = [threading.Thread(target=lambda ask=ask: answers.append(ask())) for ask in asks]
    for thread in threads:
        thread.start()
        time.sleep(0.01)
    for thread in threads:
        thread.join(60)
    return answers


def test_everyone_is_answered_in_time_and_reads_the_real_answer_later_once(line: RealLine, engine: Engine) -> None:
    def texts(n: int) -> Answer:
        return line.twilio_posts(
            "/webhooks/sms", {"MessageSid": f"SM{THEIRS + n:032x}", "From": number(n), "Body": "menu"}
        )

    def calls(n: int) -> Answer:
        form = {"CallSid": f"CA{n:032x}", "From": number(n), "CallStatus": "ringing", "StirVerstat": ATTESTED}
        return line.twilio_posts("/webhooks/voice", form)

    def receipt(n: int) -> Answer:
        form = {"MessageSid": f"SM{n:032x}", "MessageStatus": "delivered", "From": number(n)}
        return line.twilio_posts(f"/webhooks/messages/{n:032x}", form)

    began = time.monotonic()
    with hanging(engine):
        asked = [lambda n=n: texts(n) for n in range(TEXTERS)]
        asked += [lambda n=n: calls(n) for n in range(100, 100 + CALLERS)]
        asked += [lambda n=n: receipt(n) for n in range(200, 200 + RECEIPTS)]
        answers = at_once(asked)
        time.sleep(max(0.0, HANGS - (time.monotonic() - began)))
    assert len(answers) == len(asked)
    assert max(answer.took for answer in answers) < TWILIO_WAITS - 3
    assert sum(answer.apologizes for answer in answers if answer.status == 200) >= TEXTERS + CALLERS
    line.carrier.await_some(TEXTERS, began, "Messages", within=60)
    time.sleep(8)
    sent = Counter(item.form["To"] for item in line.carrier.since(began, "Messages"))
    assert {to: many for to, many in sent.items() if to in map(number, range(TEXTERS))} == {
        number(n): 1 for n in range(TEXTERS)
    }
    bodies = [item.form["Body"] for item in line.carrier.since(began, "Messages")]
    assert all("Harbor Line" in body and "went wrong" not in body for body in bodies)
    assert "outbox_row_failed" not in line.logs()


def number(n: int) -> str:
    """Somebody's."""
    return f"+1415555{n:04d}"
