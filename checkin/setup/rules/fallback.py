"""What answers at the network while we are down: a Studio flow for texts and calls, those that we place included.

It holds no secret and asks nobody: who we are, the crisis numbers, and for callers a number that is dialed if there is
one. That number is shown the line's own, never the caller's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

RING_FOR = 30
"""Seconds that the backup number rings."""

SCHEMA = "A line's answer while its own server doesn't answer. Made by checkin setup; change it there."

LINE, CONTACT, DIRECTION = "{{flow.channel.address}}", "{{contact.channel.address}}", "{{trigger.call.Direction}}"


@dataclass(frozen=True)
class SpokenWords:
    """What is said in one language, and by which voice. code: the language as the line calls it."""

    code: str
    language: str
    voice: str
    words: str


def definition(text: str, spoken: Sequence[SpokenWords], backup: str | None) -> dict[str, Any]:
    """The flow. text: what a text is answered. backup: a number (E.164) for callers; None: the call ends."""
    ours = _say("we_called", spoken, None)
    theirs = _say("they_called", spoken, "backup" if backup else None)
    states = [
        _state("Trigger", "trigger", {
            "incomingMessage": "answer_text", "incomingCall": "who_called", "incomingConversationMessage": None,
            "incomingRequest": None, "incomingParent": None,
        }, {}),
        _state("answer_text", "send-message", {"sent": None, "failed": None}, {
            "service": "{{trigger.message.InstanceSid}}", "channel": "{{trigger.message.ChannelSid}}",
            "from": LINE, "to": CONTACT, "body": text,
        }),
        _who_called(str(ours[0]["name"]), str(theirs[0]["name"])),
        *ours,
        *theirs,
    ]  # fmt: skip
    if backup:
        dialed = {"caller_id": LINE, "noun": "number", "to": backup, "timeout": RING_FOR}
        states.append(_state("backup", "connect-call-to", {"callCompleted": None, "hangup": None}, dialed))
    return {
        "description": SCHEMA,
        "states": states,
        "initial_state": "Trigger",
        "flags": {"allow_concurrent_calls": True},
    }


def _who_called(ours: str, theirs: str) -> dict[str, Any]:
    """A call that we placed is answered by a volunteer or a contact whom we rang: nobody is dialed then."""
    match = {
        "event": "match",
        "next": ours,
        "conditions": [
            {"friendly_name": "we placed it", "arguments": [DIRECTION], "type": "equal_to", "value": "outbound-api"}
        ],
    }
    state = _state("who_called", "split-based-on", {"noMatch": theirs}, {"input": DIRECTION})
    state["transitions"].append(match)
    return state


def _say(prefix: str, spoken: Sequence[SpokenWords], then: str | None) -> list[dict[str, Any]]:
    """A widget for each language, one after the other."""
    names = [f"{prefix}_{part.code.replace('-', '_')}" for part in spoken]
    return [
        _state(name, "say-play", {"audioComplete": after}, {
            "say": part.words, "voice": part.voice, "language": part.language, "loop": 1,
        })
        for name, after, part in zip(names, [*names[1:], then], spoken, strict=True)
    ]  # fmt: skip


def _state(name: str, kind: str, leads: dict[str, str | None], properties: dict[str, Any]) -> dict[str, Any]:
    transitions: list[dict[str, Any]] = [
        {"event": event, **({"next": following} if following else {})} for event, following in leads.items()
    ]
    placed = {"offset": {"x": 0, "y": 0}, **properties}
    return {"name": name, "type": kind, "transitions": transitions, "properties": placed}
