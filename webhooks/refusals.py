"""Requests of Twilio's that are refused, one after the other: then nobody is answered, and somebody must hear of it.

Only such count as name our account, which strangers do not know. What is counted is this process's own.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from checkin.core import lines
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.say import say
from checkin.messages import service as messages
from checkin.volunteers import alerts
from checkin.volunteers.queries import leads

IN_A_ROW = 3
"""So many without a good one between. One may be a stranger's, or of a token that is being changed."""

AGAIN_AFTER = timedelta(hours=1)
KIND = "webhooks_refused"
BY = "the line itself"

log = structlog.get_logger()


class RefusedInARow:
    """Counts them, and puts up an alert; a request that is good ends both."""

    def __init__(self, do: Callable[[Callable[[UnitOfWork], None]], None]) -> None:
        self._do = do
        self._lock = threading.Lock()
        self._count = 0

    def refused(self, cause: str) -> None:
        """One more was refused, probably for this."""
        with self._lock:
            self._count += 1
            tells = self._count == IN_A_ROW or (self._count > IN_A_ROW and self._count % 100 == 0)
        if tells:
            log.warning("webhooks_refused_in_a_row", cause=cause)
            with suppress(SQLAlchemyError):
                self._do(lambda uow: put_up(uow, cause))

    def good(self) -> None:
        """One was good."""
        if not self._count:
            return
        with self._lock:
            told, self._count = self._count >= IN_A_ROW, 0
        if told:
            with suppress(SQLAlchemyError):
                self._do(_over)


def put_up(uow: UnitOfWork, cause: str) -> None:
    """An alert for the line whose organizers see to what is of no line; its leads are texted once an hour."""
    line = lines.first(uow)
    alert = alerts.put_up(uow, line, KIND, cause[:80], about=KIND, telling="not", note=cause)
    if not alerts.is_due(uow, alert, AGAIN_AFTER):
        return
    for lead in leads(uow.session, line):
        words = say(uow, lead, f"alerts.{KIND}")
        messages.send(uow, line=line, volunteer=lead, body=words, kind="alert")


def _over(uow: UnitOfWork) -> None:
    alerts.close_about(uow, lines.first(uow), KIND, KIND, BY)
