"""`say`: say something."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from flows.engine import effects
from flows.engine.run import Run
from flows.engine.step import Step
from flows.engine.variables import keep
from flows.model.step import LONG
from flows.model.text import Path, Text


class SayStep(Step):
    """Say something. `once` keeps quiet when it was said before; `via: sms` sends a text during a call."""

    verb = "say"
    opens = True
    quick = True
    risk = "words"
    slots_are = {"say": "said"}
    say: Text
    once: Literal["session", "contact"] | None = None
    via: Literal["sms"] | None = None

    def enter(self, run: Run) -> str | None:
        name = f"{run.now_flow.name}.{self.id}"
        if self.once == "session":
            said: list[str] = run.scratch.setdefault("said", [])
            if name in said:
                return run.after(self)
            said.append(name)
        if self.once == "contact":
            if run.variables.get(f"said.{name}", run.facts.kept.get(f"said.{name}")):
                return run.after(self)
            keep(run, f"said.{name}", True, history=False)
        if self.via == "sms" and run.channel == "voice":
            self._text_instead(run)
        else:
            run.speak(self.say)
        return run.after(self)

    def _text_instead(self, run: Run) -> None:
        """Send the words as a text during a call, to a number that takes texts."""
        picked = self.say.pick("sms", run.chain())
        if picked and run.facts.can_text and (words := run.fill(picked.text).strip()):
            run.emit(effects.SendText(words, picked.language))

    def slots(self) -> Iterator[tuple[Path, Text]]:
        yield ("say",), self.say

    @property
    def opening(self) -> Text | None:
        return self.say

    @property
    def spoken(self) -> Text | None:
        """What is said, unless it is sent as a text."""
        return self.say if self.via is None else None

    def box(self, language: str) -> str:
        return f"“{self.say.short(language)}”"

    def sentence(self, language: str) -> str:
        once = {"session": ", once in a conversation", "contact": ", once in a lifetime"}.get(self.once or "", "")
        return f"We say{once}{' by text' if self.via else ''}: “{self.say.short(language, LONG)}”"
