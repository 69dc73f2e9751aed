"""Phones: get one, text, call, press, speak, be silent, record, answer, decline, hang up."""

from __future__ import annotations

import base64
import binascii
from typing import Any, cast, get_args

from flask import Blueprint, Response, jsonify, request

from checkin.practice import sounds
from checkin.practice.calls import placing
from checkin.practice.control import acting, showing
from checkin.practice.control.acting import NotPossible
from checkin.practice.exchange import Exchange
from checkin.practice.state import PhoneState, WhenCalled
from checkin.practice.texts import receiving
from checkin.practice.texts.sending import E164, SENDER

WAIT = 5.0  # real seconds for the line to listen


def add(part: Blueprint, exchange: Exchange) -> None:
    """Put the phones' addresses on the control API."""

    @part.post("/phones")
    def claim() -> Response:
        return jsonify(showing.phone(_claim(exchange, body())))

    @part.get("/phones/<id>")
    def show(id: str) -> Response:
        with exchange.lock:
            return jsonify(showing.phone(_find(exchange, id)))

    @part.get("/phones/<id>/texts")
    def texts(id: str) -> Response:
        return jsonify(texts=showing.texts(exchange, _find(exchange, id)))

    @part.post("/phones/<id>/<act>")
    def act(id: str, act: str) -> Response:
        phone = _find(exchange, id)
        action = ACTS.get(act)
        if action is None:
            raise NotPossible(f"a phone can't {act!r}; it can {', '.join(ACTS)}")
        answer = action(exchange, phone, body())
        with exchange.lock:
            return jsonify(showing.phone(phone) | (answer or {}))


def body() -> dict[str, Any]:
    """The JSON object that was posted; empty when nothing was."""
    read = request.get_json() if request.data else {}
    if not isinstance(read, dict):
        raise NotPossible("post a JSON object")
    return read


def _find(exchange: Exchange, id: str) -> PhoneState:
    phone = exchange.phones.get(id)
    if phone is None:
        raise NotPossible(f"there is no phone {id}: claim it with POST /practice/phones")
    return phone


def _claim(exchange: Exchange, wanted: dict[str, Any]) -> PhoneState:
    """Take a phone into one's hand, or change how it behaves. A number of null is one that nobody can see or reach."""
    number, name = wanted.get("number"), str(wanted.get("name") or "")
    if number is not None and not SENDER.fullmatch(str(number)):
        raise NotPossible(f"{number!r} is no phone number; write it as +15555550101 (or a short code, or a name)")
    if number is None and not name:
        raise NotPossible("a phone without a number needs a name")
    when = wanted.get("when_called", "ring")
    if when not in get_args(WhenCalled):
        raise NotPossible(f"when_called can be {', '.join(get_args(WhenCalled))}, not {when!r}")
    with exchange.lock:
        id = str(number) if number else f"withheld-{name.lower()}"
        phone = exchange.phones.setdefault(id, PhoneState(id=id, number=number, name=name or id))
        phone.name = name or phone.name
        phone.claimed = True
        phone.when_called = cast("WhenCalled", when)
        phone.patient = wanted.get("patient", phone.patient)
        phone.withheld = bool(wanted.get("withheld", phone.withheld))
        phone.text_error = wanted.get("text_error", phone.text_error)
        if phone.live is not None:
            phone.live.wake()
        return phone


def _text(exchange: Exchange, phone: PhoneState, said: dict[str, Any]) -> dict[str, Any]:
    line = _line(exchange, said)
    if phone.number is None or phone.withheld:
        raise NotPossible(f"{phone.name} withholds the number; texts need one")
    picture = _decoded(said, "picture") if said.get("picture") else None
    app = str(said.get("app") or "")
    if app not in ("", "rcs", "whatsapp"):
        raise NotPossible(f"texts come by rcs, by whatsapp or as they are, not by {app!r}")
    text = receiving.take(exchange, phone, line, str(said.get("body", "")), picture, app)
    if said.get("wait", True):
        receiving.bring(exchange, text)
    else:
        exchange.later.now(lambda: receiving.bring(exchange, text))
    return {"text": text.sid}


def _call(exchange: Exchange, phone: PhoneState, said: dict[str, Any]) -> dict[str, Any]:
    if not E164.fullmatch(_line(exchange, said)):
        raise NotPossible("a short code takes texts alone: nobody can call it")
    try:
        shows = said.get("shows")
        if shows is not None and not E164.fullmatch(str(shows)):
            raise NotPossible(f"{shows!r} is no phone number to show; write it as +15555550101")
        verdict = str(said.get("verdict", placing.ATTESTED if shows is None else placing.FORGED))
        call = placing.call_line(exchange, phone, _line(exchange, said), verdict, shows)
    except placing.Engaged as engaged:
        raise NotPossible(str(engaged)) from None
    return {"sid": call.sid}


def _record(exchange: Exchange, phone: PhoneState, said: dict[str, Any]) -> None:
    if said.get("audio"):
        try:
            sound = sounds.telephone(_decoded(said, "audio"))
        except ValueError as problem:
            raise NotPossible(f"`audio` is not what it should be: {problem}") from None
    elif said.get("words"):
        sound = sounds.spoken(str(said["words"]))
    else:
        sound = sounds.tone(float(said.get("seconds", 3)))
    acting.record(exchange, phone, sound, str(said.get("then", "#")), _wait(said))


def _decoded(said: dict[str, Any], name: str) -> bytes:
    try:
        return base64.b64decode(str(said[name]), validate=True)
    except binascii.Error as problem:
        raise NotPossible(f"`{name}` is not what it should be: {problem}") from None


def _line(exchange: Exchange, said: dict[str, Any]) -> str:
    line = said.get("to") or next(iter(exchange.numbers), None)
    if line not in exchange.numbers:
        raise NotPossible(
            f"{line} is no number of this network's line; there are {', '.join(exchange.numbers) or 'none'}"
        )
    return str(line)


def _wait(said: dict[str, Any]) -> float:
    return float(said.get("wait", WAIT))


ACTS: dict[str, Any] = {
    "text": _text,
    "call": _call,
    "record": _record,
    "press": lambda exchange, phone, said: acting.press(exchange, phone, str(said.get("keys", "")), _wait(said)),
    "say": lambda exchange, phone, said: acting.say(exchange, phone, str(said.get("words", "")), _wait(said)),
    "silence": lambda exchange, phone, said: acting.keep_silent(exchange, phone, _wait(said)),
    "answer": lambda exchange, phone, said: _pick(exchange, phone, "answered", said),
    "decline": lambda exchange, phone, said: _pick(exchange, phone, "declined", said),
    "ignore": lambda exchange, phone, said: _pick(exchange, phone, "ignored", said),
    "hangup": lambda exchange, phone, said: acting.hang_up(exchange, phone),
}


def _pick(exchange: Exchange, phone: PhoneState, choice: Any, said: dict[str, Any]) -> None:
    acting.pick(exchange, phone, choice, _wait(said))
