"""A reply as stored data, so that a repeated webhook is answered with the very same words."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import timedelta
from typing import Any

from checkin.core.reply import (
    CalledBack,
    NextTurn,
    OfferKeys,
    Reply,
    RoomLeft,
    Then,
    VolunteerCode,
    VolunteerMenu,
    WaitTick,
)
from flows.engine.effects import Ask, HangUp, Hold, Join, Play, PlayBack, Record, Say, Spoken

_KINDS: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        Say, Ask, Play, PlayBack, Record, Hold, Join, HangUp,
        NextTurn, WaitTick, OfferKeys, RoomLeft, VolunteerMenu, VolunteerCode, CalledBack,
    )
}  # fmt: skip


def to_json(reply: Reply) -> str:
    """The reply as JSON that `from_json` reads back to an equal one."""
    return json.dumps({"spoken": [_flat(part) for part in reply.spoken], "then": _flat(reply.then)})


def from_json(stored: str) -> Reply:
    """The reply that `to_json` wrote."""
    data = json.loads(stored)
    return Reply(tuple(_whole(part) for part in data["spoken"]), _whole(data["then"]))


def _flat(part: Spoken | Then | None) -> dict[str, Any] | None:
    if part is None:
        return None
    flat: dict[str, Any] = {"is": type(part).__name__}
    for field in fields(part):
        value = getattr(part, field.name)
        flat[field.name] = {"seconds": value.total_seconds()} if isinstance(value, timedelta) else value
    return flat


def _whole(flat: dict[str, Any] | None) -> Any:
    if flat is None:
        return None
    values = {name: _value(value) for name, value in flat.items() if name != "is"}
    return _KINDS[flat["is"]](**values)


def _value(value: Any) -> Any:
    if isinstance(value, dict):
        return timedelta(seconds=value["seconds"])
    return tuple(value) if isinstance(value, list) else value
