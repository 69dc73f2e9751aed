"""What a text means as a whole, where no phrase of ours is known in it: danger, or a refusal of our texts.

Every word, two words near each other, piece of a longer word, and group of the danger files has a weight, learned from
the labeled texts in tests/corpus (`python -m tests.corpus.train`), for each meaning. A text that weighs enough has it.
This adds to what the phrases hear and takes nothing away; a text costs time in proportion to its length.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal
from zlib import crc32

from flows.words.folding import fold

Meaning = Literal["danger", "refusal"]
MEANINGS: tuple[Meaning, ...] = ("danger", "refusal")

BUCKETS = 1 << 18
"""Weights in a file, one byte each. What is weighed finds its own by a checksum; two may share one."""

WINDOW = 60
"""Words that are weighed together: in a long text, one sentence must not drown in the rest."""

_PIECE = 5
_LONG_RUN = re.compile(r"(.)\1{2,}")

Groups = Mapping[str, tuple[str, ...]]
"""The groups of a danger file that a word is in."""


def words_of(text: str) -> list[str]:
    """The words that are weighed: folded, `noooo` as `noo`."""
    return _LONG_RUN.sub(r"\1\1", fold(text)).split()


def windows(words: list[str]) -> Iterator[list[str]]:
    """The words as they are weighed: all together, or of a long text parts that overlap by half."""
    step = WINDOW // 2
    return (words[start : start + WINDOW] for start in range(0, max(1, len(words) - step), step))


def plain_buckets(words: Sequence[str]) -> set[int]:
    """Where the weights of these words stand in any language."""
    return {crc32(feature.encode()) % BUCKETS for feature in _plain(words)}


def group_buckets(words: Sequence[str], groups: Groups) -> set[int]:
    """Where the weights of the groups of these words stand."""
    return {crc32(feature.encode()) % BUCKETS for feature in _grouped(words, groups)}


@dataclass(frozen=True)
class Weights:
    """Of one meaning in one language: one signed byte a bucket, in units of `unit`; a text weighs `bias` by itself.

    learned_from: a digest of the texts that it was learned from.
    """

    table: memoryview
    unit: float
    bias: float
    learned_from: str

    @staticmethod
    def read(content: bytes) -> Weights:
        """Those of a file. Raises ValueError for one that is none."""
        head, _, table = content.partition(b"\n")
        if len(table) != BUCKETS:
            raise ValueError(f"there are {len(table)} weights, not {BUCKETS}: python -m tests.corpus.train")
        known = json.loads(head)
        return Weights(memoryview(table).cast("b"), known["unit"], known["bias"], known["texts"])

    def weigh(self, found: set[int]) -> float:
        """What words weigh whose weights stand there."""
        return self.bias + self.unit * sum(map(self.table.__getitem__, found)) / sqrt(len(found) or 1)


@dataclass(frozen=True)
class Scale:
    """The weights of one language, and the groups of its words."""

    groups: Groups
    weights: Mapping[Meaning, Weights]


@dataclass(frozen=True)
class Weighed:
    """How much a text weighs, and the language in which it weighs that."""

    weight: float
    language: str


def weigh(text: str, scales: Mapping[str, Scale]) -> dict[Meaning, Weighed]:
    """What `text` weighs in that language in which it weighs most, for each meaning; nothing without scales."""
    heard: dict[Meaning, Weighed] = {}
    for words in windows(words_of(text)):
        plain = plain_buckets(words)
        for language, scale in scales.items():
            found = plain | group_buckets(words, scale.groups)
            for meaning, weights in scale.weights.items():
                weight = weights.weigh(found)
                if meaning not in heard or weight > heard[meaning].weight:
                    heard[meaning] = Weighed(weight, language)
    return heard


def grouped(groups: Mapping[str, Sequence[str]]) -> Groups:
    """The groups of each word that is in some."""
    found: dict[str, tuple[str, ...]] = {}
    for group, members in groups.items():
        for word in {word for member in members for word in fold(member).split()}:
            found[word] = (*found.get(word, ()), group)
    return found


def _plain(words: Sequence[str]) -> Iterator[str]:
    padded = [*words, "", ""]
    for place, word in enumerate(words):
        yield word
        yield f"{word} {padded[place + 1]}"
        yield f"{word}  {padded[place + 2]}"
        named = f"<{word}>"
        for start in range(len(named) - _PIECE + 1):
            yield f"#{named[start : start + _PIECE]}"


def _grouped(words: Sequence[str], groups: Groups) -> Iterator[str]:
    for place, word in enumerate(words):
        for group in groups.get(word, ()):
            yield f"@{group}"
            for distance in (1, 2):
                if place + distance < len(words):
                    yield f"@{group}{' ' * distance}{words[place + distance]}"
                if place >= distance:
                    yield f"{words[place - distance]}{' ' * distance}@{group}"
