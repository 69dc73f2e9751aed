"""How a conversation begins: where the line, a keyword or a follow-up says."""

from __future__ import annotations

from flows.engine import navigation
from flows.engine.effects import Say
from flows.engine.inputs import Started
from flows.engine.run import Run
from flows.engine.step import Said, Step, answers, ask_again, walk


def started(run: Run, what: Started) -> bool:
    """A call came in, or it is us who write or call."""
    if run.ended is not None:
        return False
    if not run.fresh:
        ask_again(run)
        return True
    if what.by == "contact":
        introduce(run)
    walk(run, run.step)
    return True


def begin_with(run: Run, body: str) -> None:
    """A first text: a keyword of the line leads to its flow, anything else to where we stand."""
    run.chosen = True
    found = run.library.keyword(run.line.key, body)
    if found and found[2] and run.facts.contact_language is None and found[2] != run.language:
        run.change_language(found[2])
    introduce(run)
    if found:
        walk(run, run.jump(found[0] if found[1] is None else f"{found[0]}.{found[1]}"))
    else:
        walk(run, run.step)


def reset(run: Run) -> None:
    """A text after the end: everything of the old conversation is left, and the line's beginning waits."""
    run.ended, run.awaiting = None, None
    run.tries = run.silences = 0
    run.variables.clear()
    run.scratch.clear()
    run.step = run.jump(run.line.texts)


def introduce(run: Run) -> None:
    """Say who we are to someone who texts us for the first time."""
    if not run.facts.first_contact or run.channel != "sms" or run.muted:
        return
    picked = run.line.introduction.pick("sms", run.chain()) if run.line.introduction else None
    if picked is None:
        run.say("introduction")
    elif words := run.fill(picked.text).strip():
        run.emit(Say(words, picked.language))


def asks_for_a_person(run: Run, step: Step, said: Said) -> bool:
    """Whether a keyword that leads to a person came where any text is an answer: we tell people to use it."""
    found = run.library.keyword(run.line.key, said.words)
    return found is not None and step.takes_any() and navigation.is_person(run, found[0])


def keyword_instead(run: Run, step: Step, said: Said) -> str | None:
    """Where a keyword of the line leads that does not answer what is open."""
    found = run.library.keyword(run.line.key, said.words)
    if found is None or step.takes_any():
        return None
    flow = run.library.flows.get(found[0])
    if flow is None or run.channel not in flow.channels or answers(run, said):
        return None
    run.chosen = True
    run.new_question()
    return run.jump(found[0] if found[1] is None else f"{found[0]}.{found[1]}")
