"""Conferences and their participants (twilio.com/docs/voice/api/conference-resource)."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request

from checkin.practice.api import forms
from checkin.practice.api.errors import RestError, not_found
from checkin.practice.api.lists import between, equal, page, rfc2822
from checkin.practice.api.routes import ApiRoute, gone
from checkin.practice.calls import rooms
from checkin.practice.exchange import Exchange
from checkin.practice.state import Room, RoomMember


def routes(exchange: Exchange) -> list[ApiRoute]:
    """Conferences: list, fetch, speak into, end."""

    def listing() -> Response:
        with exchange.lock:
            found = [room for room in reversed(exchange.rooms.values()) if room.kind == "conference"]
        found = equal(found, FriendlyName=lambda room: room.name, Status=lambda room: room.status)
        found = between(found, "DateCreated", lambda room: room.made_at)
        return page("conferences", found, lambda room: as_json(exchange, room))

    def fetch(sid: str) -> Response:
        return jsonify(as_json(exchange, find(exchange, sid)))

    def update(sid: str) -> Response:
        room = find(exchange, sid)
        if forms.text("Status") not in ("", "completed"):
            raise RestError(400, 20001, "a conference's Status can only be set to completed")
        where = forms.url("AnnounceUrl", 21205)
        if where:
            if not room.started or room.over:
                raise RestError(400, 21220, f"the conference is {room.status}: nobody would hear it")
            method = forms.text("AnnounceMethod") or "POST"
            exchange.later.now(lambda: rooms.announce(exchange, room, where, method))
        if forms.text("Status"):
            rooms.end(exchange, room, "conference-ended-via-api")
        return jsonify(as_json(exchange, room))

    chosen = "/Conferences/<sid>.json"
    return [
        ApiRoute("conferences.list", "GET", "/Conferences.json", listing),
        ApiRoute("conferences.fetch", "GET", chosen, fetch),
        ApiRoute("conferences.update", "POST", chosen, update),
        *_participants(exchange),
    ]


def _participants(exchange: Exchange) -> list[ApiRoute]:
    """Participants: list, fetch, change, take out."""

    def listing(sid: str) -> Response:
        room = find(exchange, sid)
        with exchange.lock:
            members = list(room.members.values())
        return page("participants", members, lambda member: member_json(exchange, room, member))

    def fetch(sid: str, call: str) -> Response:
        room = find(exchange, sid)
        return jsonify(member_json(exchange, room, _member(room, call)))

    def update(sid: str, call: str) -> Response:
        room = find(exchange, sid)
        with exchange.lock:
            _change(exchange, room, _member(room, call))
        return fetch(sid, call)

    def delete(sid: str, call: str) -> Response:
        with exchange.lock:
            member = _member(find(exchange, sid), call)
            member.out = True
            member.call.wake()
        return gone()

    found = "/Conferences/<sid>/Participants/<call>.json"
    return [
        ApiRoute("participants.list", "GET", "/Conferences/<sid>/Participants.json", listing),
        ApiRoute("participants.fetch", "GET", found, fetch),
        ApiRoute("participants.update", "POST", found, update),
        ApiRoute("participants.delete", "DELETE", found, delete),
    ]


def _change(exchange: Exchange, room: Room, member: RoomMember) -> None:
    muted, hold = forms.yes("Muted", member.muted), forms.yes("Hold", member.hold)
    if muted != member.muted:
        member.muted = muted
        rooms.tell(exchange, room, "mute" if muted else "unmute", member)
    if hold != member.hold:
        member.hold = hold
        rooms.tell(exchange, room, "hold" if hold else "unhold", member)
    ends = forms.yes("EndConferenceOnExit", member.ends)
    if ends != member.ends:
        member.ends = ends
        rooms.tell(exchange, room, "modify", member)


def as_json(exchange: Exchange, room: Room) -> dict[str, Any]:
    """A Conference as Twilio shows it."""
    base = f"/2010-04-01/Accounts/{exchange.settings.account}/Conferences/{room.sid}"
    return {
        "sid": room.sid,
        "account_sid": exchange.settings.account,
        "api_version": "2010-04-01",
        "friendly_name": room.name,
        "status": room.status,
        "region": "us1",
        "date_created": rfc2822(room.made_at),
        "date_updated": rfc2822(room.updated_at or room.made_at),
        "reason_conference_ended": room.reason,
        "call_sid_ending_conference": room.ended_by,
        "uri": f"{base}.json",
        "subresource_uris": {"participants": f"{base}/Participants.json"},
    }


def member_json(exchange: Exchange, room: Room, member: RoomMember) -> dict[str, Any]:
    """A Participant as Twilio shows it."""
    base = f"/2010-04-01/Accounts/{exchange.settings.account}/Conferences/{room.sid}"
    return {
        "account_sid": exchange.settings.account,
        "call_sid": member.call.sid,
        "conference_sid": room.sid,
        "label": member.label or None,
        "muted": member.muted,
        "hold": member.hold,
        "coaching": False,
        "call_sid_to_coach": None,
        "status": "connected",
        "queue_time": "0",
        "start_conference_on_enter": member.starts,
        "end_conference_on_exit": member.ends,
        "date_created": rfc2822(member.joined_at),
        "date_updated": rfc2822(member.joined_at),
        "uri": f"{base}/Participants/{member.call.sid}.json",
    }


def find(exchange: Exchange, sid: str) -> Room:
    """The conference, living or over. Raises RestError 20404."""
    room = exchange.rooms.get(sid)
    if room is None or room.kind != "conference":
        raise not_found(request.path)
    return room


def _member(room: Room, call: str) -> RoomMember:
    for member in room.members.values():
        if call in (member.call.sid, member.label):
            return member
    raise not_found(request.path)
