"""Messages (twilio.com/docs/messaging/api/message-resource)."""

from __future__ import annotations

from typing import Any

from flask import Response, g, jsonify, request

from checkin.practice.api import forms
from checkin.practice.api.errors import RestError, find, not_found
from checkin.practice.api.lists import between, equal, page, rfc2822
from checkin.practice.api.routes import ApiRoute, gone, made
from checkin.practice.exchange import Exchange
from checkin.practice.state import Media, PracticeText
from checkin.practice.texts import sending

ON_ITS_WAY = ("queued", "sending", "accepted")


def routes(exchange: Exchange) -> list[ApiRoute]:
    """Create, list, fetch, redact, delete."""

    def create() -> tuple[Response, int]:
        to, from_, body = forms.text("To"), _sender(exchange), forms.text("Body", strip=False)
        callback = forms.callback("StatusCallback", invalid=21609)
        forms.whole("ValidityPeriod", 1, 36_000, 36_000)
        wrong = sending.problem(exchange, to, from_, body)
        if wrong is not None:
            raise RestError(400, wrong.code, wrong.what)
        text = sending.send(exchange, to, from_, body, callback, early=g.early)
        # Twilio answers before anything is sent; our thread may have been quicker.
        return made(as_json(exchange, text) | {"status": "queued", "date_sent": None})

    def listing() -> Response:
        with exchange.lock:
            texts = list(reversed(exchange.texts.values()))
        texts = equal(texts, To=lambda text: text.to, From=lambda text: text.from_)
        texts = between(texts, "DateSent", lambda text: text.sent_at or text.made_at)
        return page("messages", texts, lambda text: as_json(exchange, text))

    def fetch(sid: str) -> Response:
        return jsonify(as_json(exchange, find(exchange.texts, sid)))

    def update(sid: str) -> Response:
        text = find(exchange.texts, sid)
        if request.form.get("Body") == "":
            if text.status in ON_ITS_WAY:
                raise RestError(400, 20009, "a text that is still on its way can't be redacted yet")
            text.body, text.redacted = "", True
        elif "Body" in request.form:
            raise RestError(400, 20001, "a text's body can only be emptied")
        return jsonify(as_json(exchange, text))

    def delete(sid: str) -> Response:
        if find(exchange.texts, sid).status in ON_ITS_WAY:
            raise RestError(409, 20009, "a text that is still on its way can't be deleted yet")
        with exchange.lock:
            exchange.texts.pop(sid, None)
        return gone()

    found = "/Messages/<sid>.json"
    return [
        ApiRoute("messages.create", "POST", "/Messages.json", create),
        ApiRoute("messages.list", "GET", "/Messages.json", listing),
        ApiRoute("messages.fetch", "GET", found, fetch),
        ApiRoute("messages.update", "POST", found, update),
        ApiRoute("messages.delete", "DELETE", found, delete),
        *_media(exchange),
    ]


def _media(exchange: Exchange) -> list[ApiRoute]:
    """What came with a text: its content at the bare address, and delete."""

    def content(sid: str, media: str) -> Response:
        found = _find_media(exchange, sid, media)
        return Response(found.content, mimetype=found.mime)

    def delete(sid: str, media: str) -> Response:
        found = _find_media(exchange, sid, media)
        with exchange.lock:
            find(exchange.texts, sid).media.remove(found)
        return gone()

    chosen = "/Messages/<sid>/Media/<media>"
    return [
        ApiRoute("media.fetch", "GET", chosen, content),
        ApiRoute("media.delete", "DELETE", f"{chosen}.json", delete),
    ]


def as_json(exchange: Exchange, text: PracticeText) -> dict[str, Any]:
    """A Message as Twilio shows it."""
    uri = f"/2010-04-01/Accounts/{exchange.settings.account}/Messages/{text.sid}.json"
    return {
        "sid": text.sid,
        "account_sid": exchange.settings.account,
        "api_version": "2010-04-01",
        "to": text.shown(text.to),
        "from": text.shown(text.from_),
        "body": text.body,
        "status": text.status,
        "direction": text.direction,
        "num_segments": str(text.segments),
        "num_media": str(len(text.media)),
        "error_code": text.error_code,
        "error_message": None,
        "date_created": rfc2822(text.made_at),
        "date_sent": rfc2822(text.sent_at),
        "date_updated": rfc2822(text.sent_at or text.made_at),
        "messaging_service_sid": None,
        "price": None,
        "price_unit": "USD",
        "uri": uri,
        "subresource_uris": {"media": uri.replace(".json", "/Media.json")},
    }


def _sender(exchange: Exchange) -> str:
    """From; or, for a messaging service, the first of the line's numbers."""
    if forms.text("From"):
        return forms.text("From")
    if forms.text("MessagingServiceSid"):
        return next(iter(exchange.numbers))
    raise RestError(400, 21603, "a 'From' number or a messaging service is required")


def _find_media(exchange: Exchange, sid: str, media: str) -> Media:
    found = next((medium for medium in find(exchange.texts, sid).media if medium.sid == media), None)
    if found is None:
        raise not_found(request.path)
    return found
