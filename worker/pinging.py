"""A dead man's switch: somebody outside is told every minute that all is well, and raises the alarm when that ends.

What we send is a GET of the address that was set, and nothing of ours. It runs beside the clock, in a thread of its
own: a slow address delays no phone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from checkin.core.asked import Asked
from checkin.outbox.heartbeats import ages as heartbeat_ages
from checkin.outbox.heartbeats import silent
from checkin.outbox.queries import oldest_due
from checkin.runtime import Runtime

EVERY_SECONDS: Final = 60.0
PATIENCE_SECONDS: Final = 10.0
OVERDUE_SECONDS: Final = 60.0

log = structlog.get_logger()


def get(url: str) -> int:
    """Ask for this address, and answer the status. Redirects are not followed. Raises requests' exceptions."""
    import requests

    with requests.get(url, timeout=PATIENCE_SECONDS, allow_redirects=False, stream=True) as answer:
        return answer.status_code


@dataclass
class Pinging:
    """Pings `url` while all is well. ask: how an address is asked for. said: the last trouble that was logged."""

    runtime: Runtime
    url: str
    ask: Callable[[str], int] = get
    said: str | None = None

    def run(self, stop: Asked) -> None:
        """Once a minute, until it is time to stop."""
        while not stop.wait(EVERY_SECONDS):
            self.once()

    def once(self) -> bool:
        """Ping if all is well. Whether somebody was told. A trouble is logged when it begins, and when it is over."""
        trouble = self._trouble() or self._ping()
        if trouble != self.said:
            self.said = trouble
            if trouble is None:
                log.info("ping_goes_on")
            else:
                log.warning("no_ping", why=trouble)
        return trouble is None

    def _trouble(self) -> str | None:
        """Why nobody is told that all is well; None when it is."""
        now = self.runtime.clock()
        try:
            beats, oldest = self.runtime.read(lambda session: (heartbeat_ages(session, now), oldest_due(session, now)))
        except SQLAlchemyError:
            return "the database does not answer"
        if dead := silent(beats):
            return f"{' and '.join(dead)} has not been heard of"
        if oldest is not None and (now - oldest).total_seconds() > OVERDUE_SECONDS:
            return "what is due is not carried out"
        return self._asked(f"{self.runtime.settings.public_url}/healthz", "the web process")

    def _ping(self) -> str | None:
        return self._asked(self.url, "the address of CHECKIN_PING_URL")

    def _asked(self, url: str, what: str) -> str | None:
        """The trouble with this address. What went wrong is named by its kind: the address may be a secret."""
        try:
            status = self.ask(url)
        except OSError as error:  # every error of requests is one
            return f"{what} does not answer ({type(error).__name__})"
        return None if 200 <= status < 300 else f"{what} answers {status}"


def begin(runtime: Runtime, stop: Asked) -> None:
    """Ping in a thread of its own until it is time to stop; nothing where no address is set."""
    if runtime.settings.ping_url is not None:
        pinging = Pinging(runtime, runtime.settings.ping_url)
        threading.Thread(target=pinging.run, args=(stop,), name="pinging", daemon=True).start()
