"""Recordings (twilio.com/docs/voice/api/recording). The audio asks for the account too, as Twilio can be told to."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from checkin.practice.api.errors import find
from checkin.practice.api.lists import between, equal, page, rfc2822
from checkin.practice.api.routes import ApiRoute, gone
from checkin.practice.exchange import Exchange
from checkin.practice.state import PracticeRecording


def routes(exchange: Exchange) -> list[ApiRoute]:
    """List, fetch, audio, delete."""

    def listing(call: str = "") -> Response:
        with exchange.lock:
            kept = list(reversed(exchange.recordings.values()))
        kept = [recording for recording in kept if call in ("", recording.call_sid)]
        kept = equal(kept, CallSid=lambda recording: recording.call_sid)
        kept = between(kept, "DateCreated", lambda recording: recording.made_at)
        return page("recordings", kept, lambda recording: as_json(exchange, recording))

    def fetch(sid: str) -> Response:
        return jsonify(as_json(exchange, find(exchange.recordings, sid)))

    def audio(sid: str) -> Response:
        return Response(find(exchange.recordings, sid).audio, mimetype="audio/x-wav")

    def delete(sid: str) -> Response:
        find(exchange.recordings, sid)
        with exchange.lock:
            exchange.recordings.pop(sid, None)
        return gone()

    found = "/Recordings/<sid>.json"
    return [
        ApiRoute("recordings.list", "GET", "/Recordings.json", listing),
        ApiRoute("recordings.of_call", "GET", "/Calls/<call>/Recordings.json", listing),
        ApiRoute("recordings.fetch", "GET", found, fetch),
        ApiRoute("recordings.audio", "GET", "/Recordings/<sid>.wav", audio),
        ApiRoute("recordings.delete", "DELETE", found, delete),
    ]


def as_json(exchange: Exchange, practice_recording: PracticeRecording) -> dict[str, Any]:
    """A Recording as Twilio shows it."""
    base = f"/2010-04-01/Accounts/{exchange.settings.account}/Recordings/{practice_recording.sid}"
    return {
        "sid": practice_recording.sid,
        "account_sid": exchange.settings.account,
        "api_version": "2010-04-01",
        "call_sid": practice_recording.call_sid,
        "conference_sid": None,
        "status": practice_recording.status,
        "duration": str(round(practice_recording.seconds)),
        "channels": 1,
        "source": "RecordVerb",
        "start_time": rfc2822(practice_recording.made_at),
        "date_created": rfc2822(practice_recording.made_at),
        "date_updated": rfc2822(practice_recording.made_at),
        "price": None,
        "price_unit": "USD",
        "error_code": None,
        "encryption_details": None,
        "uri": f"{base}.json",
        "media_url": f"https://api.twilio.com{base}",
        "subresource_uris": {},
    }
