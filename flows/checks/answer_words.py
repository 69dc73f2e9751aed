"""Rules about the words that people answer with, and the words that carriers filter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from flows.checks.subject import Rule, Subject, Told, rule
from flows.model.findings import Finding
from flows.model.text import Path
from flows.words.folding import fold
from flows.words.phrases import ALWAYS_START, ALWAYS_STOP

HEARD = ("crisis", "stop", "maybe_stop")
"""What is heard in phrases, too, before any answer."""

TAKEN = ("stop", "start", "help", "person", "menu", "forget")
SHORTENERS = re.compile(
    r"\b(bit\.ly|tinyurl\.com|goo\.gl|ow\.ly|t\.co|is\.gd|buff\.ly|rebrand\.ly|cutt\.ly|shorturl\.at|rb\.gy)\b", re.I
)
FILTERED = re.compile(
    r"\b(cannabis|marijuana|cbd|kratom|vape|casino|free money|cash prize|you (have )?won(?!['’])|click here|act now|"
    r"debt relief|payday loan|crypto)\b", re.I
)  # fmt: skip


def means_something_else(subject: Subject) -> Iterator[Finding]:
    """S704: a word of a choice that the engine obeys first, in the same language. L503: in another of the line's."""
    for path, word, language in _answer_words(subject):
        for other, kind in _meanings(subject, word):
            if other == language or other is None or language is None:
                yield subject.finding(
                    path, "S704", "error", f"{word!r} never reaches this choice: it always means {kind.upper()}",
                    "Choose another word.",
                )  # fmt: skip
                break
            yield subject.finding(
                path, "L503", "warning", f"{word!r} means {kind.upper()} in {other}, and is obeyed as that",
                "Choose a word that means nothing else in any language of the line.",
            )  # fmt: skip
            break


@rule("M405", "warning", "Write the whole address of your own site, or say it in other words.")
def filtered(subject: Subject) -> Iterator[Told]:
    """Links and words for which carriers hold texts back."""
    for source in subject.sources:
        found = forbidden(source.words)
        if found and "sms" in source.channels:
            yield source.path, f"carriers hold back texts with {found!r}"


def forbidden(text: str) -> str | None:
    """The first part of a text for which carriers hold it back."""
    found = SHORTENERS.search(text) or FILTERED.search(text)
    return found.group() if found else None


RULES: tuple[Rule, ...] = (means_something_else, filtered)


@lru_cache(maxsize=1024)
def _folded(words: tuple[str, ...]) -> frozenset[str]:
    """Words of an author's, asked for again at every word of every choice."""
    return frozenset(map(fold, words))


def _answer_words(subject: Subject) -> Iterator[tuple[Path, str, str | None]]:
    """(where, folded word, its language or None) of everything that answers a question."""
    for step in subject.flow.steps:
        for name, choice in step.menu.items():
            path = subject.path(step.id, "choices", name)
            yield from ((path, fold(word), None) for word in choice.words.every)
            for language, words in choice.words.by_language.items():
                yield from ((path, fold(word), language) for word in words)
            for _, language, label in choice.label.sources():
                yield path, fold(label), language
        for inside, listed in step.word_lists():
            if inside[0] != "choices":
                for language, words in listed.by_language.items():
                    yield from ((subject.path(step.id, *inside), fold(word), language) for word in words)


def _meanings(subject: Subject, word: str) -> Iterator[tuple[str | None, str]]:
    """(language, kind) of each global word that this is; None: in every language."""
    if word in ALWAYS_STOP or word in ALWAYS_START:
        yield None, "stop" if word in ALWAYS_STOP else "start"
    for language, known in subject.words.items():
        for kind in TAKEN:
            if word in _folded(known.global_words.get(kind, ())):  # type: ignore[call-overload]  # of TAKEN
                yield language, kind
    if subject.matcher is not None and (heard := subject.matcher.hear(word)) is not None and heard.kind in HEARD:
        yield None, heard.kind
