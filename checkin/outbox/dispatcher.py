"""Carries one outbox row out, whatever it is, and records how it went."""

from __future__ import annotations

from typing import Any

import structlog

from checkin.compliance import forgetting_jobs, retention_jobs
from checkin.conversations import jobs as timers
from checkin.core.unit_of_work import Work
from checkin.delivery import failure_jobs, picture_jobs
from checkin.delivery import jobs as texts
from checkin.followups import call_jobs, jobs
from checkin.outbox import service as outbox
from checkin.outbox.dead_letters import ATTEMPTS, later_or_aside
from checkin.outbox.jobs import HOURLY, PATIENCE, UNFINISHED_PATIENCE, Claimed, Handler, Steps
from checkin.reconciliation import jobs as reconciling
from checkin.relays import jobs as ringing
from checkin.runtime import Runtime
from checkin.stories import jobs as story_desk
from checkin.stories import recording_jobs
from checkin.telephony.port import GatewayError, TryLater, Unknown, in_words
from checkin.telephony.rules.error_codes import UNFINISHED
from checkin.volunteers import jobs as shifts

log = structlog.get_logger()

HANDLERS: dict[str, Handler | Steps[Any, Any]] = {
    "send_message": texts.SEND_MESSAGE,
    "tell_later": texts.TELL_LATER,
    "resolve_message": texts.resolve_message,
    "redact_message": texts.redact_message,
    "follow_up": jobs.FOLLOW_UP,
    "text_timeout": timers.text_timeout,
    "text_reminder": timers.text_reminder,
    "close_call": timers.close_call,
    "fetch_recording": recording_jobs.fetch_recording,
    "delete_recording": recording_jobs.delete_recording,
    "forget_recording": recording_jobs.forget_recording,
    "destroy_media": recording_jobs.destroy_media,
    "count_listen": recording_jobs.count_listen,
    **call_jobs.HANDLERS,
    **failure_jobs.HANDLERS,
    **picture_jobs.HANDLERS,
    **ringing.HANDLERS,
    **story_desk.HANDLERS,
    **shifts.HANDLERS,
    **reconciling.HANDLERS,
    **retention_jobs.HANDLERS,
    **forgetting_jobs.HANDLERS,
}


def perform(runtime: Runtime, row_id: str) -> str:
    """Claim the row, carry it out, settle it. Answers how it went; never raises for what the network did.

    A row that is done, taken or not due is left alone ("not ours"). Errors that are ours are logged by their kind,
    the row is tried again later, and after eight attempts it is set aside; what the network would not take just now
    is asked for half a day.
    """
    runtime.passing("taken")
    try:
        taken = runtime.do(lambda work: _take(runtime, work, row_id))
    except Exception as error:
        return _failed_at_once(runtime, row_id, error)
    if taken is None:
        return "not ours"
    claimed, way, request = taken
    try:
        result = _asked(runtime, claimed, way, request) if isinstance(way, Steps) else _handled(runtime, claimed, way)
    except Exception as error:
        why = _log_failed(error, claimed.id, claimed.kind)
        return runtime.do(lambda work: _again(work, claimed, why))
    log.info("outbox_row", kind=claimed.kind, row=claimed.id, result=result.split(":")[0])
    return result


Taken = tuple[Claimed, Handler | Steps[Any, Any], Any]
"""A row, how it is carried out, and what its first step made: a request, or how it went already."""


def _take(runtime: Runtime, work: Work, row_id: str) -> Taken | None:
    """Claim the row, and take its first step in the same transaction where it has one."""
    claimed = _claim(work, row_id)
    if claimed is None:
        return None
    way, request = HANDLERS[claimed.kind], None
    if isinstance(way, Steps):
        request = way.prepare(work, claimed, runtime.settings.public_url)
        if isinstance(request, str):
            _settle(work, claimed, request)
    runtime.passing("claimed")
    return claimed, way, request


def _asked(runtime: Runtime, claimed: Claimed, way: Steps[Any, Any], request: Any) -> str:
    """Ask the network, if something is to be asked, and record what came together with the end of the row."""
    if isinstance(request, str):
        return request
    runtime.passing("prepared")
    try:
        came = way.ask(runtime.gateway, request)
        runtime.passing("called")
    except GatewayError as error:
        came = error

    result = runtime.do(lambda work: _recorded(runtime, work, claimed, way, request, came))
    runtime.passing("settled")
    return result


def _recorded(
    runtime: Runtime, work: Work, claimed: Claimed, way: Steps[Any, Any], request: Any, came: Any | GatewayError
) -> str:
    """Record what came, and settle the row or give it back."""
    later = isinstance(came, TryLater)
    if later and not outbox.is_held(work, claimed.id, claimed.attempts):
        later, came = False, Unknown("another process took it up meanwhile")  # we were taken for dead: it asks now
    result = way.record(work, claimed, request, came)
    if later:
        result = _again(work, claimed, f"later: {came}", PATIENCE)
    else:
        _settle(work, claimed, result)
    runtime.passing("recorded")
    return result


def _handled(runtime: Runtime, claimed: Claimed, handler: Handler) -> str:
    """Carry out what takes transactions of its own, then settle the row."""
    try:
        result = handler(runtime, claimed)
    except TryLater as error:
        why, slow = f"later: {error}", error.code in UNFINISHED
        most, slowest = (UNFINISHED_PATIENCE, HOURLY) if slow else (PATIENCE, 300)
        return runtime.do(lambda work: _again(work, claimed, why, most, slowest))
    except GatewayError as error:
        result = in_words(error)
    runtime.do(lambda work: _settle(work, claimed, result))
    runtime.passing("settled")
    return result


def _failed_at_once(runtime: Runtime, row_id: str, error: Exception) -> str:
    """The claim was undone with what failed after it; the try counts all the same."""
    why = _log_failed(error, row_id)

    def count(work: Work) -> str:
        claimed = _claim(work, row_id)
        return "not ours" if claimed is None else _again(work, claimed, why)

    return runtime.do(count)


def _log_failed(error: Exception, row_id: str, kind: str | None = None) -> str:
    """An error of ours, by its kind alone: its words may hold what nobody is to read."""
    log.error("outbox_row_failed", kind=kind, row=row_id, error=type(error).__name__)
    return f"failed: {type(error).__name__}"


def _claim(work: Work, row_id: str) -> Claimed | None:
    row = outbox.claim(work, row_id)
    return None if row is None else Claimed(row.id, row.kind, row.about_id, row.turn, row.attempts)


def _settle(work: Work, claimed: Claimed, result: str) -> None:
    if not result.startswith("again"):  # then it was given back already
        outbox.settle(work, claimed.id, result)


def _again(work: Work, claimed: Claimed, why: str, most: int = ATTEMPTS, slowest: int = 300) -> str:
    """Give the row back for later, each time a little later, or set it aside when it has had its tries."""
    tries = claimed.attempts
    if not later_or_aside(work, claimed.id, claimed.kind, tries, why, most, slowest):
        return "again"
    log.error("outbox_row_set_aside", kind=claimed.kind, row=claimed.id, tries=tries)
    return "set aside"
