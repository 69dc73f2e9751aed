"""Reads a flow out in plain sentences, for people who do not read drawings."""

from __future__ import annotations

from collections.abc import Iterator

from flows.checks import graph
from flows.model.durations import write_duration
from flows.model.flow import Flow
from flows.steps import (
    Ask,
    Branch,
    End,
    FollowUp,
    Goto,
    Handover,
    Hours,
    Language,
    Peer,
    Record,
    Say,
    Set,
    StepShape,
    Story,
    SubFlow,
    TagStep,
)
from flows.views.drawing import plain, short

LONG = 400
OUTCOMES = {
    "timeout": "they stay silent", "invalid": "we cannot understand them", "hung_up": "they hang up",
    "connected": "they have talked", "no_answer": "nobody picks up", "busy": "everyone is in a talk",
    "closed": "nobody is there", "message": "they would rather leave a message", "recorded": "it is there",
    "empty": "nothing was said", "finished": "it is over", "none": "there is none",
    "nothing_yet": "there are none at all yet", "stopped": "they stop it",
    "peer": "they ask for a peer", "open": "we are open", "skip": "they skip it", "taken": "a person takes it",
    "queued": "nobody takes it yet", "yes": "they say yes", "no": "they say no", "answer": "they answer",
}  # fmt: skip


def read(flow: Flow, language: str | None = None) -> str:
    """The whole flow, one numbered paragraph for each step."""
    tongue = language or flow.base
    numbers = {step.id: place for place, step in enumerate(flow.steps, 1)}
    lines = [flow.title, "=" * len(flow.title), "", _head(flow), ""]
    for step in flow.steps:
        name = f" ({step.id})" if step.named else ""
        ways = [f"   {way}" for way in _ways(flow, step, numbers, tongue)]
        lines += [f"{numbers[step.id]}.{name} {_sentence(step, tongue)}", *ways]
    lines += ["", f"If anything fails, we go to {numbers[flow.on_error]} ({flow.on_error})."]
    return "\n".join(lines)


def _head(flow: Flow) -> str:
    where = {"sms": "by text", "voice": "by call"}
    parts = [f"It runs {' and '.join(where[channel] for channel in flow.channels)}, in {', '.join(flow.languages)}."]
    if flow.needs_consent:
        parts.append(f"We begin it only with somebody who agreed to {flow.needs_consent.replace('_', ' ')}.")
    return " ".join(parts)


def _ways(flow: Flow, step: StepShape, numbers: dict[str, int], language: str) -> Iterator[str]:
    """Where it goes on, unless that is simply the next step."""
    onward = flow.after(step.id) if not isinstance(step, End | Goto) else None
    for edge in graph.edges(flow):
        if edge.source != step.id or edge.target in (graph.LEAVES, graph.FALLS_OFF):
            continue
        if edge.kind == "silent" and edge.target == onward:
            continue
        name = flow.step(edge.target).id
        called = f" ({name})" if flow.step(edge.target).named else ""
        if not isinstance(step, Goto):
            yield f"{_when(step, edge, language)}: go to {numbers[edge.target]}{called}."


def _when(step: StepShape, edge: graph.Edge, language: str) -> str:
    if isinstance(step, Branch):
        return "Otherwise" if edge.outcome in ("else", "none of these") else f"If {edge.outcome.removeprefix('if ')}"
    if isinstance(step, Ask) and step.choices and edge.outcome in step.choices:
        choice = step.choices[edge.outcome]
        return f"If they choose {choice.key}, “{short(choice.label, language)}”"
    if edge.kind == "silent":
        return "Then"
    return f"If {OUTCOMES.get(edge.outcome, edge.outcome.replace('_', ' '))}"


def _sentence(step: StepShape, language: str) -> str:
    match step:
        case Say():
            once = {"session": ", once in a conversation", "contact": ", once in a lifetime"}.get(step.once or "", "")
            return f"We say{once}{' by text' if step.via else ''}: “{short(step.say, language, LONG)}”"
        case Ask():
            return f"We ask: “{short(step.ask, language, LONG)}” {_answer(step, language)}".rstrip()
        case Record():
            inbox = f" It goes to {step.inbox}." if step.inbox else ""
            return f"We record: “{short(step.record, language, LONG)}”{inbox}"
        case Branch():
            return "We look at what we know."
        case Hours():
            return f"We look whether {step.hours} are open."
        case Peer():
            return "We look for a peer."
        case Handover():
            return f"We put it before {step.handover.to} ({step.handover.priority}): {step.handover.reason}."
        case Story() if step.story.submit:
            return f"We keep their {step.story.submit}, {step.story.state.replace('_', ' ')}."
        case Story():
            if step.story.kind == "tip":
                return "We tell a tip."
            return f"We tell up to {step.story.max} stories."
        case SubFlow():
            return f"We {'run' if step.back else 'go on in'} the flow {step.flow}."
        case End():
            return f"The conversation ends: {step.end.replace('_', ' ')}."
        case Goto():
            return f"We go to {step.goto}."
        case _:
            return _small(step)


def _answer(step: Ask, language: str) -> str:
    if step.choices:
        return f"({', '.join(f'{choice.key} {short(choice.label, language)}' for choice in step.choices.values())})"
    if step.number:
        return f"(a number from {step.number.min} to {step.number.max})"
    return {"yes_no": "(yes or no)", "text": "(their own words)", "phone": "(a phone number)", "time": "(a time)"}[
        step.kind
    ]


def _small(step: StepShape) -> str:
    match step:
        case Set():
            pairs = [f"{name} is {plain(value)}" for name, value in step.set.items()]
            return f"We note: {', '.join(pairs)}."
        case TagStep():
            added = [f"tag them {tag}" for tag in step.tag.add] + [f"take the tag {tag} off" for tag in step.tag.remove]
            return f"We {' and '.join(added)}."
        case FollowUp() if step.follow_up.cancel:
            return f"We drop the planned {step.follow_up.cancel}."
        case FollowUp() if step.follow_up.plan:
            return f"We begin the plan {step.follow_up.plan}."
        case FollowUp():
            when = f"in {write_duration(step.follow_up.after)}" if step.follow_up.after else f"at {step.follow_up.at}"
            hours = f", between {step.follow_up.between.replace('-', ' and ')}" if step.follow_up.between else ""
            return f"We plan {step.follow_up.flow} {when}{hours}."
        case Language():
            choose = " or ".join(step.language.choose)
            return f"We ask which language: {choose}." if choose else f"We change the language to {step.language.set}."
        case _:
            return step.verb
