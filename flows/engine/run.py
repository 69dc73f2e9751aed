"""One turn of a conversation while it is being worked out: a position taken apart, and what is to be said and done.

Below it stand the names that a flow's texts and conditions may use.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flows.engine import effects, sentences
from flows.engine.effects import Effect, Say
from flows.engine.position import AWAY, Awaiting, Facts, Fallback, Frame, Position, StepExit, Turn, fell_back
from flows.engine.sentences import known, line_names, say_moment
from flows.library import Library, split_entry
from flows.model.flow import Flow
from flows.model.lines import Line
from flows.model.step import ONWARD, StepShape
from flows.model.template_filters import MARK
from flows.model.templates import has_words, holds, render
from flows.model.text import Channel, Text, Value
from flows.words.folding import clean


class Fault(Exception):
    """A step cannot be carried out. `code` is for the team's alert; nothing personal is in either text."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


STEPS_A_TURN = 100
TURNS = 300
LARGEST_POSITION = 10_000
"""Characters of the position's JSON."""

DEEPEST = 4
QUESTION_KEYS = ("reminded", "confirm", "texts", "options")

WAIT_SMS = timedelta(hours=20)
WAIT_VOICE = timedelta(seconds=8)
LONGEST_TEXT = 1600
"""Characters of a variable."""

DANGER = "danger"
"""What the scratch keeps of danger that was heard in this conversation (flows.engine.after_danger)."""


@dataclass
class Run:
    """Everything that handlers read and change. `muted`: the contact hung up, so nothing is said any more.

    chosen: the contact's own words or keys led here in this very turn. consents, told, recordings: what was said
    in this conversation, newer than the facts.
    """

    library: Library
    facts: Facts
    line: Line
    flow: Flow | None
    position: Position
    step: str
    language: str
    awaiting: Awaiting | None
    tries: int
    silences: int
    variables: dict[str, Value]
    scratch: dict[str, Any]
    stack: list[Frame]
    ended: str | None
    muted: bool = False
    chosen: bool = False
    effects: list[Effect] = field(default_factory=list)
    fallbacks: list[Fallback] = field(default_factory=list)
    ways: list[StepExit] = field(default_factory=list)
    wait: timedelta | None = None
    remind: timedelta | None = None
    spent: int = 0

    @staticmethod
    def of(library: Library, position: Position, facts: Facts) -> Run:
        """The run that continues `position`. A flow version that is lost gives way to the current one."""
        line = library.lines.get(facts.line) or next(iter(library.lines.values()))
        return Run(
            library, facts, line, library.version(position.flow_hash, position.flow), position, position.step,
            position.language, position.awaiting, position.tries, position.silences, dict(position.variables),
            dict(position.scratch), list(position.stack), position.ended,
            muted=position.channel == "voice" and bool(position.scratch.get("hung_up")),
        )  # fmt: skip

    @property
    def channel(self) -> Channel:
        """By text or by call."""
        return self.position.channel

    @property
    def fresh(self) -> bool:
        """Whether the conversation has not begun."""
        return self.awaiting is None and self.ended is None

    @property
    def now_flow(self) -> Flow:
        """The flow. Raises Fault if there is none."""
        if self.flow is None:
            raise Fault("no_flow", "the flow of this conversation is in no library")
        return self.flow

    @property
    def now_step(self) -> StepShape:
        """The step where we stand. Raises Fault if the flow has none of that id."""
        if self.step not in self.now_flow.places:
            raise Fault("no_step", "the flow has no step of that id")
        return self.now_flow.step(self.step)

    @property
    def consents(self) -> dict[str, bool]:
        """What was agreed or refused in this conversation."""
        return self.scratch.setdefault("consents", {})  # type: ignore[no-any-return]

    @property
    def told(self) -> dict[str, Any]:
        """What the contact said about themselves in this conversation."""
        return self.scratch.setdefault("told_us", {})  # type: ignore[no-any-return]

    @property
    def recordings(self) -> dict[str, Any]:
        """Recordings by variable: `{id, seconds}`."""
        return self.scratch.setdefault("recordings", {})  # type: ignore[no-any-return]

    def chain(self) -> list[str]:
        """Languages to try, in order: the contact's, its base, the line's first, the flow's base."""
        base = [self.flow.base] if self.flow else []
        return list(dict.fromkeys([self.language, self.language.split("-")[0], self.line.languages[0], *base]))

    # --- what is said ---------------------------------------------------------------------------------------

    def emit(self, *parts: Effect) -> None:
        """Add effects. What is spoken is dropped once the contact hung up."""
        self.effects.extend(part for part in parts if not (self.muted and isinstance(part, effects.Spoken)))

    def fill(self, source: str) -> str:
        """A template filled in. Raises TemplateError."""
        return render(source, names(self)) if "{" in source else source

    def holds(self, condition: str) -> bool:
        """Whether a condition holds. Raises TemplateError."""
        return holds(condition, names(self))

    def sentence(self, key: str, language: str | None = None, /, **values: Any) -> tuple[str, str]:
        """A sentence of ours and the language it is in. Raises NoSentence, TemplateError."""
        names = {**line_names(self.line, self.facts.org_name), **values}
        chain = [language, *self.chain()] if language else self.chain()
        return sentences.sentence(self.library, key, chain, self.channel, names)

    def in_language(self, spoken: str, wanted: str | None = None) -> None:
        """Note the language of words that are said, if it is not the contact's (or not the `wanted` one)."""
        wanted = wanted or self.language
        if fell_back(wanted, spoken) and not self.muted:
            self.fallbacks.append(Fallback(self.flow.name if self.flow else "", self.step, wanted, spoken))

    def say(self, key: str, language: str | None = None, /, **values: Any) -> str:
        """Say a sentence of ours; answers its words."""
        words, spoken = self.sentence(key, language, **values)
        if words:
            self.in_language(spoken, language)
            self.emit(Say(words, spoken))
        return words

    def speak(self, slot: Text) -> str:
        """Say a slot of the flow; answers its words. Recordings in it are played back (by text: read)."""
        picked = slot.pick(self.channel, self.chain())
        if picked is None:
            return ""
        words = self.fill(picked.text)
        if picked.language != self.language and (picked.clip or has_words(picked.text)):
            self.in_language(picked.language)
        if MARK in words:
            return self._with_recordings(words, picked.language)
        words = words.strip()
        if words or picked.clip:
            self.emit(Say(words, picked.language, picked.clip))
        return words

    def _with_recordings(self, words: str, language: str) -> str:
        for number, part in enumerate(words.split(MARK)):
            taken = self.recordings.get(part) if number % 2 else None
            if taken and self.channel == "voice":
                self.emit(effects.PlayBack(taken["id"]))
            elif text := (str(self.variables.get(part) or "") if number % 2 and not taken else part).strip():
                self.emit(Say(text, language))
        return ""

    # --- where it goes --------------------------------------------------------------------------------------

    def spend(self) -> None:
        """One step of this turn's budget. Raises Fault when it is used up."""
        self.spent += 1
        if self.spent > STEPS_A_TURN:
            raise Fault("budget", f"more than {STEPS_A_TURN} steps in one turn")

    def after(self, step: StepShape) -> str:
        """Where `step` falls through to. Raises Fault off the end."""
        goes = self.now_flow.after(step.id)
        if goes is None:
            raise Fault("off_the_end", "the flow runs off its end")
        self.went(step.id, ONWARD)
        return goes

    def outcome(self, step: StepShape, *names: str) -> str:
        """Where the first of these outcomes that `then` has leads, else where the step falls through to."""
        name = next((name for name in names if name in step.then), None)
        if name is None:
            return self.after(step)
        self.went(step.id, name)
        return step.then[name]

    def went(self, step_id: str, outcome: str) -> None:
        """Note how a step of this flow was left."""
        if self.flow is not None:
            self.ways.append(StepExit(self.flow.name, self.flow.hash, step_id, outcome))

    def jump(self, entry: str) -> str:
        """Leave everything and go on in another flow (`flow` or `flow.step`). Raises Fault if there is none."""
        name, step = split_entry(entry)
        flow = self.library.flows.get(name)
        if flow is None or self.channel not in flow.channels:
            raise Fault("no_flow", "the flow to go to doesn't exist, or isn't for this channel")
        if self.awaiting is not None:
            self.went(self.step, AWAY)
        self.flow = flow
        self.stack.clear()
        return step if step in flow.places and step else flow.steps[0].id

    def await_(self, what: Awaiting, wait: timedelta | None = None, remind: timedelta | None = None) -> None:
        """Stop here until something happens. By text, `wait` is how long; calls say it in their Ask."""
        self.awaiting = what
        if self.channel == "sms":
            self.wait, self.remind = wait, remind

    def sms_wait(self, own: timedelta | None = None) -> timedelta:
        """How long an answer by text may take: the step's own, the flow's, ours."""
        return own or (self.flow.body.defaults.wait.sms if self.flow else None) or WAIT_SMS

    def voice_wait(self, own: timedelta | None = None) -> timedelta:
        """How long silence on a call may last."""
        return own or (self.flow.body.defaults.wait.voice if self.flow else None) or WAIT_VOICE

    def most_tries(self, own: int | None = None) -> int:
        """How many silences, and how many answers that are not understood, it takes to give up."""
        return own or self.now_flow.body.defaults.tries

    def gone(self) -> None:
        """Nobody hears us any more."""
        self.muted = True
        self.scratch["hung_up"] = True

    def change_language(self, wanted: str) -> None:
        """From now on in this language; kept with the contact."""
        self.language = wanted
        self.scratch["language_known"] = True
        self.emit(effects.SaveContact("language", wanted))

    def end(self, outcome: str) -> None:
        """The conversation is over; a call is hung up."""
        if self.awaiting is not None:
            self.went(self.step, outcome)
        self.ended, self.awaiting, self.wait, self.remind = outcome, None, None, None
        self.stack.clear()
        if self.channel == "voice":
            self.emit(effects.HangUp())

    def new_question(self) -> None:
        """Forget what belonged to the question before."""
        self.tries = self.silences = 0
        for key in QUESTION_KEYS:
            self.scratch.pop(key, None)

    def turn(self) -> Turn:
        """What this turn gives back. Raises Fault if the position has grown too large."""
        flow = self.flow
        position = Position(
            flow=flow.name if flow else self.position.flow,
            flow_hash=flow.hash if flow else self.position.flow_hash,
            step=self.step,
            channel=self.channel,
            language=self.language,
            awaiting=self.awaiting,
            turn=self.position.turn + 1,
            tries=self.tries,
            silences=self.silences,
            variables=self.variables,
            scratch={key: value for key, value in self.scratch.items() if value not in (None, {}, [])},
            stack=tuple(self.stack),
            ended=self.ended,
        )
        if len(json.dumps(position.to_json(), ensure_ascii=False)) > LARGEST_POSITION:
            raise Fault("budget", "this conversation holds too much")
        return Turn(position, tuple(self.effects), self.wait, self.remind, tuple(self.fallbacks), tuple(self.ways))


# --- the names that texts and conditions may use, looked up only when they are -------------------------------


class RecordingValue(dict[str, Any]):
    """What a `record` step took: `{{ story.seconds }}`, `{{ story.words }}`, `{{ story | play }}`."""

    def __init__(self, name: str, seconds: int, words: int) -> None:
        super().__init__(seconds=seconds, words=words)
        self.name = name

    def __str__(self) -> str:
        return ""

    def __html__(self) -> str:
        return ""


class AskedValue(Mapping[str, Any]):
    """A mapping whose values are found when they are asked for."""

    def __init__(self, run: Run) -> None:
        self.run = run

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 1


class Consents(AskedValue):
    """`consent.NAME`: whether it was given, in this conversation or before."""

    def __getitem__(self, name: str) -> bool:
        return self.run.consents.get(name, name in self.run.facts.consents)


class HoursValue(AskedValue):
    """`hours.NAME.open` and `hours.NAME.next_open` (in words). Raises KeyError for an unknown schedule."""

    def __getitem__(self, name: str) -> Mapping[str, Any]:
        schedule = self.run.library.schedules[name]
        zone = self.run.line.time_zone
        opens = schedule.next_open(self.run.facts.now, zone)
        if schedule.is_open(self.run.facts.now, zone):
            key, values = "open_now", dict[str, str]()
        elif opens is None:
            return {"open": False, "next_open": ""}
        else:
            words = self.run.library.words[known(self.run.library, [*self.run.chain(), *self.run.library.words])[0]]
            key, values = say_moment(words, opens, self.run.facts.now, schedule.time_zone or zone)
        return {"open": key == "open_now", "next_open": self.run.sentence(key, **values)[0]}


def names(run: Run) -> dict[str, Any]:
    """Everything by name. A variable that has no value yet is there, and empty."""
    facts = run.facts
    here = facts.now.astimezone(ZoneInfo(run.line.time_zone))
    found: dict[str, Any] = {
        **line_names(run.line, facts.org_name),
        "contact": {
            "name": clean(str(run.told.get("name", facts.contact_name) or ""), 60) or None,
            "language": run.language,
            "can_text": facts.can_text,
        },
        "consent": Consents(run),
        "hours": HoursValue(run),
        "now": here,
        "today": here.date(),
        "_language": _told(run),
    }
    if run.flow is not None:
        for name in run.flow.vars:
            found[name] = value_of(run, name)
    return found


def value_of(run: Run, name: str) -> Any:
    """A variable as texts see it: from this conversation, else what is kept with the contact."""
    value = run.variables.get(name)
    shape = run.flow.vars.get(name) if run.flow else None
    if shape is None:
        return value
    if value is None and name not in run.variables and shape.keep == "contact":
        value = as_type(run.facts.kept.get(name), shape.type)
    if shape.type == "recording" and value is not None:
        taken = run.recordings.get(name)
        return RecordingValue(name, taken["seconds"] if taken else 0, 0 if taken else len(str(value).split()))
    return value


def _told(run: Run) -> dict[str, Any]:
    code = (known(run.library, run.chain()) or ["en"])[0]
    words = run.library.words.get(code)
    return {"code": code, "clock": words.clock if words else 24}


def as_type(value: Any, kind: str) -> Value:
    """`value` as a variable of this kind holds it; None if it is empty or cannot be one."""
    if value is None or value == "":
        return None
    if kind == "int":
        text = str(value).strip()
        whole = text.removeprefix("-")
        return int(text) if whole.isascii() and whole.isdigit() and len(whole) <= 12 else None
    if kind == "bool":
        return value if isinstance(value, bool) else str(value).strip().lower() in ("true", "yes", "1")
    if isinstance(value, bool | int):
        return value
    return clean(str(value), LONGEST_TEXT) or None
