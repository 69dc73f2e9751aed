"""The words of all languages that answers are understood by, folded once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from flows.words.folding import fold
from flows.words.phrases import LanguageWords, StoryWord


@dataclass(frozen=True)
class AnswerWords:
    """Number words, yes and no, words that turn an answer round, and what a listener can say to a story.

    filler: words that carry nothing in an answer ("a story please"). ordinals: "second" is 2. units: "hours", "days".
    """

    numbers: Mapping[str, int]
    ordinals: Mapping[str, int]
    units: frozenset[str]
    filler: frozenset[str]
    yes: frozenset[str]
    no: frozenset[str]
    negations: frozenset[str]
    story: Mapping[str, StoryWord]

    @staticmethod
    def of(languages: Mapping[str, LanguageWords]) -> AnswerWords:
        """Those of all languages together: people answer in whichever they think in."""
        every = languages.values()
        return AnswerWords(
            numbers={fold(word): number for words in every for word, number in words.numbers.items()},
            ordinals={fold(word): place for words in every for place, word in _counted(words)},
            units=frozenset(fold(word) for words in every for word in words.units),
            filler=frozenset(fold(word) for words in every for word in words.filler),
            yes=frozenset(fold(word) for words in every for word in words.yes),
            no=frozenset(fold(word) for words in every for word in words.no),
            negations=frozenset(fold(word) for words in every for word in words.negations),
            story={
                fold(word): wish for words in every for wish, listed in words.story_words.items() for word in listed
            },
        )


def _counted(words: LanguageWords) -> Iterator[tuple[int, str]]:
    """(1, first), (2, second), ...; several words for one stand in one entry: `primera|primero`."""
    for place, listed in enumerate(words.ordinals, 1):
        yield from ((place, word) for word in listed.split("|"))


@lru_cache(maxsize=20_000)
def fold_known(written: str) -> str:
    """`fold` for words out of definitions, remembered. Never for what people send us: that is not to be kept."""
    return fold(written)
