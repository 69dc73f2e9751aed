"""How the answers to a question are shown: "Reply 1 ..., 2 ..." by text, "To ..., press 1." on a call."""

from __future__ import annotations

from collections.abc import Iterator

from flows.engine.effects import Say
from flows.engine.run import Run
from flows.model.text import Text
from flows.steps import Ask
from flows.steps.talking import Choice
from flows.words.answer_words import fold_known
from flows.words.matching import Option

MOST_HINTS = 40


def say_options(run: Run, step: Ask, *, again: bool = False, own_words: bool = False) -> None:
    """Say how to answer.

    A number is explained only when it was not understood and the flow has no words of its own for that.
    """
    if step.choices:
        _say_choices(run, step)
    elif step.yes_no:
        run.say("yes_no")
    elif step.number and again and not own_words and run.tries:
        run.say("number", min=step.number.min, max=step.number.max)


def keys_and_hints(run: Run, step: Ask) -> tuple[int | None, str, tuple[str, ...]]:
    """For a call: how many keys end the answer (None: until `#`), the key that ends it, and words to expect."""
    if step.choices:
        keys = [choice.key for _, choice in offered(run, step)]
        hints = tuple(dict.fromkeys(word for _, choice in offered(run, step) for word in _expected(run, step, choice)))
        one = all(len(key) == 1 for key in keys)
        return (1 if one else None), ("" if one else "#"), hints[:MOST_HINTS]
    if step.yes_no:
        return 1, "", _yes_and_no(run)
    if step.number and step.number.max <= 9:
        return 1, "", tuple(str(number) for number in range(step.number.min, step.number.max + 1))
    return None, "#", ()


def _yes_and_no(run: Run) -> tuple[str, ...]:
    code = run.language if run.language in run.library.words else run.language.split("-")[0]
    words = run.library.words.get(code)
    return tuple(word for word in (*words.yes, *words.no) if len(word) > 1 and word.isalpha()) if words else ()


def offered(run: Run, step: Ask) -> Iterator[tuple[str, Choice]]:
    """The choices of this channel by name."""
    return ((name, choice) for name, choice in (step.choices or {}).items() if run.channel in choice.channels)


def choices(run: Run, step: Ask) -> list[Option]:
    """The choices with everything that means them, in all languages."""
    return [
        Option(name, choice.key, _meanings(run, choice), tuple(map(fold_known, _expected(run, step, choice))))
        for name, choice in offered(run, step)
    ]


def _expected(run: Run, step: Ask, choice: Choice) -> Iterator[str]:
    """Words that speech recognition may expect, in the language of the question."""
    language = _language_of(run, step.ask)
    label = choice.label.pick(run.channel, [language, *run.chain()])
    if label is not None:
        yield run.fill(label.text)
    yield from choice.words.words(language)


def _meanings(run: Run, choice: Choice) -> tuple[str, ...]:
    labels = (run.fill(source) for _, _, source in choice.label.sources())
    return tuple(dict.fromkeys(map(fold_known, (*labels, *choice.words.words()))))


def _say_choices(run: Run, step: Ask) -> None:
    language = _language_of(run, step.ask)
    said = []
    for _, choice in offered(run, step):
        label = choice.label.pick(run.channel, [language, *run.chain()])
        if label is not None:
            run.in_language(label.language, language)
            said.append(run.sentence("option", language, key=choice.key, label=run.fill(label.text))[0])
    if not said:
        return
    joined = (", " if run.channel == "sms" else " ").join(said)
    words, spoken = run.sentence("options", language, options=joined)
    run.emit(Say(words, spoken))


def _language_of(run: Run, question: Text) -> str:
    """The language in which the question was asked: its options are said in the same."""
    picked = question.pick(run.channel, run.chain())
    return picked.language if picked else run.language
