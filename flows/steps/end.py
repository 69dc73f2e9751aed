"""`end`: the conversation is over."""

from __future__ import annotations

from collections.abc import Iterator

from flows.engine import effects
from flows.engine.run import Run
from flows.engine.step import Step
from flows.model.step import LEAVES, ONWARD, Exit, Flag, Name
from flows.model.text import Channel

STOPPED = frozenset({"stopped", "error", "hung_up", "opted_out"})
"""Ends of a sub-flow that are its `stopped`; every other one is its `finished`."""


class EndStep(Step):
    """The conversation is over, with a countable outcome."""

    verb = "end"
    fill = "#eeeeee"
    risk = "words"
    end: Name
    opt_out: Flag = False

    def enter(self, run: Run) -> str | None:
        """The end of the conversation, or of a sub-flow, which goes on where it was called."""
        run.went(self.id, ONWARD)
        if self.opt_out:
            said = [part.text for part in run.effects if isinstance(part, effects.Say)]
            run.emit(effects.OptOut(" ".join(said)))
        if not run.stack or self.opt_out:
            run.end(self.end)
            return None
        frame = run.stack.pop()
        run.flow = run.library.version(frame.flow_hash, frame.flow)
        run.step = frame.step
        return run.outcome(run.now_step, "stopped" if self.end in STOPPED else "finished")

    @property
    def ends(self) -> str | None:
        return self.end

    def exits(self, channels: tuple[Channel, ...], onward: str) -> Iterator[Exit]:
        yield Exit(self.id, "end", LEAVES)

    def box(self, language: str) -> str:
        return f"end: {self.end.replace('_', ' ')}"

    def sentence(self, language: str) -> str:
        return f"The conversation ends: {self.end.replace('_', ' ')}."
