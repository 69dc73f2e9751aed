"""The line itself, in this process, on the practice network: its real doors and services, and what is due done at once.

No Redis and no worker: a doorbell that carries out what it is knocked for, on a thread of its own.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from werkzeug.serving import make_server

from checkin.app import create_app
from checkin.assembly import build
from checkin.core.models import Base
from checkin.core.settings import Settings
from checkin.dispatch import dispatcher
from checkin.practice.exchange import PracticeSettings as Carrier
from checkin.practice.server import Running, start
from checkin.runtime import Runtime
from tests import make
from tests.cast import LINE
from tests.phones import Network

ACCOUNT = "AC" + "5" * 32
TOKEN = "t" * 32


@dataclass
class FakeQueue:
    """Carries out what it is knocked for, one after the other, until it is closed."""

    rows: queue.Queue[str | None] = field(default_factory=queue.Queue)

    def enqueue(self, _queue: str, ids: Sequence[str]) -> bool:
        for row_id in ids:
            self.rows.put(row_id)
        return True

    def reachable(self) -> bool:
        return True

    def answer(self, runtime: Runtime) -> None:
        while (row_id := self.rows.get()) is not None:
            dispatcher.dispatch(runtime, row_id)


class AHouse:
    """`network`: the practice network; `runtime`: the line's own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        logging.getLogger("werkzeug").setLevel(logging.ERROR)

    def __enter__(self) -> Self:
        # Each must know the other's address before it is built: the line's door stands first, with nothing behind it.
        door = make_server("127.0.0.1", 0, lambda _environ, _start: [], threaded=True)
        url = f"http://127.0.0.1:{door.server_port}"
        self._carrier: Running = start(
            Carrier(
                account=ACCOUNT, token=TOKEN, numbers=(LINE,), sms_url=f"{url}/webhooks/sms",
                voice_url=f"{url}/webhooks/voice", status_url=f"{url}/webhooks/voice/status",
                clock_file=self._folder / "clock", pace=1000.0, patient=True, port=0,
            )
        )  # fmt: skip
        self.runtime = build(
            Settings.from_env(
                {
                    "PUBLIC_URL": url, "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN,
                    "TWILIO_API_URL": self._carrier.url, "CHECKIN_LINE_NUMBER": LINE, "CHECKIN_SECRET": make.SECRET,
                    "CHECKIN_STATE": str(self._folder), "REDIS_URL": "redis://127.0.0.1:1/0",
                    "DATABASE_URL": f"sqlite:///{self._folder / 'line.db'}",
                    "CHECKIN_PRACTICE": "yes", "CHECKIN_PRACTICE_CLOCK": str(self._folder / "clock"),
                }
            )
        )  # fmt: skip
        bell = FakeQueue()
        self.runtime.outbox.queue = bell
        Base.metadata.create_all(self.runtime.sessions.kw["bind"])
        self.runtime.start()
        door.app = create_app(self.runtime)
        self._server, self._bell, self.network = door, bell, Network(self._carrier.url)
        self._threads = [
            threading.Thread(target=door.serve_forever, args=(0.01,), daemon=True),
            threading.Thread(target=bell.answer, args=(self.runtime,), daemon=True),
        ]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.network.close()
        self._carrier.stop()
        self._bell.rows.put(None)
        self._server.shutdown()
        for thread in self._threads:
            thread.join()
        self._server.server_close()
        self.runtime.close()

    def does_what_is_due(self) -> None:
        """What the clock would find."""
        self._bell.enqueue("", [row_id for _, row_id in self.runtime.outbox.due(200)])
