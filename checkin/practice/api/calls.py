"""Calls (twilio.com/docs/voice/api/call-resource)."""

from __future__ import annotations

from typing import Any

from flask import Response, g, jsonify, request

from checkin.practice.api import forms
from checkin.practice.api.errors import RestError, find
from checkin.practice.api.lists import between, equal, page, rfc2822
from checkin.practice.api.routes import ApiRoute, gone, made
from checkin.practice.calls import placing
from checkin.practice.exchange import Exchange
from checkin.practice.state import Call, Target
from checkin.practice.texts.sending import E164

MOST_TWIML = 4000


def routes(exchange: Exchange) -> list[ApiRoute]:
    """Create, list, fetch, update, delete."""

    def create() -> tuple[Response, int]:
        call = placing.call_phone(exchange, _order(exchange), early=g.early)
        # Twilio answers before anything rings; our thread may have been quicker.
        return made(as_json(exchange, call) | {"status": "queued"})

    def listing() -> Response:
        with exchange.lock:
            calls = list(reversed(exchange.calls.values()))
        calls = equal(
            calls,
            To=lambda call: call.to,
            From=lambda call: call.from_,
            Status=lambda call: call.status,
            ParentCallSid=lambda call: call.parent_sid,
        )
        calls = between(calls, "StartTime", lambda call: call.answered_at or call.made_at)
        return page("calls", calls, lambda call: as_json(exchange, call))

    def fetch(sid: str) -> Response:
        return jsonify(as_json(exchange, find(exchange.calls, sid)))

    def update(sid: str) -> Response:
        call = find(exchange.calls, sid)
        status = forms.text("Status")
        if not status:
            _move(exchange, call, _target())
            return jsonify(as_json(exchange, call))
        return jsonify(as_json(exchange, call) | {"status": _end(exchange, call, status)})

    def delete(sid: str) -> Response:
        if not find(exchange.calls, sid).ended:
            raise RestError(409, 20009, "a call that goes on can't be deleted yet")
        with exchange.lock:
            exchange.calls.pop(sid, None)
        return gone()

    found = "/Calls/<sid>.json"
    return [
        ApiRoute("calls.create", "POST", "/Calls.json", create),
        ApiRoute("calls.list", "GET", "/Calls.json", listing),
        ApiRoute("calls.fetch", "GET", found, fetch),
        ApiRoute("calls.update", "POST", found, update),
        ApiRoute("calls.delete", "DELETE", found, delete),
    ]


def as_json(exchange: Exchange, call: Call) -> dict[str, Any]:
    """A Call as Twilio shows it."""
    base = f"/2010-04-01/Accounts/{exchange.settings.account}/Calls/{call.sid}"
    number = exchange.numbers.get(call.line)
    return {
        "sid": call.sid,
        "account_sid": exchange.settings.account,
        "api_version": "2010-04-01",
        "to": call.to,
        "from": call.from_,
        "to_formatted": call.to,
        "from_formatted": call.from_,
        "status": call.status,
        "direction": call.direction,
        "answered_by": call.answered_by,
        "parent_call_sid": call.parent_sid,
        "phone_number_sid": number.sid if number else None,
        "date_created": rfc2822(call.made_at),
        "date_updated": rfc2822(call.ended_at or call.answered_at or call.made_at),
        "start_time": rfc2822(call.answered_at),
        "end_time": rfc2822(call.ended_at),
        "duration": str(call.seconds) if call.ended else None,
        "queue_time": "0",
        "price": None,
        "price_unit": "USD",
        "caller_name": None,
        "forwarded_from": None,
        "group_sid": None,
        "trunk_sid": None,
        "annotation": None,
        "uri": f"{base}.json",
        "subresource_uris": {"recordings": f"{base}/Recordings.json"},
    }


def _order(exchange: Exchange) -> placing.Order:
    to, from_ = forms.text("To"), forms.text("From")
    if not to:
        raise RestError(400, 21201, "no 'To' number is given")
    if not from_:
        raise RestError(400, 21213, "no 'From' number is given")
    if not E164.fullmatch(to):
        raise RestError(400, 21211, f"the 'To' number {to} is not a valid phone number")
    if not E164.fullmatch(from_):
        raise RestError(400, 21212, f"the 'From' number {from_} is not a valid phone number")
    if from_ not in exchange.numbers:
        raise RestError(400, 21210, f"the 'From' number {from_} is not one of this account's numbers")
    detect = forms.text("MachineDetection")
    if detect not in ("", "Enable", "DetectMessageEnd"):
        raise RestError(400, 21458, f"MachineDetection must be Enable or DetectMessageEnd, not {detect!r}")
    return placing.Order(
        to=to,
        from_=from_,
        target=_target(),
        timeout=forms.whole("Timeout", 5, 600, 60),
        detect=detect,
        callback=forms.callback("StatusCallback", 21609, default="completed"),
        fallback=forms.url("FallbackUrl", 21207),
        told_later=forms.callback("AsyncAmdStatusCallback", 21609) if forms.yes("AsyncAmd", False) else None,
    )


def _target() -> Target:
    where, document = forms.url("Url", 21205), request.form.get("Twiml", "")
    if bool(where) == bool(document):
        raise RestError(400, 21205, "give either Url or Twiml")
    if len(document) > MOST_TWIML:
        raise RestError(400, 32018, f"Twiml has {len(document)} characters; at most {MOST_TWIML} are taken")
    return Target(where, forms.text("Method") or "POST", twiml=document or None)


def _end(exchange: Exchange, call: Call, status: str) -> str:
    """How it stands then. canceled: while it is queued or ringing; a call that was picked up goes on, which is no
    error. completed: at any time before its end."""
    if status not in ("canceled", "completed"):
        raise RestError(400, 21218, f"Status must be canceled or completed, not {status!r}")
    with exchange.lock:
        if call.ended or call.over:
            raise RestError(400, 21220, f"the call is {call.status}: it can't be {status}")
        if status == "canceled" and call.answered_at is not None:
            return call.status
        call.end("the line ended the call" if call.answered_at else "canceled")
        return status


def _move(exchange: Exchange, call: Call, target: Target) -> None:
    with exchange.lock:
        if call.status != "in-progress" or call.over:
            raise RestError(400, 21220, f"the call is {call.status}, not in progress: it can't be redirected")
        call.move(target)
