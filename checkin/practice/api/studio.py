"""Studio flows (studio.twilio.com): made, published, deleted, and run when their address is a webhook.

Definitions are held to the schema of 2019-09 for the widgets below; others are refused here. A text or call that comes
to a flow's address is answered with the TwiML that its widgets amount to.
"""

from __future__ import annotations

import json
from typing import Any

from flask import Flask, Response, jsonify, request

from checkin.practice import studio_flows
from checkin.practice.api import forms
from checkin.practice.api.errors import RestError, find
from checkin.practice.api.lists import meta_page
from checkin.practice.api.messaging import iso
from checkin.practice.api.routes import ApiRoute, gone, made
from checkin.practice.exchange import Exchange
from checkin.practice.ids import new_sid
from checkin.practice.state import PracticeFlow

INVALID = 81022


def routes(exchange: Exchange) -> list[ApiRoute]:
    """Flows: list, validate, create, fetch, change, delete."""
    flows = exchange.account.flows

    def listing() -> Response:
        with exchange.lock:
            kept = list(flows.values())
        return meta_page("flows", kept, lambda flow: as_json(exchange, flow) | {"definition": None})

    def validate() -> Response:
        _name(), _status(), _definition()
        return jsonify(valid=True)

    def create() -> tuple[Response, int]:
        name, status, definition = _name(), _status(), _definition()
        flow = PracticeFlow(new_sid("FW"), name, status, definition, exchange.clock.now())
        with exchange.lock:
            flows[flow.sid] = flow
        return made(as_json(exchange, flow))

    def fetch(sid: str) -> Response:
        return jsonify(as_json(exchange, find(exchange.account.flows, sid)))

    def update(sid: str) -> Response:
        flow, status = find(exchange.account.flows, sid), _status()
        if "Definition" in request.form:
            flow.definition = _definition()
        flow.status, flow.name = status, forms.text("FriendlyName") or flow.name
        flow.revision += 1
        return jsonify(as_json(exchange, flow))

    def delete(sid: str) -> Response:
        find(exchange.account.flows, sid)
        with exchange.lock:
            flows.pop(sid, None)
        return gone()

    found = "/v2/Flows/<sid>"
    return [
        ApiRoute("flows.list", "GET", "/v2/Flows", listing, root=""),
        ApiRoute("flows.create", "POST", "/v2/Flows", create, root=""),
        ApiRoute("flows.validate", "POST", "/v2/Flows/Validate", validate, root=""),
        ApiRoute("flows.fetch", "GET", found, fetch, root=""),
        ApiRoute("flows.update", "POST", found, update, root=""),
        ApiRoute("flows.delete", "DELETE", found, delete, root=""),
    ]


def serve(app: Flask, exchange: Exchange) -> None:
    """Put the flows' own addresses on the app: what a number's webhook or fallback may be."""

    @app.post("/v1/Accounts/<account>/Flows/<sid>", endpoint="flows.run")
    def run(account: str, sid: str) -> Response:
        flow = exchange.account.flows.get(sid)
        if account != exchange.settings.account or flow is None or flow.status != "published":
            return Response("", 404)
        return Response(studio_flows.answer(flow.definition, request.form.to_dict()), mimetype="text/xml")


def as_json(exchange: Exchange, flow: PracticeFlow) -> dict[str, Any]:
    """A Flow as Twilio shows it; its address is one of ours."""
    account = exchange.settings.account
    return {
        "sid": flow.sid,
        "account_sid": account,
        "author_sid": None,
        "friendly_name": flow.name,
        "definition": flow.definition,
        "status": flow.status,
        "revision": flow.revision,
        "commit_message": None,
        "valid": True,
        "errors": [],
        "warnings": [],
        "date_created": iso(flow.made_at),
        "date_updated": iso(flow.made_at),
        "webhook_url": f"{request.host_url}v1/Accounts/{account}/Flows/{flow.sid}",
        "url": f"https://studio.twilio.com/v2/Flows/{flow.sid}",
        "links": {},
    }


def _name() -> str:
    return forms.text("FriendlyName") or _missing("FriendlyName")


def _status() -> str:
    status = forms.text("Status") or _missing("Status")
    if status not in ("draft", "published"):
        raise RestError(400, 20001, f"Status is draft or published, not {status!r}")
    return status


def _definition() -> dict[str, Any]:
    try:
        definition = json.loads(request.form.get("Definition") or _missing("Definition"))
    except ValueError:
        raise RestError(400, INVALID, "Flow definition validation failed: it is no JSON") from None
    if wrong := studio_flows.complaints(definition):
        raise RestError(422, INVALID, f"Flow definition validation failed: {'; '.join(wrong)}")
    kept: dict[str, Any] = definition
    return kept


def _missing(name: str) -> str:
    raise RestError(400, 20001, f"Missing required parameter {name} in the post body")
