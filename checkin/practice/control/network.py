"""The network itself: events, trace, refusals, faults, clock, pace."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from checkin.practice.control import showing
from checkin.practice.control.acting import NotPossible
from checkin.practice.control.phones import body
from checkin.practice.exchange import Exchange

LONGEST_POLL = 60.0


def add(part: Blueprint, exchange: Exchange) -> None:
    """Put the network's addresses on the control API."""

    @part.get("/events")
    def events() -> Response:
        since = request.args.get("since", 0, type=int)
        wait = min(LONGEST_POLL, request.args.get("wait", 0.0, type=float))
        found = exchange.log.since(since, request.args.get("phone"), wait)
        return jsonify(events=[event.as_json() for event in found])

    @part.get("/trace")
    def trace() -> Response:
        found = exchange.trace.since(request.args.get("since", 0, type=int), request.args.get("about"))
        return jsonify(trace=[passed.as_json() for passed in found])

    @part.get("/rest")
    def rest() -> Response:
        return jsonify(rest=list(exchange.rest))

    @part.post("/trace/<int:n>/repeat")
    def repeat(n: int) -> Response:
        answer = exchange.webhooks.repeat(n)
        if answer is None:
            raise NotPossible(f"request {n} is not kept")
        words = answer.body.decode(errors="replace")
        return jsonify(status=answer.status, content_type=answer.content_type, body=words)

    _faults(part, exchange)
    _time(part, exchange)


def _faults(part: Blueprint, exchange: Exchange) -> None:
    @part.get("/refusals")
    def refusals() -> Response:
        return jsonify(refusals=[refusal.as_json() for refusal in exchange.refusals.all()])

    @part.delete("/refusals")
    def forget() -> Response:
        exchange.refusals.clear()
        return jsonify(refusals=[])

    @part.get("/faults")
    def faults() -> Response:
        return jsonify(faults=exchange.faults.as_json())

    @part.post("/faults")
    def fault() -> Response:
        try:
            exchange.faults.set(**body())
        except (TypeError, ValueError) as problem:
            raise NotPossible(f"no such fault: {problem}") from None
        return faults()

    @part.delete("/faults")
    def all_well() -> Response:
        exchange.faults.clear()
        return jsonify(faults=[])


def _time(part: Blueprint, exchange: Exchange) -> None:
    @part.get("/clock")
    def clock() -> Response:
        return jsonify(showing.time(exchange))

    @part.post("/clock")
    def forward() -> Response:
        try:
            offset = exchange.clock.forward(float(body().get("forward", 0)))
        except (TypeError, ValueError) as problem:
            raise NotPossible(f"`forward` is a number of seconds: {problem}") from None
        exchange.log.add("clock", offset=offset)
        return jsonify(showing.time(exchange))

    @part.post("/pace")
    def pace() -> Response:
        wanted = body()
        rate = float(wanted.get("pace", exchange.pace.rate))
        if rate <= 0:
            raise NotPossible("`pace` is simulated seconds in a real one, more than 0")
        exchange.clock.passed()
        with exchange.lock:
            exchange.pace.rate = rate
            exchange.pace.patient = bool(wanted.get("patient", exchange.pace.patient))
            for call in exchange.calls.values():
                call.wake()
        return jsonify(showing.time(exchange))
