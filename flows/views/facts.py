"""A part of a flow as plain facts: a name for each thing that its author decided, and the value in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from flows.model.durations import write_duration
from flows.model.flow import Flow
from flows.model.step import PerChannel, StepShape
from flows.model.text import SLOTS, Shape, Text, WordList

CHANNELS = {"sms": " by text", "voice": " by call", "text": "", "audio": " as a recording"}

Facts = dict[str, str]


def of_step(step: StepShape) -> Facts:
    """What a step says: `words (en)`, `wait by text`, `on timeout`... `id` is its name, not a fact."""
    found: Facts = {}
    for name, field in type(step).model_fields.items():
        value = getattr(step, name)
        if name in {"id", "then", "to", *step.told_apart} or (value == field.default and name != step.verb):
            continue
        found.update(_facts(value, "" if name == step.verb else (field.alias or name)))
    found = step.facts(found)
    found.update({f"on {outcome}": target for outcome, target in step.then.items()})
    return {**found, "goes on to": step.to} if step.to else found


def of_header(flow: Flow) -> Facts:
    """What stands above the steps: title, channels, variables, where to go when anything fails..."""
    found: Facts = {}
    for name, field in type(flow.body).model_fields.items():
        value = getattr(flow.body, name)
        if name in ("flow", "dsl", "steps") or value == field.default:
            continue
        found.update(_facts(value, {"vars": "variable"}.get(name, name)))
    return found


def is_text(value: str) -> bool:
    """Whether this value is something that is said, in its quotation marks."""
    return value.startswith("“")


def _facts(value: object, name: str) -> Iterator[tuple[str, str]]:
    match value:
        case None:
            return
        case Text():
            for slot in SLOTS:
                for language, words in getattr(value, slot).items():
                    yield _join(name or "words", f"{CHANNELS[slot]} ({language})", glue=""), f"“{words}”"
        case WordList():
            if value.every:
                yield name, ", ".join(value.every)
            for language, listed in value.by_language.items():
                yield f"{name} ({language})", ", ".join(listed)
        case PerChannel():
            for channel in ("sms", "voice"):
                if (length := getattr(value, channel)) is not None:
                    yield f"{name}{CHANNELS[channel]}", _length(length)
        case Shape():
            yield from _of_shape(value, name)
        case Mapping():
            for key, part in value.items():
                yield from _facts(part, _join({"choices": "choice"}.get(name, name), str(key)))
        case timedelta():
            yield name or "length", _length(value)
        case bool():
            yield name or "value", "yes" if value else "no"
        case tuple():
            yield name or "list", ", ".join(map(str, value))
        case _:
            yield name or "what", str(value)


def _of_shape(shape: Shape, name: str) -> Iterator[tuple[str, str]]:
    found = [
        fact
        for key, field in type(shape).model_fields.items()
        if (value := getattr(shape, key)) != field.default
        for fact in _facts(value, _join(name, field.alias or key))
    ]
    yield from found or [(name, "yes")] if name else found


def _length(length: timedelta) -> str:
    """In hours up to three days, so that 20h and 24h can be compared at a glance."""
    hours, rest = divmod(int(length.total_seconds()), 3600)
    return f"{hours}h" if not rest and hours < 72 else write_duration(length)


def _join(name: str, part: str, glue: str = " ") -> str:
    return f"{name}{glue}{part}" if name else part
