"""What changed between two versions of a flow, in words. Comments and layout are no change."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from difflib import SequenceMatcher
from typing import NamedTuple

from flows.model.durations import write_duration
from flows.model.flow import Flow
from flows.model.step import PerChannel, StepShape
from flows.model.text import SLOTS, Shape, Text, WordList


def why_not(old: Flow, new: Flow, step_id: str) -> str | None:
    """What keeps whoever waits at this step with the old version, in words; None if they can go on in the new one.

    They were told what they may answer: the kind of answer, the choices with their keys, and the range of a number must
    be the same.
    """
    if step_id not in old.places:
        return "the step where they wait isn't known"
    before = old.step(step_id)
    if not before.named:
        return "the step has no id"
    if step_id not in new.places:
        return "the step is gone"
    after = new.step(step_id)
    if before.verb != after.verb:
        return f"the step was a `{before.verb}` and is a `{after.verb}`"
    if set(old.channels) - set(new.channels):
        return "the flow is for fewer channels"
    return before.asks_otherwise(after)


@dataclass(frozen=True, eq=False)
class Both:
    """A step of the old version and the one of the new version that it became."""

    old: StepShape
    new: StepShape


@dataclass(frozen=True, eq=False)
class Added:
    """A step that only the new version has."""

    new: StepShape
    old: None = None


@dataclass(frozen=True, eq=False)
class Removed:
    """A step that only the old version has."""

    old: StepShape
    new: None = None


Pair = Both | Added | Removed


def pairs(old: Sequence[StepShape], new: Sequence[StepShape]) -> tuple[Pair, ...]:
    """Every step of both versions once: those of the new one in its order, then those that are gone."""
    partner = {**_named(old, new), **_unnamed(old, new)}
    partner |= _renamed(old, new, partner)
    gone = {step.id for step in old} - {step.id for step in partner.values()}
    return (
        *(Both(partner[step.id], step) if step.id in partner else Added(step) for step in new),
        *(Removed(step) for step in old if step.id in gone),
    )


def moved(matched: Sequence[Pair], old: Sequence[StepShape]) -> frozenset[str]:
    """Ids (in the new version) of named steps that stand in another order than before."""
    both = {pair.old.id: pair.new.id for pair in matched if isinstance(pair, Both) and pair.new.named}
    stood = [step.id for step in old if step.id in both]
    kept = {stood[place] for place in _alike(stood, list(both))}
    return frozenset(new for before, new in both.items() if before not in kept)


def _named(old: Sequence[StepShape], new: Sequence[StepShape]) -> dict[str, StepShape]:
    before = {step.id: step for step in old if step.named}
    return {step.id: before[step.id] for step in new if step.named and step.id in before}


def _unnamed(old: Sequence[StepShape], new: Sequence[StepShape]) -> dict[str, StepShape]:
    """Steps without an id, below the same named one: those that say the same, then those of one kind in their order."""
    before, after = dict(_runs(old)), dict(_runs(new))
    found: dict[str, StepShape] = {}
    for anchor in before.keys() & after.keys():
        olds, news = before[anchor], after[anchor]
        same = _alike([_content(step) for step in olds], [_content(step) for step in news])
        found.update({news[there].id: olds[here] for here, there in same.items()})
        rest = [step for place, step in enumerate(olds) if place not in same]
        for step in (step for place, step in enumerate(news) if place not in same.values()):
            like = next((other for other in rest if other.verb == step.verb), None)
            if like is not None:
                rest.remove(like)
                found[step.id] = like
    return found


def _renamed(
    old: Sequence[StepShape], new: Sequence[StepShape], partner: Mapping[str, StepShape]
) -> dict[str, StepShape]:
    """Steps that say the same under another id."""
    taken = {step.id for step in partner.values()}
    free = {_content(step): step for step in reversed(old) if step.id not in taken}
    found: dict[str, StepShape] = {}
    for step in new:
        if step.id not in partner and (step.named or _content(step) in free):
            like = free.pop(_content(step), None)
            if like is not None:
                found[step.id] = like
    return found


def _runs(steps: Sequence[StepShape]) -> Iterator[tuple[str, list[StepShape]]]:
    """The steps without an id that follow each named one ("" for the beginning)."""
    anchor, run = "", list[StepShape]()
    for step in steps:
        if step.named:
            yield anchor, run
            anchor, run = step.id, []
        else:
            run.append(step)
    yield anchor, run


def _alike(old: Sequence[object], new: Sequence[object]) -> dict[int, int]:
    """Places in both that hold the same, in one order."""
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    return {block.a + place: block.b + place for block in blocks for place in range(block.size)}


def _content(step: StepShape) -> tuple[object, ...]:
    return (step.verb, *of_step(step).items())


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


AROUND = 4
"""How many words before and after the changed ones are shown."""

LONGEST = 160


class Told(NamedTuple):
    """A sentence with its placeholders, so that it can be said in another language."""

    words: str
    placeholders: Mapping[str, str] = {}

    def __str__(self) -> str:
        """In English."""
        return self.words % self.placeholders


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
    return tuple(found) or (Change(new.name, Told("written differently, but means the same"), heading=True),)


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
                told = Told("removed (%(what)s)", {"what": _short(pair.old)})
                yield Change(_called(old, pair.old), told, pair.old.id)
            case Added():
                yield Change(_called(new, pair.new), _is_new(new, pair.new))
            case Both():
                found = _of_both(old, new, pair, renamed, elsewhere=pair.new.id in elsewhere)
                yield from (Change(_called(new, pair.new), told, pair.old.id) for told in found)


def _of_both(old: Flow, new: Flow, pair: Both, renamed: Mapping[str, str], *, elsewhere: bool) -> Iterator[Told]:
    if pair.new.named and pair.old.id != pair.new.id:
        yield Told("renamed from %(name)s", {"name": _called(old, pair.old)})
    if elsewhere:
        before = _before(new, pair.new)
        yield Told("moved to after %(step)s", {"step": before}) if before else Told("moved to the beginning")
    yield from _of_pair(pair.old, pair.new, renamed)


def _is_new(flow: Flow, step: StepShape) -> Told:
    before, what = _before(flow, step), _short(step)
    if not before:
        return Told("new first step (%(what)s)", {"what": what})
    return Told("new, after %(step)s (%(what)s)", {"step": before, "what": what})


def _of_pair(old: StepShape, new: StepShape, renamed: Mapping[str, str]) -> Iterator[Told]:
    if old.verb != new.verb:
        yield Told(
            "was a `%(was)s`, now a `%(now)s` (%(what)s)", {"was": old.verb, "now": new.verb, "what": _short(new)}
        )
        return
    before, after = of_step(old), of_step(new)
    for name, value in before.items():
        if name.startswith(("on ", "if ", "else", "goes on to", "what")) and value in renamed:
            before[name] = renamed[value]
    yield from _choices(before, after)
    yield from _differences(before, after)
    orders = {
        "if ": Told("its conditions are now in this order: %(order)s"),
        "choice ": Told("its choices are now in this order: %(order)s"),
    }
    for prefix, told in orders.items():
        common = [_head(name, prefix) for name in before if name.startswith(prefix) and name in after]
        now = [_head(name, prefix) for name in after if name.startswith(prefix) and name in before]
        if common != now:
            yield told._replace(placeholders={"order": ", ".join(dict.fromkeys(now))})


def _choices(before: Facts, after: Facts) -> Iterator[Told]:
    """Choices that came or went, each in one line; what was told of them is taken out of the facts."""
    came, went = Told("choice %(name)s (new): %(told)s"), Told("choice %(name)s (removed): %(told)s")
    for here, there, change in ((after, before, came), (before, after, went)):
        known = {_head(name, "choice ") for name in there if name.startswith("choice ")}
        for choice in dict.fromkeys(_head(name, "choice ") for name in here if name.startswith("choice ")):
            if choice not in known:
                mine = [name for name in here if name.startswith(f"choice {choice} ")]
                told = ", ".join(f"{name.removeprefix(f'choice {choice} ')} {here.pop(name)}" for name in mine)
                yield change._replace(placeholders={"name": choice, "told": told})


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
        return Told("%(name)s %(value)s (removed)", {"name": name, "value": _cut(was)})
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
            yield Change(new.name, Told("the recording %(path)s has changed", {"path": path}), heading=True)
