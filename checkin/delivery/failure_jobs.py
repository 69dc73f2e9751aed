"""What follows from texts that failed."""

from __future__ import annotations

from checkin.delivery import text_failures, text_retries
from checkin.outbox.jobs import Claimed, Handler
from checkin.relays import lost_texts
from checkin.runtime import Runtime


def text_failed(runtime: Runtime, row: Claimed) -> str:
    """Do what the error of this text asks for."""
    return runtime.do(lambda work: text_failures.follow(work, row.about_id))


def send_again(runtime: Runtime, row: Claimed) -> str:
    """It did not arrive: the same words once more, if they are still welcome."""
    made = runtime.do(lambda work: text_retries.again(work, row.about_id))
    return made if isinstance(made, str) else "done"


def relay_lost(runtime: Runtime, row: Claimed) -> str:
    """A relayed text did not arrive: tell whoever wrote it."""
    return runtime.do(lambda work: lost_texts.tell(work, row.about_id))


HANDLERS: dict[str, Handler] = {
    "text_failed": text_failed,
    "send_again": send_again,
    "relay_lost": relay_lost,
}
