"""Which words of a flow can be translated, and what each place is called in a catalogue.

Wording only: what is said and asked, the labels of choices and the words that mean them, what is said to an answer that
was not understood. Names of choices, outcomes, tags and topics are no wording.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from flows.model.catalogue import Key
from flows.model.flow import Flow, FlowFile
from flows.model.step import StepShape
from flows.model.templates import has_words
from flows.model.text import Text, WordList

WORDS = "words by which an answer is understood, one on each line; as many as the language needs"
"""What a list is, for the translator; what a slot is, the step knows."""

ONLY = {"sms": ", by text only", "voice": ", on calls only"}

NAMELESS = "*"
"""Stands for a step without an id, so that a step put in above it moves no translation."""


class Place(NamedTuple):
    """One string in the base language. `path` leads to its slot in the file; `part` is text, sms or voice."""

    key: Key
    step: StepShape
    path: tuple[str | int, ...]
    text: Text
    part: str


def places(body: FlowFile) -> Iterator[Place]:
    """Every string that can be translated, in the order of the file."""
    for number, step in enumerate(body.steps):
        for path, text in step.slots():
            for part, language, words in text.sources():
                if language == body.languages[0] and has_words(words):
                    key = context(body.flow, step, path, part), words
                    yield Place(key, step, ("steps", number, *path), text, part)
        for path, listed_words in step.word_lists():
            text = as_text(listed_words)
            if listed := text.text.get(body.languages[0]):
                key = context(body.flow, step, path, "text"), listed
                yield Place(key, step, ("steps", number, *path), text, "text")


def as_text(words: WordList) -> Text:
    """A list as a translator sees it: one word on each line. Words of every language are nobody's to translate."""
    return Text(text={language: "\n".join(listed) for language, listed in words.by_language.items()})


def as_list(text: str) -> tuple[str, ...]:
    """What a translator wrote, as a list again."""
    return tuple(word.strip() for word in text.split("\n") if word.strip())


def context(flow: str, step: StepShape, path: tuple[str | int, ...], part: str) -> str:
    """`flow/step/slot`; the slot names the channel if the words are for one alone."""
    slot = ".".join(map(str, path)) + ("" if part == "text" else f".{part}")
    return f"{flow}/{step.id if step.named else NAMELESS}/{slot}"


def inline(flow: Flow, path: tuple[str | int, ...], part: str) -> frozenset[str]:
    """Languages in which the author wrote this place in the flow's own file: a filled flow cannot tell them apart."""
    node = flow.source.values if flow.source else None
    try:
        for key in path:
            node = node[key]  # type: ignore[index]  # whatever cannot be entered is no mapping
    except (KeyError, IndexError, TypeError):
        return frozenset()
    if isinstance(node, Mapping) and part in node:
        node = node[part]
    return frozenset(node) if isinstance(node, Mapping) else frozenset()
