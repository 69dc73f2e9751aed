"""Which lines a flow speaks for: where several lines share an installation, nobody changes what another line says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from flows.library import Library, split_entry
from flows.model.flow import Flow


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
