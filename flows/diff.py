"""What changed between two versions of a flow, in words. Comments and layout are no change."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from flows.diff_steps import Added, Both, Pair, Removed, moved, pairs
from flows.facts import Facts, is_text, of_header, of_step
from flows.model import Flow
from flows.steps.base import StepShape

AROUND = 4
"""How many words before and after the changed ones are shown."""

LONGEST = 160


class Told(NamedTuple):
    """A sentence with its holes, so that it can be said in another language."""

    words: str
    holes: Mapping[str, str] = {}

    def __str__(self) -> str:
        """In English."""
        return self.words % self.holes


@dataclass(frozen=True)
class Change:
    """One difference. `where` names the step in words; `step` is its id in the old version, None if it was not there.

    `heading`: it is about the flow as a whole.
    """

    where: str
    told: Told
    step: str | None = None
    heading: bool = False

    @property
    def text(self) -> str:
        """What is otherwise, in English."""
        return str(self.told)

    def __str__(self) -> str:
        """`mood: wait 20h → 24h`."""
        return f"{self.where}: {self.text}"


def diff(old: Flow, new: Flow) -> tuple[Change, ...]:
    """Every difference: the header first, then the steps in their new order, then those that are gone."""
    if old.hash == new.hash:
        return ()
    matched = pairs(old.steps, new.steps)
    renamed = {pair.old.id: pair.new.id for pair in matched if isinstance(pair, Both) and pair.old.id != pair.new.id}
    found = [*_header(old, new, renamed), *_steps(old, new, matched, renamed), *_recordings(old, new)]
    return tuple(found) or (Change(new.name, Told("written in another way, and means the same"), heading=True),)


def _header(old: Flow, new: Flow, renamed: Mapping[str, str]) -> Iterator[Change]:
    before, after = of_header(old), of_header(new)
    if "on_error" in before:
        before["on_error"] = renamed.get(before["on_error"], before["on_error"])
    for told in _differences(before, after):
        yield Change(new.name, told, heading=True)


def _steps(old: Flow, new: Flow, matched: tuple[Pair, ...], renamed: Mapping[str, str]) -> Iterator[Change]:
    elsewhere = moved(matched, old.steps)
    for pair in matched:
        match pair:
            case Removed():
                told = Told("is gone (%(what)s)", {"what": _short(pair.old)})
                yield Change(_called(old, pair.old), told, pair.old.id)
            case Added():
                yield Change(_called(new, pair.new), _is_new(new, pair.new))
            case Both():
                found = _of_both(old, new, pair, renamed, elsewhere=pair.new.id in elsewhere)
                yield from (Change(_called(new, pair.new), told, pair.old.id) for told in found)


def _of_both(old: Flow, new: Flow, pair: Both, renamed: Mapping[str, str], *, elsewhere: bool) -> Iterator[Told]:
    if pair.new.named and pair.old.id != pair.new.id:
        yield Told("was called %(name)s", {"name": _called(old, pair.old)})
    if elsewhere:
        before = _before(new, pair.new)
        yield Told("stands elsewhere, after %(step)s", {"step": before}) if before else Told("stands first now")
    yield from _of_pair(pair.old, pair.new, renamed)


def _is_new(flow: Flow, step: StepShape) -> Told:
    before, what = _before(flow, step), _short(step)
    if not before:
        return Told("is new, as the first (%(what)s)", {"what": what})
    return Told("is new, after %(step)s (%(what)s)", {"step": before, "what": what})


def _of_pair(old: StepShape, new: StepShape, renamed: Mapping[str, str]) -> Iterator[Told]:
    if old.verb != new.verb:
        yield Told(
            "was a `%(was)s`, is a `%(now)s` now (%(what)s)", {"was": old.verb, "now": new.verb, "what": _short(new)}
        )
        return
    before, after = of_step(old), of_step(new)
    for name, value in before.items():
        if name.startswith(("on ", "if ", "else", "goes on to", "what")) and value in renamed:
            before[name] = renamed[value]
    yield from _choices(before, after)
    yield from _differences(before, after)
    orders = {
        "if ": Told("the order of its conditions is now: %(order)s"),
        "choice ": Told("the order of its choices is now: %(order)s"),
    }
    for prefix, told in orders.items():
        common = [_head(name, prefix) for name in before if name.startswith(prefix) and name in after]
        now = [_head(name, prefix) for name in after if name.startswith(prefix) and name in before]
        if common != now:
            yield told._replace(holes={"order": ", ".join(dict.fromkeys(now))})


def _choices(before: Facts, after: Facts) -> Iterator[Told]:
    """Choices that came or went, each in one line; what was told of them is taken out of the facts."""
    came, went = Told("choice %(name)s (new): %(told)s"), Told("choice %(name)s (gone): %(told)s")
    for here, there, change in ((after, before, came), (before, after, went)):
        known = {_head(name, "choice ") for name in there if name.startswith("choice ")}
        for choice in dict.fromkeys(_head(name, "choice ") for name in here if name.startswith("choice ")):
            if choice not in known:
                mine = [name for name in here if name.startswith(f"choice {choice} ")]
                told = ", ".join(f"{name.removeprefix(f'choice {choice} ')} {here.pop(name)}" for name in mine)
                yield change._replace(holes={"name": choice, "told": told})


def _head(name: str, prefix: str) -> str:
    """What a fact is about: the condition, or the name of the choice."""
    rest = name.removeprefix(prefix)
    return rest.split(" ")[0] if prefix == "choice " else rest


def _differences(before: Facts, after: Facts) -> Iterator[Told]:
    """What is otherwise, each once: a length that changed alike on both channels is one change."""
    named = {**dict.fromkeys(after), **dict.fromkeys(before)}
    for name in named:
        was, now = before.get(name), after.get(name)
        twin = name.removesuffix(" by call") + " by text"
        if name.endswith(" by call") and not is_text(now or was or "") and (was, now) == _both(before, after, twin):
            continue
        other = name.removesuffix(" by text") + " by call"
        alike = name.endswith(" by text") and not is_text(now or was or "")
        label = name.removesuffix(" by text") if alike and _both(before, after, other) == (was, now) else name
        if was != now:
            yield _change(label, was, now)


def _both(before: Facts, after: Facts, name: str) -> tuple[str | None, str | None]:
    return before.get(name), after.get(name)


def _change(name: str, was: str | None, now: str | None) -> Told:
    if name.startswith(("on ", "if ")) or name == "else":
        name += ":" if was and now else " →"
    if was is None:
        return Told("%(name)s %(value)s (new)", {"name": name, "value": _cut(now or "")})
    if now is None:
        return Told("%(name)s %(value)s (gone)", {"name": name, "value": _cut(was)})
    if is_text(was) and is_text(now):
        was, now = _excerpts(was.strip("“”"), now.strip("“”"))
    return Told("%(name)s %(was)s → %(now)s", {"name": name, "was": was, "now": now})


def _excerpts(old: str, new: str) -> tuple[str, str]:
    """The words that differ, with a few around them."""
    was, now = old.split(), new.split()
    if was == now:  # only spaces or lines are otherwise
        return f"“{old}”".replace("\n", "⏎"), f"“{new}”".replace("\n", "⏎")
    same = min(len(was), len(now))
    head = next((place for place in range(same) if was[place] != now[place]), same)
    rest = same - head
    tail = next((place for place in range(rest) if was[-1 - place] != now[-1 - place]), rest)
    return _piece(was, head, tail), _piece(now, head, tail)


def _piece(words: list[str], head: int, tail: int) -> str:
    begin, end = max(0, head - AROUND), min(len(words), len(words) - tail + AROUND)
    before, after = "… " if begin else "", " …" if end < len(words) else ""
    return f"“{before}{' '.join(words[begin:end])}{after}”"


def _called(flow: Flow, step: StepShape) -> str:
    """Its id; a step without one by its number, as `flows read` counts."""
    return step.id if step.named else f"step {flow.places[step.id] + 1} ({step.verb})"


def _before(flow: Flow, step: StepShape) -> str:
    """What the step before it is called; empty for the first."""
    place = flow.places[step.id]
    return _called(flow, flow.steps[place - 1]) if place else ""


def _short(step: StepShape) -> str:
    facts = of_step(step)
    words = next((value for value in facts.values() if is_text(value)), "") or ", ".join(
        f"{name} {value}" for name, value in facts.items()
    )
    return textwrap.shorten(f"{step.verb} {words}", 80, placeholder=" …")


def _cut(value: str) -> str:
    return textwrap.shorten(value, LONGEST, placeholder=" …”" if is_text(value) else " …")


def _recordings(old: Flow, new: Flow) -> Iterator[Change]:
    before, after = (json.loads(flow.definition)["clips"] for flow in (old, new))
    for path in sorted(set(before) & set(after)):
        if before[path] != after[path]:
            yield Change(new.name, Told("the recording %(path)s is another one", {"path": path}), heading=True)
