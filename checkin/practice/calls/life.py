"""How a leg begins, is answered and ends; its parameters and its receipts."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from email.utils import format_datetime

from checkin.practice.callbacks import Callback
from checkin.practice.exchange import Exchange
from checkin.practice.ids import new_sid
from checkin.practice.state import Call, Direction, Over, PhoneState, Rejected

_logger = logging.getLogger(__name__)

PROGRESS = {"initiated": "initiated", "ringing": "ringing", "answered": "in-progress"}


def begin(
    exchange: Exchange,
    phone: PhoneState,
    line: str,
    direction: Direction,
    *,
    from_: str,
    to: str,
    callback: Callback | None = None,
    parent_sid: str | None = None,
) -> Call:
    """A new leg between a phone and one of the line's numbers; queued, not yet ringing."""
    call = Call(
        sid=new_sid("CA"),
        from_=from_,
        to=to,
        direction=direction,
        phone=phone,
        line=line,
        made_at=exchange.clock.now(),
        woken=threading.Condition(exchange.lock),
        stirred=exchange.stirred,
        pace=exchange.pace,
        callback=callback,
        parent_sid=parent_sid,
    )
    with exchange.lock:
        exchange.calls[call.sid] = call
    return call


def answered(exchange: Exchange, call: Call) -> None:
    """A called phone picks up; the line is told if it wants to be."""
    picked_up(exchange, call)
    progress(exchange, call, "answered")


def picked_up(exchange: Exchange, call: Call) -> None:
    """The leg counts from now."""
    with call.woken:
        call.status = "in-progress"
        call.answered_at = exchange.clock.now()
        call.began = exchange.clock.passed()
        call.woken.notify_all()


def finish(exchange: Exchange, call: Call, status: str, why: str) -> None:
    """The leg is over, with this status; a second time changes nothing."""
    with call.woken:
        if call.ended:
            return
        was_answered = call.began is not None
        call.status = status
        call.ended_at = exchange.clock.now()
        call.seconds = round(exchange.clock.passed() - call.began) if call.began is not None else 0
        call.asking = None
        if call.phone.live is call:
            call.phone.live = None
        kind = "ended" if was_answered or call.direction == "inbound" else "missed"
        exchange.log.add(kind, call.phone.id, call.sid, why=why, status=status)
        call.woken.notify_all()
        call.stirred.notify_all()
    progress(exchange, call, "completed")


def live(exchange: Exchange, call: Call, run: Callable[[], str], after: str) -> None:
    """The whole life of a leg; whatever happens in it, it comes to an end that is told. after: why, when it ran out."""
    status, why = "failed", "the practice network made a mistake"
    try:
        status, why = run(), after
    except Over as over:
        why = str(over)
        status = "completed" if call.answered_at else "canceled" if why == "canceled" else "no-answer"
    except Rejected as rejected:
        status, why = str(rejected), "rejected"
    except Exception:
        _logger.exception("A call on the practice network failed")
    finally:
        finish(exchange, call, status, why)


def progress(exchange: Exchange, call: Call, event: str, wait: bool = False) -> None:
    """Send the receipt of initiated, ringing, answered or completed, if the line wants it; `wait` for it to arrive."""
    with exchange.lock:
        sequence, call.sequence = call.sequence, call.sequence + 1
    if call.callback is None:
        return
    told = params(exchange, call, PROGRESS.get(event, call.status)) | {
        "Timestamp": format_datetime(exchange.clock.now()),
        "CallbackSource": "call-progress-events",
        "SequenceNumber": str(sequence),
    }
    if event == "completed":
        told |= {"CallDuration": str(call.seconds), "Duration": str(-(-call.seconds // 60))}
        told["SipResponseCode"] = {"busy": "486", "no-answer": "487", "failed": "404"}.get(call.status, "200")
    if wait and call.callback.wants(event):
        exchange.callbacks.send_now("call", call.sid, call.callback, told)
    else:
        exchange.callbacks.send("call", call.sid, event, call.callback, told)


def params(exchange: Exchange, call: Call, status: str | None = None) -> dict[str, str]:
    """What Twilio says of a call in every request."""
    told = {
        "CallSid": call.sid,
        "AccountSid": exchange.settings.account,
        "From": call.from_,
        "To": call.to,
        "Caller": call.from_,
        "Called": call.to,
        "CallStatus": status or call.status,
        "ApiVersion": "2010-04-01",
        "Direction": call.direction,
    }
    told |= {f"{end}Country": "US" for end in ("From", "To", "Caller", "Called")}
    for end in ("From", "To", "Caller", "Called"):
        told |= {f"{end}City": "", f"{end}State": "", f"{end}Zip": ""}
    if call.parent_sid:
        told["ParentCallSid"] = call.parent_sid
    if call.answered_by:
        told["AnsweredBy"] = call.answered_by
    return told
