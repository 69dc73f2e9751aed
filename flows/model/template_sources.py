"""Where templates and conditions stand in a flow."""

from __future__ import annotations

from collections.abc import Iterator

from flows.model.flow import FlowFile
from flows.model.step import StepShape
from flows.model.text import SLOTS, Text
from flows.steps import Ask, Branch, FollowUp, Peer, Record, Say, Set, Story, SubFlow

Path = tuple[str | int, ...]


def sources(body: FlowFile) -> Iterator[tuple[Path, str, bool]]:
    """Every text and condition as (path in the file, source, whether it is a condition), in the order of the file."""
    for place, step in enumerate(body.steps):
        for path, source, condition in _of_step(step):
            yield ("steps", place, *path), source, condition


def _of_step(step: StepShape) -> Iterator[tuple[Path, str, bool]]:
    for path, text in slots(step):
        yield from ((path + rest, source, False) for rest, source in _of_text(text))
    match step:
        case Branch():
            for number, arm in enumerate(step.branch):
                if arm.condition is not None:
                    yield ("branch", number, "if"), arm.condition, True
        case Set():
            yield from ((("set", name), value, False) for name, value in step.set.items() if isinstance(value, str))
        case SubFlow():
            yield from ((("with", name), value, False) for name, value in step.give.items() if isinstance(value, str))
        case Story():
            for name in ("topic", "credit"):
                if value := getattr(step.story, name):
                    yield ("story", name), value, False
        case Peer():
            if step.peer.topic:
                yield ("peer", "topic"), step.peer.topic, False
            if step.peer.wish:
                yield ("peer", "wish"), step.peer.wish, False
        case FollowUp():
            if step.follow_up.at:
                yield ("follow_up", "at"), step.follow_up.at, False


def slots(step: StepShape) -> Iterator[tuple[Path, Text]]:
    """Every text slot of a step, with its path inside the step."""
    match step:
        case Say():
            yield ("say",), step.say
        case Ask():
            yield ("ask",), step.ask
            for name, choice in (step.choices or {}).items():
                yield ("choices", name, "label"), choice.label
            if step.invalid:
                yield ("invalid",), step.invalid
        case Record():
            yield ("record",), step.record


def _of_text(text: Text) -> Iterator[tuple[Path, str]]:
    """The path inside the slot as far as it is written there: a bare string has none."""
    written = [slot for slot in SLOTS if getattr(text, slot)]
    for slot, language, source in text.sources():
        yield ((language,) if written == ["text"] else (slot, language)), source
