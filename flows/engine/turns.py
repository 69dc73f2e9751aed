"""The engine's doors, and what happens when a flow fails."""

from __future__ import annotations

from flows.engine.dispatch import hear
from flows.engine.effects import Ask, ChooseStory, ConnectPeer, Effect, HangUp, Hold, OpenCase, RaiseAlert, Record, Say
from flows.engine.inputs import Input, Started
from flows.engine.position import Facts, Position, Turn
from flows.engine.run import DANGER, TURNS, Fault, Run
from flows.engine.step import walk
from flows.library import Library
from flows.model.flow import Flow
from flows.model.templates import TemplateError
from flows.model.text import Channel
from flows.words.keywords import GlobalWord

MOST_FAILURES = 3
LAST_WORDS = "Something went wrong on our side, and we're sorry. Please try again in a minute. In danger call 911."
"""Said when even the sentence of words.yaml cannot be: no name in it, nothing to fill in."""

_WAITS = Ask | Record | Hold | ConnectPeer | ChooseStory | OpenCase | HangUp


def enter(
    library: Library,
    line: str,
    channel: Channel,
    facts: Facts,
    *,
    flow: str | None = None,
    step: str | None = None,
    language: str | None = None,
) -> Position:
    """A position before its first input: in `flow` (at `step`) if there is such a flow, else where the line begins."""
    line = line if line in library.lines else next(iter(library.lines))
    name, at = (flow, step) if flow in library.flows else library.entry(line, channel)
    chosen = library.flows[name or ""]
    place = at if at in chosen.places and at else chosen.steps[0].id
    return Position(
        flow=chosen.name,
        flow_hash=chosen.hash,
        step=place,
        channel=channel,
        language=language or _first_language(library, line, facts, chosen),
    )


def begin(
    library: Library,
    flow: str,
    facts: Facts,
    channel: Channel,
    language: str | None = None,
    step: str | None = None,
    by: Started | None = None,
) -> Turn:
    """The first turn of a conversation in `flow`."""
    position = enter(library, facts.line, channel, facts, flow=flow, step=step, language=language)
    return _step(library, position, by or Started(), facts)


def step(library: Library, position: Position, what: Input, facts: Facts) -> Turn:
    """What comes next. Any input in any state gives a Turn; a stale or foreign one gives the position back as it is."""
    return _step(library, position, what, facts)


def global_word(library: Library, line: str, body: str, language: str | None = None) -> GlobalWord | None:
    """What a text means before any flow is asked; also PEER and its like, where the line has such a keyword."""
    return library.matcher.hear(body)


def _step(library: Library, position: Position, what: Input, facts: Facts) -> Turn:
    run = Run.of(library, position, facts)
    try:
        if position.turn >= TURNS and position.ended is None:
            raise Fault("budget", f"more than {TURNS} turns in one conversation")
        if not hear(run, what):
            return Turn(position)
        return run.turn()
    except Exception as error:
        return _failed(library, run, position, facts, error)


def _failed(library: Library, run: Run, position: Position, facts: Facts, error: Exception) -> Turn:
    """The ladder: what was said stays, then the flow's `on_error`, then a fixed sentence."""
    said = _without_waits(run.effects)
    alert = RaiseAlert("flow_error", _code(error))
    failures = int(position.scratch.get("failures", 0)) + 1
    if failures < MOST_FAILURES and position.turn < TURNS + MOST_FAILURES and run.flow is not None:
        again = Run.of(library, position, facts)
        again.flow, again.language, again.muted = run.flow, run.language, run.muted
        again.variables = run.variables if _code(error) != "budget" else {}
        again.scratch = {**_lasting(run), "failures": failures}
        again.stack.clear()
        again.fallbacks, again.ways = run.fallbacks, run.ways
        again.effects = [*said, alert]
        try:
            again.new_question()
            walk(again, run.flow.on_error)
            return again.turn()
        except Exception as second:
            alert = RaiseAlert("flow_error", f"{_code(error)}, {_code(second)}")
            said = _without_waits([part for part in again.effects if not isinstance(part, RaiseAlert)])
    return _last_resort(run, position, [*said, alert])


def _last_resort(run: Run, position: Position, said: list[Effect]) -> Turn:
    """The fixed sentence, and the end. Nothing in here can fail."""
    if not run.muted:
        try:
            words, language = run.sentence("last_resort")
        except Exception:
            words, language = LAST_WORDS, "en"
        said.append(Say(words, language))
        if position.channel == "voice":
            said.append(HangUp())
    last = Position(
        flow=run.flow.name if run.flow else position.flow,
        flow_hash=run.flow.hash if run.flow else position.flow_hash,
        step=run.step,
        channel=position.channel,
        language=run.language,
        turn=position.turn + 1,
        ended="error",
    )
    return Turn(last, tuple(said))


def _without_waits(effects: list[Effect]) -> list[Effect]:
    return [part for part in effects if not isinstance(part, _WAITS)]


def _lasting(run: Run) -> dict[str, object]:
    """What of the scratch a failed turn keeps: recordings above all, so that nothing of the contact's is lost."""
    kept = ("recordings", "handed_in", "consents", "told_us", "hung_up", "heard", "language_known", DANGER)
    return {key: run.scratch[key] for key in kept if run.scratch.get(key)}


def _code(error: Exception) -> str:
    """What the alert names: a code of ours or the kind of error, never its words."""
    if isinstance(error, Fault):
        return error.code
    return "template" if isinstance(error, TemplateError) else type(error).__name__


def _first_language(library: Library, line: str, facts: Facts, flow: Flow) -> str:
    """The contact's language if the line speaks it (or its base), else the line's first."""
    spoken = library.lines[line].languages if line in library.lines else flow.languages
    wanted = facts.contact_language
    if wanted is None:
        return spoken[0]
    known = {*spoken, *flow.languages}
    return next((code for code in (wanted, wanted.split("-")[0]) if code in known), spoken[0])
