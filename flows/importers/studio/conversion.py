"""From a flow of Studio's to the files of ours. Pure: text in, texts out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from flows.importers.studio import deciding, talking
from flows.importers.studio.draft import OBEYED, REVIEW, ImportReport, Step, StudioDraft, plain
from flows.importers.studio.export import Export, State, StudioError
from flows.model.text import Channel
from flows.model.yaml_writer import write
from flows.parsing import parse_flow

WIDGETS: Mapping[str, Callable[[StudioDraft, State], list[Step]]] = {
    "send-message": talking.say,
    "say-play": talking.say,
    "send-and-wait-for-reply": talking.ask,
    "gather-input-on-call": talking.ask,
    "split-based-on": deciding.split,
    "set-variables": deciding.set_variables,
    "run-subflow": deciding.subflow,
    "connect-call-to": deciding.connect,
    "enqueue-call": deciding.connect,
    "send-to-flex": deciding.flex,
    "record-voicemail": deciding.voicemail,
    "add-twiml-redirect": deciding.redirect,
    "make-outgoing-call": deciding.place_call,
    "make-outgoing-call-v2": deciding.place_call,
}
TEXTS = ("incomingMessage", "incomingConversationMessage")
CALLS = ("incomingCall",)
BY_US = ("incomingRequest", "incomingParent")
ON_CALLS = frozenset(
    {"gather-input-on-call", "say-play", "connect-call-to", "record-voicemail", "enqueue-call", "add-twiml-redirect",
     "make-outgoing-call", "make-outgoing-call-v2"}
)  # fmt: skip
REMARK = "Imported from Twilio Studio. Look for the notes `stub:` and `review:`, then run `checkin flows check`."


@dataclass
class Imported:
    """The files that came out (name -> text), which flow answers what, and what became of every widget."""

    files: dict[str, str] = field(default_factory=dict)
    answers: dict[Channel, str] = field(default_factory=dict)
    report: ImportReport = field(default_factory=ImportReport)


def convert(
    export: Export,
    name: str,
    subflows: Mapping[str, str] | None = None,
    obeyed: Callable[[str], bool] = OBEYED.__contains__,
) -> Imported:
    """Our flow called `name`; two of them (`name_texts`, `name_calls`) if texts and calls begin at different widgets.

    subflows: sid of a flow in Studio -> name of the flow that it became. obeyed: whether the line obeys a word before
    any question. Whatever our checker would refuse is a stub. Raises StudioError if nothing starts.
    """
    name = plain(name).lower()
    made = Imported()
    starts = _starts(export)
    if not starts:
        raise StudioError("nothing is connected to the Trigger widget: connect the first widget and export again")
    for (channel, first), by_us in starts.items():
        called = name if len(starts) == 1 else f"{name}_{'texts' if channel == 'sms' else 'calls'}"
        draft = StudioDraft(export, channel, made.report, subflows or {}, obeyed)
        text = _flow(draft, first, called, by_us)
        flow, findings = parse_flow(text, f"{called}.yaml")
        if flow is None:
            raise StudioError(f"this flow can't be written in ours: {findings[0]}")
        made.files[f"{called}.yaml"] = text
        made.answers[channel] = called
    _left_out(export, made.report)
    return made


def _starts(export: Export) -> dict[tuple[Channel, str], bool]:
    """(channel, first widget) -> whether it begins only because we begin it."""
    trigger = export.trigger
    found: dict[tuple[Channel, str], bool] = {}
    if first := trigger.next(*TEXTS):
        found["sms", first] = False
    if first := trigger.next(*CALLS):
        found["voice", first] = False
    if not found and (first := trigger.next(*BY_US)):
        spoken = any(state.type in ON_CALLS for state in export.states.values())
        found["voice" if spoken else "sms", first] = trigger.next("incomingRequest") is not None
    return {start: by_us for start, by_us in found.items() if start[1] in export.states and start[1] != trigger.name}


def _flow(draft: StudioDraft, first: str, name: str, by_us: bool) -> str:
    _turn(draft, first)
    opened(draft)
    extra = added(draft)
    _run_on(draft.steps)
    header: dict[str, Any] = {
        "flow": name,
        "dsl": 1,
        "title": (draft.export.title or name)[:80].strip() or name,
        "channels": [draft.channel],
        "languages": [draft.base],
    }
    if by_us:
        header["needs_consent"] = "imported"
        draft.report.note(
            "added", draft.export.trigger.name, "we begin this flow: it needs a consent (`needs_consent`); name it"
        )
    if declared := {name: _declared(draft, name) for name in sorted(draft.kinds)}:
        header["vars"] = declared
        _count(draft.steps, declared)
    header["defaults"] = {"wait": {"sms": "1h", "voice": "8s"}, "tries": 3}
    header["on_error"] = draft.need("sorry")
    return write(header, [*draft.steps, *extra], REMARK)


def _turn(draft: StudioDraft, first: str) -> None:
    """Every widget that is reached, in the order in which a reader follows them."""
    draft.ids.of(first)
    ahead, done = [first], set[str]()
    while ahead:
        name = ahead.pop(0)
        if name in done:
            continue
        done.add(name)
        draft.after = []
        state = draft.export.states[name]
        draft.steps += WIDGETS.get(state.type, deciding.outside)(draft, state)
        ahead = [*draft.after, *ahead]


def _run_on(steps: list[Step]) -> None:
    """A step that goes on to the next in the list need not say so."""
    for step, following in zip(steps, steps[1:], strict=False):
        if step.get("to") == following["id"]:
            del step["to"]


def _declared(draft: StudioDraft, name: str) -> dict[str, Any]:
    """The declaration of a variable. What people wrote and nothing repeats is kept out of sight."""
    kind = draft.kinds[name]
    private = kind == "text" and name not in draft.set_here and name not in draft.shown
    return {"type": kind, "keep": "session"} | ({"sensitive": True} if private else {})


def _count(steps: list[Step], declared: dict[str, Any]) -> None:
    """Values of numbers, written as numbers."""
    for step in steps:
        for name, value in step.get("set", {}).items():
            if declared[name]["type"] == "int" and value.isascii() and value.isdigit() and len(value) < 10:
                step["set"][name] = int(value)


def _left_out(export: Export, report: ImportReport) -> None:
    """Widgets that nothing leads to now, or never did."""
    there = {remark.place for remark in report.remarks}
    for state in export.states.values():
        if state.name not in there and state.name != export.trigger.name:
            report.note("left out", state.name, f"{state.type}: nothing that was turned leads here")


WAITS = ("ask", "record", "peer", "flow", "story")
BACK = "it led back to `%s`, round and round: where should it lead?"


def opened(draft: StudioDraft) -> None:
    """Lead out of circles that Studio allows and no flow here may have: nobody is asked in them, or nothing leads out.

    The way back is taken out, and the step that it began at is a stub: what should happen there is for a person to say.
    """
    steps = {step["id"]: step for step in draft.steps}
    place = {name: number for number, name in enumerate(steps)}
    hasty = [name for name, step in steps.items() if not any(verb in step for verb in WAITS)]
    for name in hasty:
        for target in dict.fromkeys(_targets(steps[name])):
            back = target in hasty and place[target] <= place[name]
            if back and name in _reached(steps, target, hasty):
                _lead_elsewhere(draft, steps[name], target)
    for name, step in steps.items():
        within = _reached(steps, name, steps)
        ways = [list(_targets(steps[inner])) for inner in within]
        if all(ways) and all(target in within for targets in ways for target in targets):
            _lead_elsewhere(draft, step, next(_targets(step)))


def _targets(step: Step) -> Iterator[str]:
    yield from (step[verb] for verb in ("to", "goto") if verb in step)
    yield from (target for arm in step.get("branch", ()) for target in (arm.get("to"), arm.get("else")) if target)
    yield from step.get("then", {}).values()


def _reached(steps: Mapping[str, Step], first: str, among: Collection[str]) -> set[str]:
    """Every step of these that can follow `first`, and itself."""
    ahead, found = [first], {first}
    while ahead:
        for target in _targets(steps[ahead.pop()]):
            if target in among and target not in found:
                found.add(target)
                ahead.append(target)
    return found


def _lead_elsewhere(draft: StudioDraft, step: Step, target: str) -> None:
    finish = draft.need("finish")
    for verb in ("to", "goto"):
        if step.get(verb) == target:
            step[verb] = finish
    for ways in (*step.get("branch", ()), step.get("then", {})):
        ways |= {way: finish for way in ways if way != "if" and ways[way] == target}
    draft.stub_again(step, BACK % target)


WORDS = {
    "en": {
        "nobody": "Nobody could come to the phone just now. Leave us a message and we will get back to you.",
        "thanks": "Thank you, we have it.",
        "person": "A person will look at this and get back to you.",
        "sorry": "Something went wrong on our side. A person will look at it.",
    },
    "es": {
        "nobody": "Ahora no hay nadie libre. Deje su mensaje y le vamos a responder.",
        "thanks": "Gracias, ya lo tenemos.",
        "person": "Una persona lo va a ver y le va a responder.",
        "sorry": "Algo ha fallado de nuestro lado. Una persona lo va a revisar.",
    },
}
"""In other languages the English words stand, to be translated."""


def added(draft: StudioDraft) -> list[Step]:
    """Steps at the end that Studio lacks and every flow needs: silence, a hang-up, nobody there, a failure."""
    said = WORDS.get(draft.base, WORDS["en"])
    steps: list[Step] = []
    if "nobody" in draft.needs:
        steps += _message(draft, said)
    if "to_a_person" in draft.needs:
        steps += [
            _marked({"id": draft.need("to_a_person"), "say": said["person"]}, "words that are new here"),
            {"handover": {"to": "coordinators", "reason": "answers that weren't understood"}},
            {"end": "not_understood"},
        ]
    if "finish" in draft.needs:
        steps.append({"id": draft.need("finish"), "end": "done"})
    if "quiet" in draft.needs:
        quiet: Step = {"id": draft.need("quiet"), "end": "no_reply"}
        steps.append(_marked(quiet, "silence ends the conversation: is there anything to say or to plan?"))
    if "gone" in draft.needs:
        steps.append({"id": draft.need("gone"), "end": "hung_up"})
    draft.report.note("added", draft.need("sorry"), "what happens when anything of ours fails (`on_error`)")
    return [
        *steps,
        _marked({"id": draft.need("sorry"), "say": said["sorry"]}, "words that are new here"),
        {"handover": {"to": "coordinators", "priority": "soon", "reason": "an imported flow failed"}},
        {"end": "error"},
    ]


def _message(draft: StudioDraft, said: dict[str, str]) -> list[Step]:
    then = {"recorded": draft.ids.of("thanks after a message", "thanks"), "empty": draft.need("gone")}
    if draft.channel == "voice":
        then["hung_up"] = draft.need("gone")
    record: Step = {
        "id": draft.need("nobody"), "record": said["nobody"], "max": {"voice": "3m"}, "inbox": "coordinators",
        "then": then,
    }  # fmt: skip
    return [
        _marked(record, "nobody came: a message instead"),
        {"id": then["recorded"], "say": said["thanks"]},
        {"end": "message"},
    ]


def _marked(step: Step, reason: str) -> Step:
    return {**step, "note": f"{REVIEW}: {reason}"}
