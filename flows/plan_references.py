"""What plans say about flows: every flow that is named must be there, be begun by us with consent, and fit."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from flows.library import Settings
from flows.model.findings import Finding
from flows.model.flow import Flow
from flows.model.plans import Plan
from flows.model.text import Channel

PLANS = "plans.yaml"
SHORTEST_WINDOW = 120
"""Minutes. A shorter one could be swallowed by a change of the clocks (checkin.rules.quiet_hours)."""

CHANNELS: Mapping[str, tuple[Channel, ...]] = {"text": ("sms",), "call": ("voice",), "chosen": ("sms", "voice")}

Path = tuple[str | int, ...]


def plan_references(flows: Mapping[str, Flow], settings: Settings, unread: Collection[str]) -> Iterator[Finding]:
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
                    yield source.finding(where, "E103", f"there is no flow {flow_name!r}",
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
            yield (f"the flow {flow.name!r} is not written for {said}",
                   f"Add {channel} to its `channels`, or change `by`.", "E103")  # fmt: skip
    asking = next((step for step in flow.steps if step.wants_someone), None)
    if not plan.asks and asking is not None:
        yield (f"the plan asks nothing, but {flow.name!r} does (step {asking.id!r})",
               "Take `asks: false` out, or write a flow that only says something.", "P805")  # fmt: skip
    if plan.asks and asking is None:
        yield (f"the plan counts silence, but {flow.name!r} asks nothing that could be answered",
               "Add `asks: false`, so that silence does not end it.", "P805")  # fmt: skip


def _minutes(between: str) -> int:
    opens, closes = (int(part[:2]) * 60 + int(part[3:]) for part in between.split("-"))
    return (closes - opens) % (24 * 60)
