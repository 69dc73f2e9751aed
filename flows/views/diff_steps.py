"""Which step of a new version is which of the old one: by its id, and those without one by what they say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from flows.model.step import StepShape
from flows.views.facts import of_step


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
