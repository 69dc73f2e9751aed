"""What Studio exports: the JSON of one flow, read with care and without trust."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from flows.words.folding import clean

LARGEST = 4 * 1024 * 1024
MOST_STATES = 500
"""Widgets in one flow; ours may have a thousand steps, and a widget can become two."""


class StudioError(ValueError):
    """This is no flow of Studio's, or none that can be turned into ours. The text says what and where."""


def _as_text(value: object) -> str:
    return clean(str(value), 4000) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


Loose = Annotated[str, BeforeValidator(_as_text)]
"""Text that Studio writes now as a string, now as a number, and sometimes not at all."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Condition(_Part):
    """One comparison of a split."""

    type: Loose = ""
    arguments: tuple[Loose, ...] = ()
    value: Loose = ""


class Transition(_Part):
    """One way out of a widget; `next` is None where nothing was connected."""

    event: Loose = ""
    next: Loose | None = None
    conditions: tuple[Condition, ...] = ()


class State(_Part):
    """One widget."""

    name: Annotated[Loose, Field(min_length=1)]
    type: Loose
    transitions: tuple[Transition, ...] = ()
    properties: Mapping[str, Any] = {}

    def text(self, key: str) -> str:
        """A property as text; empty if it is missing or of another kind."""
        return _as_text(self.properties.get(key))

    def whole(self, key: str) -> int | None:
        """A property as a number from 0 to a million; None if it is no such number."""
        written = self.text(key)
        return int(written) if written.isascii() and written.isdigit() and len(written) < 7 else None

    def pairs(self, key: str) -> list[tuple[str, str]]:
        """A property that lists `{key, value}`."""
        listed = self.properties.get(key)
        found = [part for part in listed if isinstance(part, Mapping)] if isinstance(listed, list) else []
        return [(_as_text(part.get("key")), _as_text(part.get("value"))) for part in found if _as_text(part.get("key"))]

    def next(self, *events: str) -> str | None:
        """The widget that the first of these events that is connected leads to."""
        wired = {transition.event: transition.next for transition in reversed(self.transitions) if transition.next}
        return next((wired[event] for event in events if event in wired), None)


class StudioDefinition(_Part):
    """A flow: its widgets, and the one it begins with."""

    description: Loose = ""
    states: Annotated[tuple[State, ...], Field(min_length=1, max_length=MOST_STATES)]
    initial_state: Loose = "Trigger"


@dataclass(frozen=True)
class Export:
    """A flow as it was exported. `title` is what people called it, if the file says so."""

    definition: StudioDefinition
    title: str
    states: Mapping[str, State]

    @property
    def trigger(self) -> State:
        """The widget that everything begins with."""
        return self.states[self.definition.initial_state]


def read_export(text: str) -> Export:
    """The flow in the JSON of an export, or in what Studio's API answers. Raises StudioError."""
    if len(text) > LARGEST:
        raise StudioError(f"the file is larger than {LARGEST // 1024 // 1024} MB: export one flow at a time")
    try:
        data = json.loads(text)
    except RecursionError:
        raise StudioError("the JSON is nested too deeply to be a flow") from None
    except json.JSONDecodeError as error:
        raise StudioError(f"this is no JSON (line {error.lineno}, column {error.colno}): {error.msg}") from None
    except ValueError:
        raise StudioError("this is no JSON: a number in it is too long") from None
    if not isinstance(data, dict):
        raise StudioError("this is no flow: a JSON object with `states` was expected")
    title = _as_text(data.get("friendly_name")) or _as_text(data.get("friendlyName"))
    if isinstance(data.get("definition"), dict):
        data = data["definition"]
    if "states" not in data:
        raise StudioError("this is no flow of Studio's: `states` is missing. Export it as JSON from its Trigger widget")
    if _is_old(data["states"]):
        raise StudioError(
            "this is Studio's old export format, in which widgets are called InitialState, Gather, ... and name each"
            " other by `sid`: open the flow in Studio today, and save what *Show flow JSON* at its Trigger widget shows"
        )
    return _checked(data, title)


def _is_old(states: object) -> bool:
    """Whether these are the widgets of the format that came before: InitialState instead of trigger, sids for names."""
    found = [state for state in states if isinstance(state, dict)] if isinstance(states, list) else []
    return any(state.get("type") == "InitialState" for state in found) or (
        bool(found) and all("sid" in state and _as_text(state.get("type"))[:1].isupper() for state in found)
    )


def _checked(data: dict[str, Any], title: str) -> Export:
    try:
        definition = StudioDefinition.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise StudioError(f"this is no flow of Studio's: {place}: {first['msg']}") from None
    except RecursionError:
        raise StudioError("the JSON is nested too deeply to be a flow") from None
    states: dict[str, State] = {}
    for state in definition.states:
        if state.name in states:
            raise StudioError(f"two widgets are called {state.name!r}: give each its own name in Studio")
        states[state.name] = state
    if definition.initial_state not in states:
        raise StudioError(f"the first widget, {definition.initial_state!r}, isn't among the states")
    return Export(definition, title or definition.description, states)
