"""The `ask` step: the question once, its options as often as needed, silence and nonsense counted apart."""

from __future__ import annotations

from datetime import timedelta

from flows.engine import effects
from flows.engine.answers import Answer, Said, read_back, understand
from flows.engine.options import keys_and_hints, say_options
from flows.engine.run import DANGER, Run
from flows.engine.variables import set_variable
from flows.model.step import StepShape
from flows.steps import Ask
from flows.words.matching import is_sentence

WAIT_SMS = timedelta(hours=20)
WAIT_VOICE = timedelta(seconds=8)


def ask(run: Run, step: Ask) -> str | None:
    """Ask for the first time."""
    run.new_question()
    run.scratch["last_ask"] = run.speak(step.ask)[:600]
    say_options(run, step)
    wait_for_answer(run, step)
    return None


def wait_for_answer(run: Run, step: Ask) -> None:
    """Stop until an answer comes; on a call, say how it may come."""
    if run.channel == "voice":
        digits, finish, hints = ("confirm" in run.scratch and (1, "", ())) or keys_and_hints(run, step)
        run.emit(effects.Ask(run.language, voice_wait(run, step), digits, finish, True, hints))
    wait = sms_wait(run, step)
    remind = wait / 2 if step.remind and not run.scratch.get("reminded") else None
    run.await_("answer", wait / 2 if run.scratch.get("reminded") else wait, remind)


def sms_wait(run: Run, step: StepShape | None = None) -> timedelta:
    """How long an answer by text may take."""
    own = step.wait.sms if isinstance(step, Ask) else None
    return own or (run.flow.body.defaults.wait.sms if run.flow else None) or WAIT_SMS


def voice_wait(run: Run, step: StepShape | None = None) -> timedelta:
    """How long silence on a call may last."""
    own = step.wait.voice if isinstance(step, Ask) else None
    return own or (run.flow.body.defaults.wait.voice if run.flow else None) or WAIT_VOICE


def tries_of(run: Run, step: StepShape) -> int:
    """How many silences, and how many answers that are not understood, it takes to give up."""
    own = step.tries if isinstance(step, Ask) else None
    return own or run.now_flow.body.defaults.tries


def answered(run: Run, step: Ask, said: Said) -> str | None:
    """What an answer leads to; None when we ask again."""
    if "confirm" in run.scratch:
        return _confirmed(run, step, said)
    answer = understand(run, step, said)
    if answer is None:
        return _not_understood(run, step, said)
    if step.phone or step.time:
        run.scratch["confirm"] = answer.value
        read_back(run, step)
        wait_for_answer(run, step)
        return None
    return _taken(run, step, answer)


def silent(run: Run, step: Ask) -> str | None:
    """Nothing was pressed or said: ask again, or give up."""
    run.silences += 1
    if run.silences >= tries_of(run, step):
        return run.outcome(step, "timeout")
    again(run, step, why="silent")
    return None


def again(run: Run, step: Ask, why: str) -> None:
    """Ask once more.

    why: `invalid` (not understood), `sentence` (not understood, and more than an answer, or said by somebody in danger:
    a person is offered), `silent`, or `same` (something else came between).
    """
    if "confirm" in run.scratch:
        read_back(run, step)
    else:
        own_words = why == "invalid" and step.invalid is not None and bool(run.speak(step.invalid))
        if why == "sentence":
            run.say("offered_person")
        if why == "invalid" and not own_words:
            run.say("not_understood")
        if why == "same" or (why == "silent" and not step.choices):
            run.speak(step.ask)
        say_options(run, step, again=True, own_words=own_words)
    wait_for_answer(run, step)


def chosen(run: Run, step: Ask, name: str) -> str:
    """Where the choice of this name leads, as if it had been the answer."""
    return _taken(run, step, Answer(name, name))


def _not_understood(run: Run, step: Ask, said: Said) -> str | None:
    run.tries += 1
    if run.tries >= tries_of(run, step):
        return run.outcome(step, "invalid")
    sentence = not said.by_keys and not (step.phone or step.time) and is_sentence(said.words)
    again(run, step, why="sentence" if sentence or run.scratch.get(DANGER) else "invalid")
    return None


def _taken(run: Run, step: Ask, answer: Answer) -> str:
    run.chosen = True
    if step.save and answer.outcome != "skip":
        set_variable(run, step.save, answer.value)
    return run.outcome(step, answer.outcome) if answer.outcome else run.after(step)


def _confirmed(run: Run, step: Ask, said: Said) -> str | None:
    """The answer to "is that right?"."""
    agreed = understand(run, step, said, confirm=True)
    if agreed is not None and agreed.outcome == "yes":
        return _taken(run, step, Answer(None, run.scratch.pop("confirm")))
    run.tries += 1
    if run.tries >= tries_of(run, step):
        return run.outcome(step, "invalid")
    if agreed is not None:
        run.scratch.pop("confirm")
        run.speak(step.ask)
        wait_for_answer(run, step)
        return None
    again(run, step, why="same")
    return None
