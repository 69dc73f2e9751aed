"""`language`: choose or change the language of the conversation."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import model_validator

from flows.engine import effects
from flows.engine.run import Run
from flows.engine.step import Said, Step
from flows.model.text import Shape
from flows.words.folding import fold

TRIES = 2


class LanguagePart(Shape):
    """`choose` asks, `set` changes (a code, or `other` for the next of the line's), `when: unknown` skips if known."""

    choose: tuple[str, ...] = ()
    set: str | None = None
    when: Literal["unknown", "always"] = "always"

    @model_validator(mode="after")
    def _one(self) -> LanguagePart:
        if bool(self.choose) == (self.set is not None):
            raise ValueError("write either `choose: [en, es]` or `set: en` (or `set: other`)")
        if len(self.choose) > 9:
            raise ValueError("at most nine languages can be chosen from")
        return self


class Language(Step):
    """Choose or change the language of the conversation."""

    verb = "language"
    fill = "#fdf6e3"
    wants_someone = True
    changes_language = True
    listens = "answer"
    language: LanguagePart

    def enter(self, run: Run) -> str | None:
        part = self.language
        if part.when == "unknown" and (run.facts.contact_language or run.scratch.get("language_known")):
            return run.after(self)
        if part.set is not None:
            run.change_language(_other(run) if part.set == "other" else part.set)
            return run.after(self)
        run.new_question()
        self._ask(run)
        return None

    def _ask(self, run: Run) -> None:
        for number, code in enumerate(self.language.choose, 1):
            words, spoken = run.sentence("choose_language", code, key=str(number))
            run.emit(effects.Say(words, spoken))
        if run.channel == "voice":
            run.emit(effects.Ask(run.language, run.voice_wait(), 1, "", True, tuple(self._names(run))))
        run.await_("answer", run.sms_wait())

    def hear(self, run: Run, said: Said) -> str | None:
        """The language that was chosen; after two answers that are none, it stays as it is."""
        folded = fold(said.words.strip("#"))
        wanted = self._names(run).get(folded)
        typed = int(folded) if folded.isascii() and folded.isdigit() and len(folded) < 3 else 0
        number = run.library.answers.numbers.get(folded, typed)
        if wanted is None and 1 <= number <= len(self.language.choose):
            wanted = self.language.choose[number - 1]
        if wanted is not None:
            run.chosen = True
            run.change_language(wanted)
            return run.after(self)
        run.tries += 1
        return self._again(run, run.tries)

    def silent(self, run: Run) -> str | None:
        """Silence on a call: once more, then on in the language we have."""
        run.silences += 1
        return self._again(run, run.silences)

    def _again(self, run: Run, count: int) -> str | None:
        if count >= TRIES:
            return run.after(self)
        self._ask(run)
        return None

    def _names(self, run: Run) -> dict[str, str]:
        names: dict[str, str] = {}
        for code in self.language.choose:
            words = run.library.words.get(code) or run.library.words.get(code.split("-")[0])
            for name in (code, *((words.name, *words.global_words.get("language", ())) if words else ())):
                names.setdefault(fold(name), code)
        return names

    def ask_again(self, run: Run, *, quietly: bool = False) -> None:
        if quietly:
            run.await_("answer", run.sms_wait())
        else:
            self._ask(run)

    def timed_out(self, run: Run) -> str | None:
        """By text they go on in the language that we have."""
        return run.after(self)

    @property
    def waits(self) -> bool:
        return bool(self.language.choose)

    def box(self, language: str) -> str:
        return f"language: {self.language.set or ' or '.join(self.language.choose)}"

    def sentence(self, language: str) -> str:
        choose = " or ".join(self.language.choose)
        return f"We ask which language: {choose}." if choose else f"We change the language to {self.language.set}."

    def asks_otherwise(self, after: Any) -> str | None:
        return "its languages are others" if self.language.choose != after.language.choose else None


def _other(run: Run) -> str:
    """The next of the line's languages."""
    listed = run.line.languages
    place = listed.index(run.language) if run.language in listed else -1
    return listed[(place + 1) % len(listed)]
