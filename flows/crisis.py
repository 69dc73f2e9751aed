"""Finds phrases in what people write, however they write it: misspelt, spaced out, in digits for letters.

Every step is linear in the length of the text, which is cut before (folding.LONGEST_BODY). Each word of the text
is looked up in the vocabulary of the phrases once; then phrases are tried only where their first word stands.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from flows.atoms import Phrase, read_phrase
from flows.folding import fold, one_typo

WIDEST_GAP = 3
FUZZY_FROM = 5
GLUED_FROM = 8
_STEM = 4
"""Letters by which a phrase written without spaces is looked for in a long word."""

_LEET = str.maketrans("0134578@$", "oieastbas")
_LEET_L = str.maketrans("0134578@$", "oleastbas")
_BANG = re.compile(r"(?<=[^\W_])!(?=[^\W_])")
_SIGNS = re.compile(r"[@$](?=\w)|(?<=\w)[@$]")
_DOUBLE = re.compile(r"(.)\1")
_LONG_RUN = re.compile(r"(.)\1{2,}")


@dataclass(frozen=True)
class Span:
    """Where a phrase of `rule` stands: from the word `start` to before the word `end`."""

    rule: str
    start: int
    end: int


@dataclass(frozen=True)
class Finder:
    """Rules in one language. `spellings` are (words in a row -> the one word that the phrases use).

    firm: a slip in the last two letters is another word (Spanish: contesta, contesten). noise: words that may stand
    anywhere within a phrase. exact: no slip is forgiven.
    """

    rules: tuple[tuple[str, tuple[Phrase, ...]], ...]
    spellings: Mapping[tuple[str, ...], str]
    firm: bool = False
    noise: frozenset[str] = frozenset()
    exact: bool = False

    @staticmethod
    def of(rules: Iterable[tuple[str, Iterable[str]]], spellings: Mapping[str, Iterable[str]]) -> Finder:
        """A finder for `(rule id, phrases)`. Raises ValueError for a phrase that is none."""
        read = tuple((rule, tuple(read_phrase(phrase) for phrase in phrases)) for rule, phrases in rules)
        rows = {tuple(fold(way).split()): fold(word) for word, ways in spellings.items() for way in ways}
        return Finder(read, {row: word for row, word in rows.items() if row})

    def find(self, text: str, harmless: Finder | None = None) -> str | None:
        """The id of a rule with a phrase in `text`, or None. Words that are a `harmless` phrase are passed over."""
        for tokens in self.readings(text):
            if harmless is not None:
                tokens = harmless.without(tokens)
            if found := next(self._found(tokens), None):
                return found
        return None

    def readings(self, text: str) -> list[list[str]]:
        """The words of `text` as they stand, and, where that differs, with other spellings replaced.

        A phrase that is written out in the text is found in the first, whatever the spellings make of its neighbors.
        """
        plain = _BANG.sub("i", text)
        if _SIGNS.search(text) is not None:
            plain = plain.replace("@", "a").replace("$", "s")
        tokens = joined(fold(plain).split())
        respelt = self._respelt(tokens)
        return [tokens] if respelt == tokens else [tokens, respelt]

    def spans(self, tokens: list[str]) -> Iterator[Span]:
        """Everywhere that a phrase stands in these words. Phrases in one or two glued words are not among them."""
        known = {token: self._meanings(token) for token in set(tokens)}
        heard = [known[token] for token in tokens]
        present = frozenset().union(*heard)
        possible: dict[str, list[tuple[str, Phrase]]] = {}
        for place, meanings in enumerate(heard):
            for meaning in meanings:
                if meaning not in possible:
                    starts = self._starts.get(meaning, ())
                    possible[meaning] = [start for start, needed in starts if not any(map(present.isdisjoint, needed))]
                for rule, phrase in possible[meaning]:
                    for end in set(_ends(phrase, 1, heard, place + 1)):
                        yield Span(rule, place, end)

    def begins(self, token: str) -> bool:
        """Whether a phrase may begin with this word."""
        return any(meaning in self._by_first for meaning in self._meanings(token))

    def without(self, tokens: list[str]) -> list[str]:
        """These words with each that belongs to one of our phrases blanked out, so that nothing is found across it."""
        hidden = {place for span in self.spans(tokens) for place in range(span.start, span.end)}
        return [("" if place in hidden else token) for place, token in enumerate(tokens)] if hidden else tokens

    def _found(self, tokens: list[str]) -> Iterator[str]:
        yield from (span.rule for span in self.spans(tokens))
        for first, second in zip(tokens, tokens[1:], strict=False):
            for meaning in self._in_two(first, second):
                for rule, phrase in self._by_first.get(meaning, ()):
                    if len(phrase) == 1:
                        yield rule
        for token in {token for token in tokens if len(token) >= GLUED_FROM}:
            yield from self._in_one(token)

    def _in_one(self, token: str) -> Iterator[str]:
        """Rules with a phrase that is written without spaces in this word."""
        for place in range(len(token) - GLUED_FROM + 1):
            for glued, rule in self._glued.get(token[place : place + _STEM], ()):
                if token.startswith(glued, place):
                    yield rule

    def _respelt(self, tokens: list[str]) -> list[str]:
        """Words in a row that stand for one word of the phrases, replaced by it."""
        result, place = [], 0
        while place < len(tokens):
            for length in (3, 2, 1):
                row = tuple(tokens[place : place + length])
                if len(row) == length and row in self.spellings:
                    result.append(self.spellings[row])
                    place += length
                    break
            else:
                result.append(tokens[place])
                place += 1
        return result

    def _meanings(self, token: str) -> frozenset[str]:
        """The words of the phrases that this token may be."""
        found: set[str] = set()
        for way in _ways(token):
            if way in self.vocabulary:
                found.add(way)
            found.update(self._undoubled.get(way, ()))
            if way[:3] in self._stems:
                found.update(f"{begun}*" for begun in self._beginnings if way.startswith(begun))
        if not found and not self.exact and len(token) >= FUZZY_FROM:
            found.update(
                word
                for shorter in (token, *_shortened(token))
                for word in self._slips.get(shorter, ())
                if word[0] == token[0] and (not self.firm or word[-2:] == token[-2:]) and one_typo(token, word)
            )
        return frozenset(found) | {""} if token in self.noise else frozenset(found)

    def _in_two(self, first: str, second: str) -> frozenset[str]:
        """The longer words that two tokens make together: `sui cide`."""
        whole = first + second
        found = self._long_words.get(whole, frozenset())
        if whole[:3] not in self._stems:
            return found
        return found | {f"{begun}*" for begun in self._beginnings if _grows_into(begun, first, whole)}

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every word of the phrases that is written out."""
        return frozenset(word for phrase in self._phrases() for atom in phrase for word in atom.words)

    @cached_property
    def _beginnings(self) -> tuple[str, ...]:
        return tuple({begun for phrase in self._phrases() for atom in phrase for begun in atom.beginnings})

    @cached_property
    def _stems(self) -> frozenset[str]:
        """The first letters of `_beginnings`: most words have none of them."""
        return frozenset(begun[:3] for begun in self._beginnings)

    @cached_property
    def _slips(self) -> Mapping[str, tuple[str, ...]]:
        """Longer words by themselves with one letter left out: two words one slip apart share such a form."""
        slips: dict[str, list[str]] = defaultdict(list)
        for word in self.vocabulary:
            if len(word) >= FUZZY_FROM:
                for form in {word, *_shortened(word)}:
                    slips[form].append(word)
        return {form: tuple(words) for form, words in slips.items()}

    @cached_property
    def _undoubled(self) -> Mapping[str, tuple[str, ...]]:
        """Short words with a double letter, as they are when it is typed once: `kil` for `kill`."""
        forms: dict[str, list[str]] = defaultdict(list)
        for word in self.vocabulary:
            if 3 < len(word) < FUZZY_FROM and (form := _DOUBLE.sub(r"\1", word)) != word:
                forms[form].append(word)
        return {form: tuple(words) for form, words in forms.items()}

    @cached_property
    def _long_words(self) -> Mapping[str, frozenset[str]]:
        return {word: frozenset({word}) for word in self.vocabulary if len(word) >= 6}

    @cached_property
    def _by_first(self) -> Mapping[str, tuple[tuple[str, Phrase], ...]]:
        first: dict[str, list[tuple[str, Phrase]]] = defaultdict(list)
        for rule, phrases in self.rules:
            for phrase in phrases:
                for word in (*phrase[0].words, *(f"{begun}*" for begun in phrase[0].beginnings)):
                    first[word].append((rule, phrase))
        return {word: tuple(entries) for word, entries in first.items()}

    @cached_property
    def _starts(self) -> Mapping[str, tuple[tuple[tuple[str, Phrase], tuple[frozenset[str], ...]], ...]]:
        """As `_by_first`, each with what else must stand in a text: without one of these it is not looked for."""
        return {
            word: tuple(((rule, phrase), _needed(phrase)) for rule, phrase in entries)
            for word, entries in self._by_first.items()
        }

    @cached_property
    def _glued(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """Phrases written without spaces with their rule, by their first letters; short ones would be chance."""
        glued: dict[str, dict[str, str]] = defaultdict(dict)
        for rule, phrases in self.rules:
            for text in (text for phrase in phrases for text in _without_spaces(phrase) if len(text) >= GLUED_FROM):
                glued[text[:_STEM]].setdefault(text, rule)
        return {stem: tuple(texts.items()) for stem, texts in glued.items()}

    def _phrases(self) -> Iterator[Phrase]:
        return (phrase for _, phrases in self.rules for phrase in phrases)


def _needed(phrase: Phrase) -> tuple[frozenset[str], ...]:
    """The choices of each further word that must be there, the fewest first."""
    needed = (atom for atom in phrase[1:] if not atom.gap and not atom.optional)
    return tuple(sorted((atom.words | {f"{begun}*" for begun in atom.beginnings} for atom in needed), key=len))


def _ends(phrase: Phrase, number: int, heard: list[frozenset[str]], place: int) -> Iterator[int]:
    """Where the atoms from `number` on may end if they stand in what was heard from `place` on."""
    if number == len(phrase):
        yield place
        return
    atom = phrase[number]
    if atom.gap:
        for skipped in range(WIDEST_GAP + 1):
            yield from _ends(phrase, number + 1, heard, place + skipped)
        return
    if place < len(heard):
        meanings = heard[place]
        if "" in meanings:  # noise
            yield from _ends(phrase, number, heard, place + 1)
        if atom.words & meanings or any(f"{begun}*" in meanings for begun in atom.beginnings):
            yield from _ends(phrase, number + 1, heard, place + 1)
    if atom.optional:
        yield from _ends(phrase, number + 1, heard, place)


def joined(tokens: list[str]) -> list[str]:
    """Letters that stand alone, three or more in a row, put together: `k i l l` is `kill`."""
    result: list[str] = []
    run: list[str] = []
    for token in [*tokens, ""]:
        if len(token) == 1:
            run.append(token)
            continue
        result.extend(["".join(run)] if len(run) >= 3 else run)
        run = []
        if token:
            result.append(token)
    return result


def _grows_into(begun: str, first: str, whole: str) -> bool:
    return whole.startswith(begun) and not first.startswith(begun)


def _ways(token: str) -> Iterator[str]:
    """A token as it stands, with long runs of a letter shortened, and with digits read as letters."""
    yield token
    if _LONG_RUN.search(token):
        yield _LONG_RUN.sub(r"\1\1", token)
        yield _LONG_RUN.sub(r"\1", token)
    if not token.isalpha() and not token.isdigit():
        yield token.translate(_LEET)
        yield token.translate(_LEET_L)


def _shortened(word: str) -> Iterator[str]:
    return (word[:place] + word[place + 1 :] for place in range(len(word))) if len(word) <= 24 else iter(())


def _without_spaces(phrase: Phrase) -> list[str]:
    """The phrase as one word, for each choice of its words; none for those with gaps or open endings."""
    if any(atom.gap or atom.beginnings for atom in phrase):
        return []
    texts = [""]
    for atom in phrase:
        if not atom.optional:
            texts = [text + word for text in texts for word in sorted(atom.words)][:64]
    return texts
