"""Widgets that decide, remember and reach people: split-based-on to send-to-flex; and what nothing here does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flows.importers.studio import liquid
from flows.importers.studio.conditions import condition
from flows.importers.studio.draft import Step, StudioDraft
from flows.importers.studio.export import Condition, State, Transition
from flows.model.durations import write_duration
from flows.model.templates import check

OUTSIDE = {
    "make-http-request": "flows call no web address: what it fetched must come from a plug-in, or be asked for",
    "run-function": "flows run no code: what it worked out must come from a plug-in, or be asked for",
    "capture-payments": "no money is taken here",
    "fork-stream": "calls aren't listened in on",
    "call-recording": "conversations are never recorded here: remove this step",
    "send-to-auto-pilot": "no machine talks with people here",
    "connect-virtual-agent": "no machine talks with people here",
}
LATER = "nothing here does this: write what it is for, or take it out"


def split(draft: StudioDraft, state: State) -> list[Step]:
    """split-based-on: a `branch`. A comparison that cannot be written here becomes a stub."""
    arms, unknown = [], []
    for number, way in enumerate((transition for transition in state.transitions if transition.event != "noMatch"), 1):
        target = draft.goes_to(way.next) or draft.need("finish")
        made = _condition(draft, state, way)
        if made is None:
            unknown.append(_in_words(way))
            made = f"{draft.answer(state.name, 'text')} == 'way {number}'"
        arms.append({"if": made, "to": target})
    step: Step = {"id": draft.id(state)}
    other = draft.go(state, "noMatch")
    if not other:
        other = draft.need("finish")
        draft.report.note("added", state.name, f"nothing was connected for no match: it leads to `{other}`")
    step |= {"branch": [*arms[:29], {"else": other}]} if arms else {"goto": other}
    if unknown or len(arms) > 29:
        why = f"these comparisons have no counterpart: {'; '.join(unknown)}" if unknown else "it has more than 29 ways"
        return [draft.stub(state, step, why)]
    return [draft.mark(state, step, [])]


def set_variables(draft: StudioDraft, state: State) -> list[Step]:
    """set-variables: a `set`."""
    values: dict[str, str] = {}
    lost: list[str] = []
    for key, value in state.pairs("variables"):
        words = draft.translated(value)
        name = draft.variable(key)
        values[name] = words.text
        draft.set_here.add(name)
        lost += words.lost
    onward = draft.onward(state, "next")
    if not values:
        draft.report.note("mapped", state.name, "sets nothing, so it only leads on")
        return [{"id": draft.id(state), "goto": onward}]
    return [draft.mark(state, {"id": draft.id(state), "set": values, "to": onward}, lost)]


def subflow(draft: StudioDraft, state: State) -> list[Step]:
    """run-subflow: a `flow`, if it is known which."""
    sid = state.text("flow_sid")
    onward = draft.onward(state, "completed")
    if state.next("failed"):
        draft.report.note("left out", state.name, "`failed`: what fails goes to `on_error` here")
    if sid not in draft.subflows:
        why = f"which flow is {sid or 'meant'}? Import it too, and name it with --subflow {sid or 'SID'}=NAME"
        return [draft.stub(state, {"id": draft.id(state), "goto": onward}, why)]
    step: Step = {"id": draft.id(state), "flow": draft.subflows[sid]}
    lost: list[str] = []
    given = {}
    for key, value in state.pairs("parameters"):
        words = draft.translated(value)
        given[draft.variable(key)] = words.text
        lost += words.lost
    if given:
        step["with"] = given
    step["then"] = {"finished": onward}
    return [draft.mark(state, step, lost)]


def place_call(draft: StudioDraft, state: State) -> list[Step]:
    """make-outgoing-call: the line places its calls itself, so the flow begins when somebody picked up."""
    step: Step = {"id": draft.id(state), "goto": draft.onward(state, "answered")}
    return [draft.mark(state, step, [], "the line places the call: how often is said in `outbound`, at the top")]


def outside(draft: StudioDraft, state: State) -> list[Step]:
    """Anything else: a stub that keeps every way out, so that nothing behind it is lost."""
    wired = {transition.event: transition.next for transition in state.transitions if transition.next}
    ways = [(event, target) for event, name in wired.items() if (target := draft.goes_to(name))]
    reason = OUTSIDE.get(state.type, LATER)
    if len({target for _, target in ways}) < 2:
        return [
            draft.stub(state, {"id": draft.id(state), "goto": ways[0][1] if ways else draft.need("finish")}, reason)
        ]
    name = draft.answer(state.name, "text")
    arms: list[dict[str, str]] = [
        {"if": f"{name} == '{_bare(event)}'", "to": target} for event, target in ways[:-1]
    ][:29]  # fmt: skip
    return [draft.stub(state, {"id": draft.id(state), "branch": [*arms, {"else": ways[-1][1]}]}, reason)]


def _condition(draft: StudioDraft, state: State, transition: Transition) -> str | None:
    """All comparisons of one way together; None if one has no counterpart, or brackets are needed."""
    found = [_about(draft, state, part) for part in transition.conditions]
    made = [part for part in found if part]
    whole = " and ".join(made)
    fits = len(made) == len(found) and (len(made) == 1 or " or " not in whole)
    return whole if made and fits and check(whole, condition=True) is None else None


def _about(draft: StudioDraft, state: State, comparison: Condition) -> str | None:
    path = liquid.only_path([*comparison.arguments, state.text("input")][0])
    name = draft.resolve(path)[0] if path else None
    if name is None or "." in name:
        return None
    return condition(comparison, name, draft.kinds.get(name, "text"))


def _in_words(transition: Transition) -> str:
    parts = [f"{part.type or 'a comparison'} {part.value}".strip() for part in transition.conditions]
    return " and ".join(parts)[:120] or "a way without a condition"


def _bare(event: str) -> str:
    return "".join(char for char in event if char.isalnum())[:40] or "way"


CALLED = "volunteers aren't in the flow: enter them with `checkin volunteers add`, and the line finds who is on shift"
MOST_MINUTES = 10


def connect(draft: StudioDraft, state: State) -> list[Step]:
    """connect-call-to and enqueue-call: a `peer`. Studio has one way out; whether anybody came is five here."""
    done = draft.onward(state, "callCompleted", "callComplete")
    failed = draft.go(state, "failedToEnqueue", "callFailure") or draft.need("nobody")
    gone = draft.go(state, "hangup") or draft.need("gone")
    step: Step = {"id": draft.id(state), "peer": {}}
    seconds = state.whole("timeout")
    if state.type == "connect-call-to" and seconds:
        step["peer"] = {"ring": {"seconds": min(max(seconds, 5), 60)}}
    step["then"] = {"connected": done, "no_answer": failed, "busy": failed, "closed": failed, "hung_up": gone}
    if draft.needs.get("nobody") == failed:
        draft.report.note("added", state.name, f"what happens when nobody comes: it leads to `{failed}`")
    return [draft.mark(state, step, [], CALLED)]


def flex(draft: StudioDraft, state: State) -> list[Step]:
    """send-to-flex: a `handover`."""
    step: Step = {
        "id": draft.id(state),
        "handover": {"to": "coordinators", "reason": "from an imported flow"},
        "then": {"taken": draft.onward(state, "callComplete"), "queued": draft.onward(state, "callComplete")},
    }
    return [draft.mark(state, step, [], "the team's inbox is called coordinators here: name your own")]


def voicemail(draft: StudioDraft, state: State) -> list[Step]:
    """record-voicemail: a `record` that comes before the team."""
    done = draft.onward(state, "recordingComplete")
    then: dict[str, Any] = {"recorded": done, "empty": draft.go(state, "noAudio") or draft.need("finish")}
    if draft.channel == "voice":
        then["hung_up"] = draft.go(state, "hangup") or draft.need("gone")
    for outcome, event in (("empty", "noAudio"), ("hung_up", "hangup")):
        if outcome in then and not state.next(event):
            draft.report.note("added", state.name, f"`{event}` wasn't connected: it leads to `{then[outcome]}`")
    step: Step = {"id": draft.id(state), "record": "Please leave your message."}
    if seconds := state.whole("max_length"):
        longest = timedelta(seconds=min(max(seconds, 5), MOST_MINUTES * 60))
        step["max"] = {"voice": write_duration(longest)}
    step |= {"inbox": "coordinators", "then": then}
    return [draft.mark(state, step, [], "what is said before the tone is new: write it, or shorten the step before")]


def redirect(draft: StudioDraft, state: State) -> list[Step]:
    """add-twiml-redirect: the call went to a program of its own, most often one that looks for people."""
    onward = draft.onward(state, "return")
    step: Step = {
        "id": draft.id(state),
        "handover": {"to": "coordinators", "priority": "soon", "reason": "from an imported flow"},
        "then": {"taken": onward, "queued": onward},
    }
    why = "here the call left for a program of its own: a person takes over instead, until you write what it did"
    for event in ("timeout", "fail"):
        if state.next(event):
            draft.report.note("left out", state.name, f"`{event}`: nothing outside is asked anymore")
    return [draft.mark(state, step, [], why)]
