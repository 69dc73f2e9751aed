"""What flows and lines say about each other: every flow, step, schedule and clip that is named must be there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from flows.library import FolderSettings, Library, split_entry
from flows.model.findings import Finding
from flows.model.flow import Flow
from flows.model.plans import Plan
from flows.model.text import Channel


def lines_of(library: Library, every_line: Iterable[str] = ()) -> Mapping[str, frozenset[str]]:
    """The keys of the lines that lead to each flow; nothing stands here for one that no line leads to.

    A line leads to the flows that lines.yaml names for it, to those that these run, plan or begin a plan of, and to the
    flows of every plan that something other than a flow begins: that happens on every line. every_line: flows that we
    begin ourselves.
    """
    begun = {name for plan in library.plans.values() if plan.begins != "flow" for name in plan.all_flows}
    found: dict[str, set[str]] = {}
    for key, line in library.lines.items():
        ahead = [split_entry(target)[0] for _path, target in line.targets()] + sorted(begun.union(every_line))
        while ahead:
            name = ahead.pop()
            flow = library.flows.get(name)
            if flow is not None and key not in found.setdefault(name, set()):
                found[name].add(key)
                ahead += _next(flow, library)
    return {name: frozenset(keys) for name, keys in found.items()}


def _next(flow: Flow, library: Library) -> Iterator[str]:
    for mention in (mention for step in flow.steps for mention in step.mentions()):
        if mention.kind in ("runs", "becomes", "plans"):
            yield mention.name
        elif mention.kind == "plan" and (plan := library.plans.get(mention.name)):
            yield from plan.all_flows


PLANS = "plans.yaml"
SHORTEST_WINDOW = 120
"""Minutes. A shorter one could be swallowed by a change of the clocks (checkin.core.rules.quiet_hours)."""

CHANNELS: Mapping[str, tuple[Channel, ...]] = {"text": ("sms",), "call": ("voice",), "chosen": ("sms", "voice")}

Path = tuple[str | int, ...]


def plan_references(flows: Mapping[str, Flow], settings: FolderSettings, unread: Collection[str]) -> Iterator[Finding]:
    """A finding for each thing in plans.yaml that cannot be, or that would bother somebody."""
    source = settings.sources.get(PLANS)
    if source is None:
        return
    for name, plan in (settings.plans or {}).items():
        here: Path = ("plans", name)
        if plan.between is not None and _minutes(plan.between) < SHORTEST_WINDOW:
            yield source.finding((*here, "between"), "E101", f"the window {plan.between} is shorter than two hours",
                                 "Write a longer one, like 10:00-18:00.")  # fmt: skip
        for flow_name in plan.all_flows:
            where = (*here, "flow" if plan.flow else "flows")
            flow = flows.get(flow_name)
            if flow is None:
                if flow_name not in unread:
                    yield source.finding(where, "E103", f"there's no flow {flow_name!r}",
                                         f"There are: {', '.join(sorted(flows))}.")  # fmt: skip
                continue
            for text, hint, code in _wrong(plan, flow):
                yield source.finding(where, code, text, hint)


def _wrong(plan: Plan, flow: Flow) -> Iterator[tuple[str, str, str]]:
    """(what is wrong, what to do, code) about this flow in this plan."""
    if flow.needs_consent is None:
        yield (f"{flow.name!r} is begun by us but names no consent",
               f"Add `needs_consent: NAME` to the top of {flow.name}.yaml, and ask for it before the plan begins.",
               "P801")  # fmt: skip
    for channel in CHANNELS[plan.by]:
        if channel not in flow.channels:
            said = "texts" if channel == "sms" else "calls"
            yield (f"the flow {flow.name!r} isn't written for {said}",
                   f"Add {channel} to its `channels`, or change `by`.", "E103")  # fmt: skip
    asking = next((step for step in flow.steps if step.wants_someone), None)
    if not plan.asks and asking is not None:
        yield (f"the plan asks nothing, but {flow.name!r} does (step {asking.id!r})",
               "Take `asks: false` out, or write a flow that only says something.", "P805")  # fmt: skip
    if plan.asks and asking is None:
        yield (f"the plan counts silence, but {flow.name!r} asks nothing that could be answered",
               "Add `asks: false`, so that silence doesn't end it.", "P805")  # fmt: skip


def _minutes(between: str) -> int:
    opens, closes = (int(part[:2]) * 60 + int(part[3:]) for part in between.split("-"))
    return (closes - opens) % (24 * 60)


LINES = "lines.yaml"


def references(
    flows: Mapping[str, Flow], settings: FolderSettings, clips: Mapping[str, str], unread: Collection[str]
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
                        yield _at(flow, (*here, *slot, "audio", language), "E103", f"there's no clip {clip!r}",
                                  "Put the recording into the folder `clips`, or take the line out.")  # fmt: skip
    yield from _lines(flows, settings, unread)
    yield from plan_references(flows, settings, unread)


def _flow(
    flow: Flow, path: tuple[Any, ...], name: str, flows: Mapping[str, Flow], unread: Collection[str]
) -> Iterator[Finding]:
    if name not in flows and name not in unread:
        yield _at(flow, path, "E103", f"there's no flow {name!r}", f"There are: {', '.join(sorted(flows))}.")


def _beside(
    flow: Flow, path: tuple[Any, ...], what: str, name: str, there: Collection[str] | None
) -> Iterator[Finding]:
    """A plan or a schedule; None where their file cannot be used, which is said elsewhere."""
    if there is not None and name not in there:
        known = ", ".join(there) or "none"
        yield _at(flow, path, "E103", f"there's no {what} {name!r}", f"{what}s.yaml has: {known}.")


def _lines(flows: Mapping[str, Flow], settings: FolderSettings, unread: Collection[str]) -> Iterator[Finding]:
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
                    yield source.finding(here, "E103", f"there's no flow {name!r}",
                                         f"There are: {', '.join(sorted(flows))}.")  # fmt: skip
            elif step and step not in flow.places:
                yield source.finding(here, "E103", f"the flow {name!r} has no step {step!r}", "Name a step with an id.")
            elif wrong := _channel(path[0], flow):
                yield source.finding(here, "E103", f"the flow {name!r} isn't written for {wrong}",
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
