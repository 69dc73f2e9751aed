"""What is obeyed before any flow: STOP, START, HELP, signs of danger, FORGET, PAUSE, WITHDRAW, a person, the menu.

Order: STOP, START and HELP where one of them is the whole text; then signs of danger, anywhere in it; then refusals in
plain words (flows.refusals) and the other words, whole texts again. "I can't stop drinking" is none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property, lru_cache
from typing import Any, Literal, get_args

from flows.words.classifier import Meaning, Scale, Weighed, weigh
from flows.words.danger import idioms, own_idioms, own_signs, scale, short_signs, signs
from flows.words.folding import clean, fold
from flows.words.misspelling import words_in
from flows.words.phrase_finder import Alone, Finder
from flows.words.phrases import ALWAYS_HELP, ALWAYS_START, ALWAYS_STOP, GlobalKind, LanguageWords, ObeyedKind
from flows.words.refusal_layouts import Layer
from flows.words.refusals import RefusalReader

WordKind = Literal[ObeyedKind, "crisis", "text_only", "call_only", "maybe_stop"]

RULES = {"bare": None, "vague": "vague", "definite": "refusal"}
"""The rule of a refusal by how it was said: only a vague one may be the answer to a question instead."""

WHOLE = "whole-text"
"""The rule, after the language, of a text that sounds like danger as a whole (flows.words.classifier)."""

WATCHED = "-watched"
"""How the rules end by which somebody says that another reads their phone, and that we are not to write."""

FEWEST = {"danger": 4, "refusal": 4}
"""Words of a text that is weighed: fewer are an answer, or a phrase that we know or ought to."""

DANGER, REFUSED, DOUBTED = 0.0, 1.5, 0.0
"""Weights from which on a text is danger, or a refusal, or is asked about: set by texts of authors who were left out of
the learning (`python -m tests.corpus.train --check`). A needless number to call harms less than a missing one; a talk
that is ended by mistake harms more than a question."""

SHORT = 10
"""Characters of a text whose meaning is remembered: too few to tell anything of somebody."""

PAUSE = timedelta(weeks=2)
LONGEST_PAUSE = timedelta(days=365)

_FIRST: tuple[ObeyedKind, ...] = ("stop", "start", "help")
_WITH_MORE: tuple[ObeyedKind, ...] = ("pause", "withdraw", "language")
_LATER: tuple[ObeyedKind, ...] = tuple(kind for kind in get_args(ObeyedKind) if kind not in (*_FIRST, *_WITH_MORE))


@dataclass(frozen=True)
class GlobalWord:
    """What a text means before any flow is asked.

    language: the language it was said in, where that is plain. rule: the id of a crisis rule, or of a refusal how it
    was said (RULES). code: of a story, for `withdraw` (empty: none was given). length: for `pause`. For `language`,
    `language` is the one wanted. then: what was said beside a sign of danger, to be done after it is answered.
    """

    kind: WordKind
    language: str | None = None
    rule: str | None = None
    code: str = ""
    length: timedelta = PAUSE
    then: GlobalWord | None = None

    @property
    def watched(self) -> bool:
        """Whether somebody else reads their phone, so that nothing may be written to it."""
        return self.rule is not None and self.rule.endswith(WATCHED)

    @property
    def leaves(self) -> bool:
        """Whether it ends texts, by itself or beside a sign of danger."""
        return self.kind == "stop" or (self.then is not None and self.then.kind == "stop")


@dataclass(frozen=True)
class KeywordMatcher:
    """Listens for the words of all `languages` at once: people write in whichever they think in."""

    languages: Mapping[str, LanguageWords]

    def hear(self, body: str, extra: Mapping[Any, Iterable[str]] | None = None) -> GlobalWord | None:
        """What `body` means; None if it is the flow's to answer. `extra` are a flow's own words by kind."""
        return self._lately(body) if not extra and len(body) <= SHORT else self._hear(body, extra)

    @cached_property
    def _lately(self) -> Callable[[str], GlobalWord | None]:
        """Short texts are answers (a number, yes, menu), and the same ones come again and again."""
        return lru_cache(1024)(self._hear)

    def _hear(self, body: str, extra: Mapping[Any, Iterable[str]] | None = None) -> GlobalWord | None:
        text = clean(body)
        folded = fold(text)
        added = {fold(word): kind for kind, words in (extra or {}).items() for word in words}
        word = self._whole(folded, _FIRST, added)
        if word is not None:
            return word
        danger, weighed = self._listen(text)
        if danger is not None and (danger.watched or self._short(text) is not None):
            return danger
        left = self._refused(text, weighed, in_danger=danger is not None)
        if danger is not None:
            return replace(danger, then=left) if left is not None and left.kind == "stop" else danger
        return left or self._whole(folded, _LATER, added) or self._with_more(text, folded)

    def danger(self, body: str) -> GlobalWord | None:
        """The sign of danger in `body`, whatever else it says."""
        return self._listen(clean(body))[0]

    def done(self, body: str) -> bool:
        """Whether this says that a message or a talk is finished."""
        return ("done", fold(clean(body))) in self._exact

    def asks_for_a_call(self, body: str) -> bool:
        """Whether somebody would like to be called: who says "do not call me" would not."""
        text = clean(body)
        words = words_in(text)
        wanted = any(finder.find_in(words) for finder in self._callers.values())
        return wanted and ((left := self._refused(text, {})) is None or left.kind == "call_only")

    def language_of(self, kind: GlobalKind, body: str) -> str | None:
        """The language in which `body` is a word of this kind, if it is one in that language only."""
        return self._exact.get((kind, fold(clean(body))))

    def _whole(self, folded: str, kinds: tuple[ObeyedKind, ...], added: Mapping[str, str]) -> GlobalWord | None:
        for kind in kinds:
            if (kind, folded) in self._exact or added.get(folded) == kind:
                return GlobalWord(kind, self._exact.get((kind, folded)))
        return None

    def _listen(self, text: str) -> tuple[GlobalWord | None, Mapping[Meaning, Weighed]]:
        """The danger in `text`, by its signs or as a whole, and what it weighs; with a sign it is not weighed."""
        if (signed := self._crisis(text) or self._short(text)) is not None:
            return signed, {}
        weighed = self._weigh(text)
        danger = weighed.get("danger")
        if danger is None or danger.weight < DANGER:
            return None, weighed
        return GlobalWord("crisis", danger.language, f"{danger.language}-{WHOLE}"), {}

    def _refused(self, text: str, weighed: Mapping[Meaning, Weighed], *, in_danger: bool = False) -> GlobalWord | None:
        """What `text` refuses by its phrases; by its weight where they say nothing, or leave it open."""
        found = self._refusals.read(text, in_danger=in_danger)
        if found is not None and any(unsure.find(text) for unsure in self._unsure.values()):
            return None if in_danger else GlobalWord("maybe_stop", found.language)
        if found is not None and found.wish != "maybe_stop":
            return GlobalWord(found.wish, found.language, RULES[found.manner])
        whole = weighed.get("refusal")
        if whole is not None and whole.weight >= REFUSED:
            return GlobalWord("stop", whole.language, "vague")
        if found is not None or (whole is not None and whole.weight >= DOUBTED):
            return GlobalWord("maybe_stop", found.language if found else whole.language if whole else None)
        return None

    def _crisis(self, text: str) -> GlobalWord | None:
        words = words_in(text)
        for language, finder in self._finders:
            if rule := finder.find_in(words, self._harmless):
                return GlobalWord("crisis", language, rule)
        return None

    def _short(self, text: str) -> GlobalWord | None:
        """A cry that is all of the text: nothing in it refuses our texts."""
        for language in self.languages:
            if rule := short_signs(language).find(text):
                return GlobalWord("crisis", language, rule)
        return None

    def _weigh(self, text: str) -> Mapping[Meaning, Weighed]:
        """What a text weighs as a whole."""
        length = len(text.split())
        if length < min(FEWEST.values()):
            return {}
        weighed = weigh(text, self._scales)
        return {meaning: heard for meaning, heard in weighed.items() if length >= FEWEST[meaning]}

    def _with_more(self, text: str, folded: str) -> GlobalWord | None:
        """Words that may carry something: PAUSE 2 WEEKS, WITHDRAW 7K4M, and the names of languages."""
        if language := self._names.get(folded):
            return GlobalWord("language", language)
        for language, kind, opening in self._openings:
            if not folded.startswith(opening):
                continue
            if kind == "pause" and (length := _pause(folded, opening, self.languages[language])) is not None:
                return GlobalWord("pause", language, length=length)
            if kind == "withdraw" and (code := _code(text, folded, opening)) is not None:
                return GlobalWord("withdraw", language, code=code)
        return None

    @cached_property
    def _openings(self) -> Sequence[tuple[str, str, str]]:
        """(language, pause or withdraw, the folded words that it begins with)."""
        return tuple(
            (language, kind, fold(opening))
            for language, words in self.languages.items()
            for kind in ("pause", "withdraw")
            for opening in words.global_words.get(kind, ())
        )

    @cached_property
    def _exact(self) -> Mapping[tuple[str, str], str | None]:
        """(kind, folded words) -> the language, None if the words mean it in several."""
        exact: dict[tuple[str, str], str | None] = {}
        for language, kind, word in self._all_words():
            key = (kind, fold(word))
            exact[key] = language if key not in exact or exact[key] == language else None
        for kind, always in (("stop", ALWAYS_STOP), ("start", ALWAYS_START), ("help", ALWAYS_HELP)):
            # These are the network's own words and say nothing about the language somebody speaks.
            exact.update({(kind, word): None for word in always})
        return exact

    def _all_words(self) -> Iterator[tuple[str, str, str]]:
        for language, words in self.languages.items():
            for kind, listed in words.global_words.items():
                for word in listed:
                    yield language, kind, word

    @cached_property
    def _names(self) -> Mapping[str, str]:
        return {
            fold(name): language
            for language, words in self.languages.items()
            for name in (words.name, *words.global_words.get("language", ()))
        }

    @cached_property
    def _refusals(self) -> RefusalReader:
        words = (word for words in self.languages.values() for word in words.global_words.get("stop", ()))
        return RefusalReader(Layer(self.languages, frozenset((*ALWAYS_STOP, *map(fold, words)))))

    @cached_property
    def _unsure(self) -> Mapping[str, Alone]:
        return {
            language: Alone.of([("unsure", words.refusals.unsure)], words.spellings, words.refusals.courtesy)
            for language, words in self.languages.items()
        }

    @cached_property
    def _callers(self) -> Mapping[str, Finder]:
        return {
            language: Finder.of([("call-me", words.call_me)], words.spellings)
            for language, words in self.languages.items()
        }

    @cached_property
    def _finders(self) -> Sequence[tuple[str, Finder]]:
        ours = ((language, signs(language)) for language in self.languages)
        own = ((language, own_signs(words)) for language, words in self.languages.items())
        return (*ours, *((language, finder) for language, finder in own if finder is not None))

    @cached_property
    def _scales(self) -> Mapping[str, Scale]:
        return {language: found for language in self.languages if (found := scale(language)) is not None}

    @cached_property
    def _harmless(self) -> Sequence[Finder]:
        """Idioms of all languages: people mix them."""
        own = (own_idioms(words) for words in self.languages.values())
        return (*map(idioms, self.languages), *(finder for finder in own if finder is not None))


def _pause(folded: str, opening: str, words: LanguageWords) -> timedelta | None:
    """The length after PAUSE, PAUSE itself being two weeks; None if this is something else."""
    if folded == opening:
        return PAUSE
    if not folded.startswith(opening + " "):
        return None
    rest = folded.removeprefix(opening).split()
    numbers = {fold(word): number for word, number in words.numbers.items()}
    units = {fold(word): unit for word, unit in words.units.items()}
    found = [token for token in rest if token in units]
    counts = [
        int(token) if token.isascii() and token.isdigit() else numbers[token]
        for token in rest
        if (token.isascii() and token.isdigit() and len(token) <= 3) or token in numbers
    ]
    if len(found) != 1 or len(counts) > 1 or len(rest) > 3:
        return None
    return min(units[found[0]] * max(1, (counts or [1])[0]), LONGEST_PAUSE)


def _code(text: str, folded: str, opening: str) -> str | None:
    """The code after WITHDRAW ("" if none); None if this is something else. A code has a digit or is in capitals."""
    if folded == opening:
        return ""
    if not folded.startswith(opening + " "):
        return None
    rest = folded.removeprefix(opening).replace(" ", "")
    written = "".join(text.split()[len(opening.split()) :])
    plain = rest.isascii() and rest.isalnum() and 3 <= len(rest) <= 12
    return rest.upper() if plain and (any(map(str.isdigit, rest)) or written.isupper()) else None
