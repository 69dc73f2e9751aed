"""What flows and lines say about each other: every flow, step, schedule and clip that is named must be there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from flows.library import Settings
from flows.model.findings import Finding
from flows.model.flow import Flow
from flows.model.text import Channel
from flows.plan_references import plan_references

LINES = "lines.yaml"


def references(
    flows: Mapping[str, Flow], settings: Settings, clips: Mapping[str, str], unread: Collection[str]
) -> Iterator[Finding]:
    """A finding for each name that leads nowhere. `unread` are flows with faults of their own: they do exist."""
    for flow in flows.values():
        for place, step in enumerate(flow.steps):
            here = ("steps", place)
            for kind, path, name in step.mentions():
                if kind == "plan":
                    yield from _beside(flow, (*here, *path), "plan", name, settings.plans)
                elif kind == "schedule":
                    yield from _beside(flow, (*here, *path), "schedule", name, settings.schedules)
                else:
                    yield from _flow(flow, (*here, *path), name, flows, unread)
            for slot, text in step.slots():
                for language, clip in text.audio.items():
                    if clip not in clips:
                        yield _at(flow, (*here, *slot, "audio", language), "E103", f"there is no clip {clip!r}",
                                  "Put the recording into the folder `clips`, or take the line out.")  # fmt: skip
    yield from _lines(flows, settings, unread)
    yield from plan_references(flows, settings, unread)


def _flow(
    flow: Flow, path: tuple[Any, ...], name: str, flows: Mapping[str, Flow], unread: Collection[str]
) -> Iterator[Finding]:
    if name not in flows and name not in unread:
        yield _at(flow, path, "E103", f"there is no flow {name!r}", f"There are: {', '.join(sorted(flows))}.")


def _beside(
    flow: Flow, path: tuple[Any, ...], what: str, name: str, there: Collection[str] | None
) -> Iterator[Finding]:
    """A plan or a schedule; None where their file cannot be used, which is said elsewhere."""
    if there is not None and name not in there:
        known = ", ".join(there) or "none"
        yield _at(flow, path, "E103", f"there is no {what} {name!r}", f"{what}s.yaml has: {known}.")


def _lines(flows: Mapping[str, Flow], settings: Settings, unread: Collection[str]) -> Iterator[Finding]:
    source = settings.sources.get(LINES)
    if source is None:
        return
    for number, line in enumerate((settings.lines or {}).values()):
        for path, target in line.targets():
            name, _, step = target.partition(".")
            here: tuple[str | int, ...] = ("lines", number, *path)
            flow = flows.get(name)
            if flow is None:
                if name not in unread:
                    yield source.finding(here, "E103", f"there is no flow {name!r}",
                                         f"There are: {', '.join(sorted(flows))}.")  # fmt: skip
            elif step and step not in flow.places:
                yield source.finding(here, "E103", f"the flow {name!r} has no step {step!r}", "Name a step with an id.")
            elif wrong := _channel(path[0], flow):
                yield source.finding(here, "E103", f"the flow {name!r} is not written for {wrong}",
                                     f"Add {wrong} to its `channels`, or name another flow.")  # fmt: skip
        for language in line.languages:
            if settings.words is not None and language.split("-")[0] not in settings.words:
                yield source.finding(("lines", number, "languages"), "L501", f"words.yaml has no words in {language!r}",
                                     "Add that language to words.yaml, or take it out here.")  # fmt: skip


def _channel(key: str, flow: Flow) -> Channel | None:
    """The channel that a key of a line needs and the flow lacks."""
    needs: Channel | None = {"calls": "voice", "texts": "sms", "keywords": "sms"}.get(key)  # type: ignore[assignment]
    return needs if needs and needs not in flow.channels else None


def _at(flow: Flow, path: tuple[Any, ...], code: str, text: str, hint: str) -> Finding:
    if flow.source is None:
        return Finding(flow.file, 0, 0, code, "error", text, hint)
    return flow.source.finding(path, code, text, hint)
