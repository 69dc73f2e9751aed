"""Carries one outbox row out, whatever it is, and records how it went."""

from __future__ import annotations

from datetime import timedelta

import structlog

from checkin.delivery import (
    calls_out,
    failing,
    followups,
    forgetting,
    keeping,
    pictures,
    reconciling,
    recordings,
    ringing,
    shifts,
    story_desk,
    texts,
    timers,
)
from checkin.delivery.claimed import Claimed, Handler
from checkin.gateway.port import GatewayError, Refused, TryLater, Unknown
from checkin.runtime import Runtime
from checkin.services import outbox
from checkin.services.set_aside import ATTEMPTS, set_aside
from checkin.work import Work

log = structlog.get_logger()

PATIENCE = 150
"""What the network has surely not taken (429, nobody there) is asked again this often: for about twelve hours."""

HANDLERS: dict[str, Handler] = {
    "send_message": texts.send_message,
    "resolve_message": texts.resolve_message,
    "redact_message": texts.redact_message,
    "follow_up": followups.follow_up,
    "text_timeout": timers.text_timeout,
    "text_reminder": timers.text_reminder,
    "close_call": timers.close_call,
    "fetch_recording": recordings.fetch_recording,
    "delete_recording": recordings.delete_recording,
    "forget_recording": recordings.forget_recording,
    "destroy_media": recordings.destroy_media,
    "count_listen": recordings.count_listen,
    **calls_out.HANDLERS,
    **failing.HANDLERS,
    **pictures.HANDLERS,
    **ringing.HANDLERS,
    **story_desk.HANDLERS,
    **shifts.HANDLERS,
    **reconciling.HANDLERS,
    **keeping.HANDLERS,
    **forgetting.HANDLERS,
}


def perform(runtime: Runtime, row_id: str) -> str:
    """Claim the row, carry it out, settle it. Answers how it went; never raises for what the network did.

    A row that is done, taken or not due is left alone ("not ours"). Errors that are ours are logged by their kind,
    the row is tried again later, and after eight attempts it is set aside; what the network would not take just now
    is asked for half a day.
    """
    runtime.passing("taken")
    claimed = runtime.do(lambda work: _claim(work, row_id))
    if claimed is None:
        return "not ours"
    runtime.passing("claimed")
    try:
        result = HANDLERS[claimed.kind](runtime, claimed)
    except TryLater as error:
        return _again(runtime, claimed, f"later: {error}", PATIENCE)
    except Refused as error:
        result = f"refused: {error}"
    except Unknown as error:
        result = f"unknown: {error}"
    except GatewayError as error:
        result = f"failed: {error}"
    except Exception as error:
        log.error("outbox_row_failed", kind=claimed.kind, row=claimed.id, error=type(error).__name__)
        return _again(runtime, claimed, f"failed: {type(error).__name__}")
    if not result.startswith("again"):
        runtime.do(lambda work: outbox.settle(work, claimed.id, result))
        runtime.passing("settled")
    log.info("outbox_row", kind=claimed.kind, row=claimed.id, result=result.split(":")[0])
    return result


def _claim(work: Work, row_id: str) -> Claimed | None:
    row = outbox.claim(work, row_id)
    if row is None:
        return None
    return Claimed(row.id, row.kind, row.about_id, row.turn, row.attempts)


def _again(runtime: Runtime, claimed: Claimed, why: str, most: int = ATTEMPTS) -> str:
    """Give the row back for later, each time a little later, or set it aside when it has had its tries."""
    tries = claimed.attempts
    if tries >= most:
        log.error("outbox_row_set_aside", kind=claimed.kind, row=claimed.id, tries=tries)
        runtime.do(lambda work: set_aside(work, claimed.id, claimed.kind, tries, why))
        return "set aside"
    pause = timedelta(seconds=min(2 ** min(tries + 1, 9), 300))
    runtime.do(lambda work: outbox.again(work, claimed.id, work.now + pause, why))
    return "again"
