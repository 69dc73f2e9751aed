"""Definitions of Studio flows: what is wrong with one, and what it answers to a text or call.

By the schemas at twilio.com/docs/studio/rest-api/v2/schemas, for the widgets that are named here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape, quoteattr

MOST_STEPS = 100
MOST_STATES = 1000
_NAME = re.compile(r"[a-zA-Z0-9_-]+")
_VARIABLE = re.compile(r"\{\{\s*([a-z.A-Z]+)\s*\}\}")


@dataclass(frozen=True)
class Widget:
    """A type of state: the events that lead on from it, and the properties that it must and may have."""

    events: frozenset[str]
    needs: frozenset[str]
    takes: frozenset[str] = frozenset()


WIDGETS = {
    "trigger": Widget(
        frozenset({
            "incomingMessage", "incomingCall", "incomingConversationMessage", "incomingRequest", "incomingParent",
        }),
        frozenset(),
    ),
    "send-message": Widget(
        frozenset({"sent", "failed"}), frozenset({"from", "body"}),
        frozenset({"to", "service", "channel", "attributes", "media_url"}),
    ),
    "say-play": Widget(
        frozenset({"audioComplete"}), frozenset(), frozenset({"say", "play", "voice", "language", "loop", "digits"})
    ),
    "connect-call-to": Widget(
        frozenset({"callCompleted", "hangup"}), frozenset({"noun", "caller_id"}),
        frozenset({"to", "timeout", "record", "sip_endpoint", "sip_username", "sip_password"}),
    ),
    "split-based-on": Widget(frozenset({"noMatch", "match"}), frozenset({"input"})),
}  # fmt: skip


def complaints(definition: Any) -> list[str]:
    """What the schema says against it."""
    if not isinstance(definition, dict):
        return ["it is no object"]
    states = definition.get("states")
    if not isinstance(states, list) or not 1 <= len(states) <= MOST_STATES:
        return ["states must be a list of 1 to 1000"]
    found = [f"{name} is missing" for name in ("description", "initial_state") if not definition.get(name)]
    if not isinstance(definition.get("flags", {}).get("allow_concurrent_calls"), bool):
        found.append("flags.allow_concurrent_calls must be true or false")
    names = [state.get("name") for state in states]
    if len(set(names)) < len(names):
        found.append("names of widgets must be unique")
    if definition.get("initial_state") not in names:
        found.append("initial_state names no widget")
    for state in states:
        found += _of_state(state, names)
    return found


def _of_state(state: Mapping[str, Any], names: list[Any]) -> Iterator[str]:
    name = str(state.get("name", ""))
    if not _NAME.fullmatch(name):
        yield f"{name!r} is no name of a widget"
    widget = WIDGETS.get(str(state.get("type")))
    if widget is None:
        yield f"{name}: there is no widget of type {state.get('type')!r}"
        return
    properties = state.get("properties", {})
    missing = sorted(widget.needs - properties.keys())
    strange = sorted(properties.keys() - widget.needs - widget.takes - {"offset"})
    yield from (f"{name}: {prop} is missing" for prop in missing)
    yield from (f"{name}: {prop} is not allowed" for prop in strange)
    for transition in state.get("transitions", ()):
        if transition.get("event") not in widget.events:
            yield f"{name}: there is no event {transition.get('event')!r}"
        if transition.get("next") not in (None, *names):
            yield f"{name}: leads to {transition.get('next')!r}, which is no widget"


def answer(definition: Mapping[str, Any], form: Mapping[str, str]) -> str:
    """The TwiML that the flow answers to a webhook with these parameters."""
    call = "CallSid" in form
    outbound = form.get("Direction", "").startswith("outbound")
    known = {
        "flow.channel.address": form.get("From" if outbound else "To", ""),
        "contact.channel.address": form.get("To" if outbound else "From", ""),
        "trigger.call.Direction": form.get("Direction", ""),
    }
    states = {state["name"]: state for state in definition["states"]}
    place = _next(states[definition["initial_state"]], "incomingCall" if call else "incomingMessage")
    said: list[str] = []
    for _ in range(MOST_STEPS):
        if place is None:
            break
        place = _step(states[place], known, said)
    return f"<Response>{''.join(said)}</Response>"


def _step(state: Mapping[str, Any], known: Mapping[str, str], said: list[str]) -> str | None:
    """What one widget says is added to `said`; the name of the next one."""
    told = state.get("properties", {})

    def fill(name: str) -> str:
        return _VARIABLE.sub(lambda found: known.get(found[1], ""), str(told.get(name, "")))

    match state["type"]:
        case "send-message":
            said.append(f"<Message>{escape(fill('body'))}</Message>")
            return _next(state, "sent")
        case "say-play":
            how = "".join(f" {name}={quoteattr(fill(name))}" for name in ("voice", "language") if told.get(name))
            said.append(f"<Say{how}>{escape(fill('say'))}</Say>")
            return _next(state, "audioComplete")
        case "connect-call-to":
            shown, timeout = quoteattr(fill("caller_id")), quoteattr(str(told.get("timeout", 30)))
            said.append(f"<Dial callerId={shown} timeout={timeout}><Number>{escape(fill('to'))}</Number></Dial>")
            return _next(state, "callCompleted")
        case _:
            return _split(state, fill("input"))


def _split(state: Mapping[str, Any], value: str) -> str | None:
    for transition in state["transitions"]:
        tests = transition.get("conditions", ())
        if tests and all(test["type"] == "equal_to" and test["value"] == value for test in tests):
            following: str | None = transition.get("next")
            return following
    return _next(state, "noMatch")


def _next(state: Mapping[str, Any], event: str) -> str | None:
    found = (transition.get("next") for transition in state["transitions"] if transition["event"] == event)
    return next(found, None)
