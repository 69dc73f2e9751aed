"""Telling a person what happened: behind a failed expectation, and in the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Event = dict[str, Any]
SHOWN = 25
BODY = 600


def account(events: list[Event], trace: list[dict[str, Any]], refusals: list[dict[str, Any]]) -> str:
    """The last events, the last requests with their answers, and every refusal."""
    lines = ["", "what happened:"]
    lines += [f"  {event['n']:>4} {event['phone'] or 'network'}: {sentence(event, {})}" for event in events[-SHOWN:]]
    lines += ["", "what the line was asked:"]
    lines += [f"  {line}" for line in _asked(trace[-SHOWN:])]
    if refusals:
        lines += ["", "what the carrier refused:"]
        lines += [f"  {refusal['code']} {refusal['what']} ({refusal['where']})" for refusal in refusals]
    return "\n".join(lines)


def sentence(event: Event, names: Mapping[str, str]) -> str:
    """One event in words; names are those of the phones that are mentioned."""
    kind = event["kind"]
    if kind == "heard":
        return _heard(event, names)
    if kind in ("joined", "company", "left"):
        return _in_a_room(event, names)
    return _PLAIN[kind].format_map(event) if kind in _PLAIN else _rest(event, names)


_PLAIN = {
    "text": "reads: {body}",
    "texted": "texts: {body}",
    "calling": "calls {to}",
    "missed": "stops ringing: {why}",
    "answered": "picks up",
    "beep": "hears a tone",
    "recording": "is recorded now, for {longest:.0f} s at most",
    "pressed": "presses {key}",
    "silent": "keeps silent",
    "ended": "is off the phone: {why}",
    "refused": "Twilio would object: {what} ({code})",
    "clock": "the practice clock is {offset:.0f} s ahead",
}


def _rest(event: Event, names: Mapping[str, str]) -> str:
    match event["kind"]:
        case "ringing":
            return f"RINGS: a call from {names.get(event['from'], event['from'])}"
        case "said":
            return f"says: {event['text']}" if event["text"] else f"speaks for {event.get('seconds')} s"
        case "asked":
            press = "press a key" if event["digits"] == 1 else "press keys"
            return f"can {' or '.join([press] * event['keys'] + ['speak'] * event['words'])} now"
        case kind:
            return str(kind)


def _heard(event: Event, names: Mapping[str, str]) -> str:
    match event["how"]:
        case "say" | "error":
            return f"hears: {event['text']}"
        case "play":
            return f"hears a recording of {event['seconds']} s"
        case "voice":
            return f"hears {names.get(event['who'], event['who'])}: {event['text']}"
        case "music":
            return "hears music"
        case "ringback":
            return "hears it ring"
        case how:
            return f"hears {how}"


def _in_a_room(event: Event, names: Mapping[str, str]) -> str:
    if event["kind"] == "joined":
        others = " and ".join(names.get(other, other) for other in event["others"])
        return f"is joined with {others}" if others else "waits in a room of their own"
    who = names.get(event["who"], event["who"])
    return f"is joined by {who}" if event["kind"] == "company" else f"is left by {who}"


def _asked(trace: Iterable[dict[str, Any]]) -> Iterable[str]:
    for passed in trace:
        yield f"{passed['n']:>4} {passed['why']}: {passed['method']} {passed['url']} -> {passed['status']}"
        if passed["body"].strip() and passed["status"] != 204 and "<Response />" not in passed["body"]:
            yield f"       {' '.join(passed['body'].split())[:BODY]}"
