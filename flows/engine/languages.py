"""The `language` step, and changing the language of a conversation."""

from __future__ import annotations

from flows.engine import effects
from flows.engine.answers import Said
from flows.engine.asking import sms_wait, voice_wait
from flows.engine.effects import Say
from flows.engine.run import Run
from flows.steps import Language
from flows.words.folding import fold

TRIES = 2


def language(run: Run, step: Language) -> str | None:
    """Change the language, or ask for it in every language that can be chosen."""
    part = step.language
    if part.when == "unknown" and (run.facts.contact_language or run.scratch.get("language_known")):
        return run.after(step)
    if part.set is not None:
        change(run, _other(run) if part.set == "other" else part.set)
        return run.after(step)
    run.new_question()
    choose(run, step)
    return None


def change(run: Run, wanted: str) -> None:
    """From now on in this language; kept with the contact."""
    run.language = wanted
    run.scratch["language_known"] = True
    run.emit(effects.SaveContact("language", wanted))


def choose(run: Run, step: Language) -> None:
    """Ask for the language, each in its own words."""
    for number, code in enumerate(step.language.choose, 1):
        words, spoken = run.sentence("choose_language", code, key=str(number))
        run.emit(Say(words, spoken))
    if run.channel == "voice":
        run.emit(effects.Ask(run.language, voice_wait(run), 1, "", True, tuple(_names(run, step))))
    run.await_("answer", sms_wait(run))


def answered(run: Run, step: Language, said: Said) -> str | None:
    """The language that was chosen; after two answers that are none, it stays as it is."""
    folded = fold(said.words.strip("#"))
    wanted = _names(run, step).get(folded)
    typed = int(folded) if folded.isascii() and folded.isdigit() and len(folded) < 3 else 0
    number = run.library.answers.numbers.get(folded, typed)
    if wanted is None and 1 <= number <= len(step.language.choose):
        wanted = step.language.choose[number - 1]
    if wanted is not None:
        run.chosen = True
        change(run, wanted)
        return run.after(step)
    run.tries += 1
    return _again(run, step, run.tries)


def silent(run: Run, step: Language) -> str | None:
    """Silence on a call: once more, then on in the language we have."""
    run.silences += 1
    return _again(run, step, run.silences)


def _again(run: Run, step: Language, count: int) -> str | None:
    if count >= TRIES:
        return run.after(step)
    choose(run, step)
    return None


def _names(run: Run, step: Language) -> dict[str, str]:
    names: dict[str, str] = {}
    for code in step.language.choose:
        words = run.library.words.get(code) or run.library.words.get(code.split("-")[0])
        for name in (code, *((words.name, *words.global_words.get("language", ())) if words else ())):
            names.setdefault(fold(name), code)
    return names


def _other(run: Run) -> str:
    """The next of the line's languages."""
    listed = run.line.languages
    place = listed.index(run.language) if run.language in listed else -1
    return listed[(place + 1) % len(listed)]
