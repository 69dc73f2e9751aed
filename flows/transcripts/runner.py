"""Runs a transcript: says every line of it to the flows and compares what they do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from flows.checks.ways import StepCount
from flows.engine import effects
from flows.library import Library
from flows.model.text import Channel
from flows.transcripts.format import CaseLike, Expect, PlannedFollowUp, Them, Transcript, TranscriptLine, Us
from flows.transcripts.people import Planned
from flows.transcripts.world import SaidInWorld, World
from flows.words.segments import sent_segments

NOON = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
"""When a transcript plays that does not say: a Monday noon in New York."""

PHONE_KEYS = frozenset("0123456789*#")


@dataclass(frozen=True)
class Problem:
    """Something that went otherwise than written. `line` counts the lines of the talk from 1; 0 is `expect`.

    words: it is about the words alone, and we did say something.
    """

    line: int
    text: str
    words: bool = False


@dataclass(frozen=True)
class HeardAtLine:
    """What we said at a line of a talk: all of it, and without what the services said by the way."""

    words: str
    plain: str


@dataclass(frozen=True)
class Result:
    """How one transcript went on one channel. `ways` are those it took through the flows.

    heard: what we said, by the line of the talk that says so. course: all that happened besides, words left out: two
    results with the same one differ in nothing but their words.
    """

    name: str
    channel: Channel
    problems: tuple[Problem, ...]
    ways: frozenset[StepCount]
    heard: Mapping[int, HeardAtLine] = field(default_factory=dict, repr=False, compare=False)
    course: tuple[object, ...] = field(default=(), repr=False, compare=False)

    @property
    def passed(self) -> bool:
        return not self.problems


def run(library: Library, transcript: Transcript, channel: Channel | None = None) -> Result:
    """Play `transcript` on `channel` (the first that it names). Every fault is a problem of the result."""
    on = channel or transcript.channel[0]
    there = replace(library, schedules={**library.schedules, **transcript.schedules})
    world = World(
        there, on, transcript.at or NOON, _line(library), transcript.contact,
        transcript.peers, transcript.stories, transcript.team,
    )  # fmt: skip
    play = _Play(world, transcript)
    problems = tuple(play.problems())
    return Result(transcript.name, on, problems, frozenset(world.ways), play.heard, course(world))


@dataclass
class _Play:
    """`open` is what we said that no line of the transcript has mentioned yet; `mark` where our actions were then."""

    world: World
    transcript: Transcript
    open: tuple[SaidInWorld, ...] = ()
    mark: int = 0
    segments: int = 0
    begun: bool = False
    heard: dict[int, HeardAtLine] = field(default_factory=dict)

    def problems(self) -> Iterator[Problem]:
        """Play every line; yield what went otherwise."""
        for number, line in enumerate(self.transcript.talk, 1):
            try:
                if line.us is not None:
                    self._begin(None)
                    yield from self._compare(number, line.us)
                else:
                    yield from (Problem(number, text) for text in self._moves(line))
            except (ValueError, RuntimeError, KeyError) as error:
                yield Problem(number, str(error))
                return
        yield from (Problem(len(self.transcript.talk), text) for text in self._unexpected())
        yield from (Problem(0, text) for text in differences(self.world, self.transcript.expect, self.segments))

    def _moves(self, line: TranscriptLine) -> Iterator[str]:
        if self._begin(line.them):
            return
        yield from self._unexpected()
        self.mark = len(self.world.done)
        if line.them is not None:
            _do(self.world, line.them)
        elif line.breaks:
            self.world.breaks()
        elif line.wait is not None:
            self.world.waits(line.wait)
        elif line.peer is not None:
            self.world.peer(line.peer.name, line.peer.does)
        elif line.peer_says is not None:
            self.world.peer_says(line.peer_says)
        self._collect()

    def _begin(self, them: Them | None) -> bool:
        """Begin the conversation at the first line. Answers whether that line was itself the beginning."""
        if self.begun:
            return False
        self.begun = True
        by_text = self.world.channel == "sms" and self.transcript.flow is None and them is not None
        if by_text and them is not None:
            _do(self.world, them)
        else:
            self.world.begin(self.transcript.flow, self.transcript.by)
        self._collect()
        return by_text

    def _collect(self) -> None:
        said = self.world.take()
        self.open = (*self.open, *said)
        if self.world.channel == "sms":
            self.segments += sent_segments("\n".join(part.text for part in said))

    def _unexpected(self) -> Iterator[str]:
        """What nobody mentioned, unless the services said it by the way."""
        words = " / ".join(part.text for part in self.open if not part.aside)
        self.open = ()
        if words:
            yield f"we also said: {words!r}"

    def _compare(self, number: int, us: Us) -> Iterator[Problem]:
        said, self.open = self.open, ()
        words = "\n".join(part.text for part in said)
        plain = "\n".join(part.text for part in said if not part.aside)
        self.heard[number] = HeardAtLine(words, plain)
        yield from (Problem(number, text, bool(words)) for text in _worded(us, words, plain))
        yield from (Problem(number, text) for text in self._promised(us, words, plain))

    def _promised(self, us: Us, words: str, plain: str) -> Iterator[str]:
        """What is said of a line besides its words."""
        yield from (f"we said {words!r}, with {piece!r} in it" for piece in us.hasnt if piece in words)
        if us.nothing and plain:
            yield f"we said {words!r}, not nothing"
        if us.keys is not None and self.world.channel == "voice" and us.keys != (keys := open_keys(self.world)):
            yield f"the keys are {', '.join(keys) or 'none'}, not {', '.join(us.keys)}"
        if us.segments is not None and self.world.channel == "sms" and (count := sent_segments(words)) > us.segments:
            yield f"the text takes {count} segments, more than {us.segments}"
        if us.safety is not None and us.safety not in _alerts(self.world, self.mark):
            yield f"no {us.safety} alert was raised"


def _worded(us: Us, words: str, plain: str) -> Iterator[str]:
    if us.text is not None and us.text.strip() not in (words.strip(), plain.strip()):
        yield f"we said {words!r}, not {us.text.strip()!r}"
    yield from (f"we said {words!r}, without {piece!r}" for piece in us.has if piece not in words)


def course(world: World) -> tuple[object, ...]:
    """Everything that a conversation did, in order, and how it stands at its end; not which words it said."""
    at, notes = world.position, world.notes
    done = tuple(_wordless(effect) for effect in world.done)
    stands = (at.ended, at.flow, at.step, at.awaiting, at.language, dict(at.variables)) if at else ()
    known = (dict(notes.kept), dict(notes.consents), set(notes.tags), notes.opted_out, notes.language)
    return done, frozenset(world.ways), stands, known, dict(notes.follow_ups)


def _wordless(effect: effects.Effect) -> object:
    match effect:
        case effects.Say() | effects.SendText():
            return type(effect), effect.language
        case effects.SaveConsent():
            return replace(effect, wording="")
        case effects.OptOut() | effects.OptIn():
            return type(effect)
        case effects.Ask():
            return replace(effect, hints=())
        case _:
            return effect


def open_keys(world: World) -> tuple[str, ...]:
    """The keys that answer the open question of a call."""
    position = world.position
    if position is None or position.awaiting != "answer":
        return ()
    flow = world.library.version(position.flow_hash, position.flow)
    step = flow.step(position.step) if flow else None
    return step.open_keys(world.channel) if step else ()


def _do(world: World, them: Them) -> None:
    if them.silent:
        world.keeps_silent()
    elif them.hangs_up:
        world.hangs_up()
    elif them.records is not None:
        world.records(them.records)
    elif them.press is not None:
        world.presses(them.press)
    elif them.says is not None:
        world.speaks(them.says)
    elif them.text is not None:
        neutral(world, them.text)


def neutral(world: World, words: str) -> None:
    """A text; on a call keys if it is made of them, else speech."""
    if world.channel == "sms":
        world.texts(words)
    elif words and set(words) <= PHONE_KEYS:
        world.presses(words)
    else:
        world.speaks(words)


def _alerts(world: World, since: int) -> set[str]:
    return {effect.kind for effect in world.done[since:] if isinstance(effect, effects.RaiseAlert)}


def _line(library: Library) -> str:
    return next(iter(library.lines))


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
