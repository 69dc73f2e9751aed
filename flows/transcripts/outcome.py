"""Compares the end of a conversation with what its transcript expects."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from flows.engine import effects
from flows.transcripts.contact import Planned
from flows.transcripts.format import CaseLike, Expect, PlannedFollowUp
from flows.transcripts.world import World

MOMENT = timedelta(minutes=1)


def differences(world: World, expect: Expect, segments: int) -> Iterator[str]:
    """One sentence for each thing that is otherwise."""
    yield from _where(world, expect)
    variables = world.variables()
    for name, wanted in expect.vars.items():
        if (got := variables.get(name)) != wanted:
            yield f"{name} is {got!r}, not {wanted!r}"
    for name, given in expect.consent.items():
        if world.notes.consents.get(name, False) != given:
            yield f"the consent {name} is {'not ' if given else ''}given"
    if expect.tags is not None and world.notes.tags != set(expect.tags):
        yield f"the tags are {_listed(sorted(world.notes.tags))}, not {_listed(expect.tags)}"
    if expect.language is not None and (world.position is None or world.position.language != expect.language):
        yield f"the language is {world.position.language if world.position else 'unknown'}, not {expect.language}"
    if expect.segments is not None and segments > expect.segments.max:
        yield f"our texts take {segments} segments, more than {expect.segments.max}"
    yield from _actions(world, expect)


def _where(world: World, expect: Expect) -> Iterator[str]:
    ended = world.position.ended if world.position else None
    step = world.position.step if world.position else None
    if expect.ended is not None and ended != expect.ended:
        yield f"it ended as {ended!r}, not {expect.ended!r}" if ended else f"it hasn't ended: it waits at {step!r}"
    if expect.open is not None and (ended is not None or step != expect.open):
        yield f"it ended as {ended!r}" if ended else f"it waits at {step!r}, not {expect.open!r}"


def _actions(world: World, expect: Expect) -> Iterator[str]:
    if expect.follow_ups is not None:
        yield from _follow_ups(world, expect.follow_ups)
    if expect.case is not None:
        cases = [action for action in world.done if isinstance(action, effects.OpenCase)]
        if not any(_like(expect.case, case) for case in cases):
            kinds = [f"{case.kind} to {case.to} ({case.priority})" for case in cases]
            yield f"what came before the team: {_listed(kinds)}"
    if expect.stories is not None:
        states = [action.state for action in world.done if isinstance(action, effects.SaveStory)]
        if states != list(expect.stories):
            yield f"stories handed in: {_listed(states)}, not {_listed(expect.stories)}"
    if expect.alerts is not None:
        kinds = [action.kind for action in world.done if isinstance(action, effects.RaiseAlert)]
        if kinds != list(expect.alerts):
            yield f"alerts: {_listed(kinds)}, not {_listed(expect.alerts)}"
    if expect.sent_after is not None:
        stops = [number for number, action in enumerate(world.done) if isinstance(action, effects.OptOut)]
        after = world.done[stops[0] + 1 :] if stops else world.done
        count = sum(isinstance(action, effects.Say) for action in after)
        if count != expect.sent_after:
            yield f"{count} texts were sent after STOP, not {expect.sent_after}"


def _follow_ups(world: World, wanted: tuple[PlannedFollowUp, ...]) -> Iterator[str]:
    planned = sorted(world.notes.follow_ups.values(), key=lambda up: up.due)
    if len(planned) != len(wanted) or not all(
        any(_is(world, want, follow_up) for follow_up in planned) for want in wanted
    ):
        found = [f"{follow_up.flow} at {follow_up.due.isoformat(timespec='minutes')}" for follow_up in planned]
        yield f"planned follow-ups: {_listed(found)}"


def _is(world: World, wanted: PlannedFollowUp, planned: Planned) -> bool:
    due = wanted.at or (world.now + wanted.after if wanted.after else planned.due)
    return wanted.flow == planned.flow and wanted.key in (None, planned.key) and abs(due - planned.due) <= MOMENT


def _like(wanted: CaseLike, case: effects.OpenCase) -> bool:
    return all(getattr(wanted, name) in (None, getattr(case, name)) for name in ("kind", "to", "priority"))


def _listed(things: object) -> str:
    listed = [str(thing) for thing in things] if isinstance(things, list | tuple) else [str(things)]
    return ", ".join(listed) or "none"
