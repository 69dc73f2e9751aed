"""What an answer means to the question that is open."""

from __future__ import annotations

from dataclasses import dataclass

from flows.engine.options import choices
from flows.engine.position import Value
from flows.engine.run import Run
from flows.model.template_filters import phone, say_time, spell
from flows.steps import Ask
from flows.words.answer_words import fold_known
from flows.words.folding import clean, fold
from flows.words.matching import match_choice, match_number, match_phone, match_time, match_yes_no
from flows.words.reactions import Reaction


@dataclass(frozen=True)
class Said:
    """An answer: words that were texted or spoken, or keys."""

    words: str
    by_keys: bool = False


@dataclass(frozen=True)
class Answer:
    """An answer that was understood: the outcome that it names (None: the step falls through) and what is saved."""

    outcome: str | None
    value: Value


def said_by(run: Run, reaction: Reaction) -> Said | None:
    """What a phone's reaction says: a thumb on the open question of yes or no is its answer, any other is none."""
    step = run.now_step if run.awaiting == "answer" else None
    confirming = "confirm" in run.scratch
    if reaction.likes is None or not isinstance(step, Ask) or not (step.yes_no or confirming):
        return None
    asked = fold(str(run.scratch.get("last_ask", "")))
    return Said("1" if reaction.likes else "2") if confirming or asked in fold(reaction.quoted) else None


def takes_nought(run: Run) -> bool:
    """Whether 0 is an answer to the open question."""
    step = run.now_step if run.awaiting == "answer" else None
    if not isinstance(step, Ask):
        return False
    keys = {choice.key for choice in (step.choices or {}).values()}
    return "0" in keys or (step.number is not None and step.number.min == 0)


def understand(run: Run, step: Ask, said: Said, *, confirm: bool = False) -> Answer | None:
    """The answer, or None if it is not understood. `confirm`: a yes or no about what was read back."""
    words = clean(said.words).strip("#") if said.by_keys else clean(said.words)
    if not words:
        return None
    if confirm or step.yes_no:
        return _yes_no(run, words, said.by_keys)
    if step.choices:
        return _choice(run, step, words, said.by_keys)
    if step.number:
        number = match_number(words, step.number.min, step.number.max, run.library.answers)
        return None if number is None else Answer(None, number)
    if step.text:
        return _text(step, words, said.by_keys)
    found = match_phone(words, run.line.countries) if step.phone else _time(words, said.by_keys)
    return None if found is None else Answer(None, found)


def read_back(run: Run, step: Ask) -> None:
    """Say what was understood, and ask whether it is right."""
    value = str(run.scratch.get("confirm", ""))
    if step.phone:
        shown = spell(value) if run.channel == "voice" else phone(value)
    else:
        hour, _, minute = value.partition(":")
        words = run.library.words.get(run.language.split("-")[0])
        shown = say_time(int(hour), int(minute), words.clock if words else 24)
    run.say("read_back", value=shown)


def _yes_no(run: Run, words: str, by_keys: bool) -> Answer | None:
    meant = {"1": True, "2": False}.get(words) if by_keys else match_yes_no(words, run.library.answers)
    return None if meant is None else Answer("yes" if meant else "no", meant)


def _choice(run: Run, step: Ask, words: str, by_keys: bool) -> Answer | None:
    options = choices(run, step)
    if by_keys:
        name = next((option.name for option in options if option.key == words), None)
    else:
        name = match_choice(words, options, run.library.answers)
    return None if name is None else Answer(name, name)


def _text(step: Ask, words: str, by_keys: bool) -> Answer | None:
    assert step.text is not None
    if fold(words) in map(fold_known, step.text.skip.words()):
        return Answer("skip", None)
    return None if by_keys else Answer(None, words[: step.text.max])


def _time(words: str, by_keys: bool) -> str | None:
    if not by_keys:
        return match_time(words)
    digits = words.zfill(4) if len(words) == 3 else words
    return match_time(f"{digits[:2]}:{digits[2:]}") if len(digits) == 4 and digits.isdigit() else match_time(digits)
