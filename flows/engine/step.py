"""How a step runs: what the engine asks of the step where a conversation stands, and what most steps answer.

What a method answers is where the flow goes on: a step's id, or None when it waits (again) or the flow has ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from flows.engine.inputs import Input
from flows.engine.position import Awaiting
from flows.engine.run import Fault, Run
from flows.model.step import StepShape
from flows.words.reactions import Reaction

CONFIRM = timedelta(hours=1)
"""How long the question after FORGET stays open."""

STALE = "(stale)"
"""Instead of a step: what came is not for this step, or not now."""


@dataclass(frozen=True)
class Said:
    """An answer: words that were texted or spoken, or keys."""

    words: str
    by_keys: bool = False


class Step(StepShape):
    """A step that runs. One that waits says in `listens` for what; the rest of it is asked only then."""

    listens: ClassVar[Awaiting | None] = None
    takes_voice_notes: ClassVar[bool] = False

    def enter(self, run: Run) -> str | None:
        """Carry it out. Raises Fault, TemplateError."""
        raise NotImplementedError

    def hear(self, run: Run, said: Said) -> str | None:
        """What an answer leads to."""
        raise NotImplementedError

    def ask_again(self, run: Run, *, quietly: bool = False) -> None:
        """Wait on for the same. `quietly`: without saying it again, where the channel needs no words (texts)."""
        raise NotImplementedError

    def silent(self, run: Run) -> str | None:
        """Nothing came, on a call."""
        raise NotImplementedError

    def timed_out(self, run: Run) -> str | None:
        """Nothing came, by text."""
        return self.silent(run)

    def on_event(self, run: Run, what: Input) -> str | None:
        """Something came of what was asked of the world: a peer, a story, a recording. STALE: not for this step."""
        return STALE

    def on_case(self, run: Run, taken: bool) -> str | None:
        """What was put before the team is there; `taken`: a person has it already."""
        run.end("with_a_person")
        return None

    def leave(self, run: Run) -> None:
        """The contact goes, by a word that is obeyed before any flow, or by hanging up."""

    def stop(self, run: Run) -> str | None:
        """The contact has had enough of what is told."""
        return STALE

    def hand_in(self, run: Run, then: str) -> bool:
        """They go while they leave a message: True if it goes to the team first, and only `then` where they want."""
        return False

    def take_note(self, run: Run, recording: str, body: str) -> str | None:
        """A voice note came by text, where `takes_voice_notes`."""
        raise NotImplementedError

    def understands(self, run: Run, said: Said) -> bool:
        """Whether these words are an answer."""
        return False

    def takes_any(self) -> bool:
        """Whether any text is an answer."""
        return False

    def takes_nought(self) -> bool:
        """Whether 0 is an answer."""
        return False

    def liked(self, run: Run, reaction: Reaction) -> Said | None:
        """What the reaction of a phone to a text of ours says; None if it is no answer."""
        return None

    def choose(self, run: Run, name: str) -> str | None:
        """Where a choice of `menu` leads, as if it had been the answer."""
        raise NotImplementedError


def step_of(run: Run) -> Step:
    """The step where a conversation stands. Raises Fault if the flow has none of that id."""
    step = run.now_step
    if not isinstance(step, Step):
        raise Fault("no_step", "the step can't be run")
    return step


def open_step(run: Run) -> Step | None:
    """The step that waits for the contact's words, keys or voice; None if none does."""
    if run.awaiting not in ("answer", "recording", "story_keys"):
        return None
    step = step_of(run)
    return step if step.listens == run.awaiting else None


def answers(run: Run, said: Said) -> bool:
    """Whether the open question understands these words as its answer."""
    step = open_step(run)
    return step is not None and step.understands(run, said)


def leave(run: Run) -> None:
    """The contact goes from what is open, wherever to: this must not fail, even where the step is lost."""
    if run.flow is not None and run.step in run.flow.places and (step := open_step(run)):
        step.leave(run)


def ask_again(run: Run, *, quietly: bool = False) -> None:
    """Back to whatever was waited for, after something came between. `quietly`: without saying it again by text."""
    if (step := open_step(run)) is not None:
        step.ask_again(run, quietly=quietly)
    elif run.awaiting == "answer":
        run.await_("answer", run.sms_wait())
    elif run.awaiting == "confirm_forget":
        run.await_("confirm_forget", CONFIRM)


def walk(run: Run, goes: str | None) -> None:
    """Carry out steps from `goes` on; None means that something is waited for already. Raises Fault, TemplateError."""
    if goes is None:
        return
    run.awaiting, run.wait, run.remind = None, None, None
    while goes is not None and run.ended is None:
        run.spend()
        run.step = goes
        goes = step_of(run).enter(run)
    if run.muted and run.awaiting not in (None, "case"):
        run.end("hung_up")
