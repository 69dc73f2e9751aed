"""Finds phrases in what people write, however they write it: misspelt, spaced out, in digits for letters.

Every step is linear in the length of the text, which is cut before (folding.LONGEST_BODY). Each word of the text
is looked up in the vocabulary of the phrases once; then phrases are tried only where their first word stands.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from flows.folding import fold, one_typo

WIDEST_GAP = 3
FUZZY_FROM = 5
GLUED_FROM = 8

_LEET = str.maketrans("0134578@$", "oieastbas")
_LEET_L = str.maketrans("0134578@$", "oleastbas")
_BANG = re.compile(r"(?<=[^\W_])!(?=[^\W_])")
_SIGNS = re.compile(r"[@$](?=\w)|(?<=\w)[@$]")
_DOUBLE = re.compile(r"(.)\1")
_LONG_RUN = re.compile(r"(.)\1{2,}")


@dataclass(frozen=True)
class Atom:
    """One word of a phrase: the words it may be, or their beginnings. `gap`: up to three other words instead."""

    words: frozenset[str] = frozenset()
    beginnings: tuple[str, ...] = ()
    optional: bool = False
    gap: bool = False


Phrase = tuple[Atom, ...]


@lru_cache(maxsize=4096)  # drafts, copies and tests of a library read the same few hundred phrases again and again
def read_phrase(written: str) -> Phrase:
    """A phrase as authors write it (see flows/phrases.py). Raises ValueError if nothing in it must be there."""
    atoms = []
    for part in written.split():
        if part in ("...", "…"):
            atoms.append(Atom(gap=True))
            continue
        optional = part.startswith("[") and part.endswith("]")
        options = part.strip("[]").split("|")
        whole = frozenset(fold(option) for option in options if not option.endswith("*"))
        begun = tuple(fold(option) for option in options if option.endswith("*"))
        if "" in whole or "" in begun or any(" " in option for option in whole):
            raise ValueError(f"{part!r} in the phrase {written!r} is no word")
        atoms.append(Atom(whole, begun, optional))
    if not atoms or atoms[0].gap or atoms[0].optional or atoms[-1].gap:
        raise ValueError(f"the phrase {written!r} must begin and end with a word")
    return tuple(atoms)


@dataclass(frozen=True)
class Finder:
    """Rules in one language. `spellings` are (words in a row -> the one word that the phrases use)."""

    rules: tuple[tuple[str, tuple[Phrase, ...]], ...]
    spellings: Mapping[tuple[str, ...], str]

    @staticmethod
    def of(rules: Iterable[tuple[str, Iterable[str]]], spellings: Mapping[str, Iterable[str]]) -> Finder:
        """A finder for `(rule id, phrases)`. Raises ValueError for a phrase that is none."""
        read = tuple((rule, tuple(read_phrase(phrase) for phrase in phrases)) for rule, phrases in rules)
        rows = {tuple(fold(way).split()): fold(word) for word, ways in spellings.items() for way in ways}
        return Finder(read, {row: word for row, word in rows.items() if row})

    def find(self, text: str) -> str | None:
        """The id of the first rule with a phrase in `text`, or None. The text is folded here."""
        return next(self._found(text), None)

    def _found(self, text: str) -> Iterator[str]:
        signs = _SIGNS.search(text) is not None
        plain = _BANG.sub("i", text)
        if signs:
            plain = plain.replace("@", "a").replace("$", "s")
        tokens = self._respelt(_joined(fold(plain).split()))
        heard = [self._meanings(token) for token in tokens]
        pairs = [self._in_two(*pair) for pair in zip(tokens, tokens[1:], strict=False)]
        for place, meanings in enumerate(heard):
            for meaning in meanings:
                for rule, phrase in self._by_first.get(meaning, ()):
                    if _fits(phrase, 1, heard, place + 1):
                        yield rule
        for meanings in pairs:
            for meaning in meanings:
                for rule, phrase in self._by_first.get(meaning, ()):
                    if len(phrase) == 1:
                        yield rule
        for token in {token for token in tokens if len(token) >= GLUED_FROM}:
            for glued, rule in self._glued:
                if glued in token:
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
            if way in self._vocabulary:
                found.add(way)
            found.update(self._undoubled.get(way, ()))
            found.update(f"{begun}*" for begun in self._beginnings if way.startswith(begun))
        if not found and len(token) >= FUZZY_FROM:
            found.update(
                word
                for shorter in (token, *_shortened(token))
                for word in self._slips.get(shorter, ())
                if word[0] == token[0] and one_typo(token, word)
            )
        return frozenset(found)

    def _in_two(self, first: str, second: str) -> frozenset[str]:
        """The longer words that two tokens make together: `sui cide`."""
        whole = first + second
        begun = {f"{begun}*" for begun in self._beginnings if whole.startswith(begun) and not first.startswith(begun)}
        return self._long_words.get(whole, frozenset()) | begun

    @cached_property
    def _vocabulary(self) -> frozenset[str]:
        return frozenset(word for phrase in self._phrases() for atom in phrase for word in atom.words)

    @cached_property
    def _beginnings(self) -> tuple[str, ...]:
        return tuple({begun for phrase in self._phrases() for atom in phrase for begun in atom.beginnings})

    @cached_property
    def _slips(self) -> Mapping[str, tuple[str, ...]]:
        """Longer words by themselves with one letter left out: two words one slip apart share such a form."""
        slips: dict[str, list[str]] = defaultdict(list)
        for word in self._vocabulary:
            if len(word) >= FUZZY_FROM:
                for form in {word, *_shortened(word)}:
                    slips[form].append(word)
        return {form: tuple(words) for form, words in slips.items()}

    @cached_property
    def _undoubled(self) -> Mapping[str, tuple[str, ...]]:
        """Short words with a double letter, as they are when it is typed once: `kil` for `kill`."""
        forms: dict[str, list[str]] = defaultdict(list)
        for word in self._vocabulary:
            if 3 < len(word) < FUZZY_FROM and (form := _DOUBLE.sub(r"\1", word)) != word:
                forms[form].append(word)
        return {form: tuple(words) for form, words in forms.items()}

    @cached_property
    def _long_words(self) -> Mapping[str, frozenset[str]]:
        return {word: frozenset({word}) for word in self._vocabulary if len(word) >= 6}

    @cached_property
    def _by_first(self) -> Mapping[str, tuple[tuple[str, Phrase], ...]]:
        first: dict[str, list[tuple[str, Phrase]]] = defaultdict(list)
        for rule, phrases in self.rules:
            for phrase in phrases:
                for word in (*phrase[0].words, *(f"{begun}*" for begun in phrase[0].beginnings)):
                    first[word].append((rule, phrase))
        return {word: tuple(entries) for word, entries in first.items()}

    @cached_property
    def _glued(self) -> tuple[tuple[str, str], ...]:
        """Phrases written without spaces, with the id of their rule; short ones would be found by chance."""
        glued = {
            text: rule
            for rule, phrases in self.rules
            for phrase in phrases
            for text in _without_spaces(phrase)
            if len(text) >= GLUED_FROM
        }
        return tuple(glued.items())

    def _phrases(self) -> Iterator[Phrase]:
        return (phrase for _, phrases in self.rules for phrase in phrases)


def _fits(phrase: Phrase, number: int, heard: list[frozenset[str]], place: int) -> bool:
    """Whether the atoms from `number` on stand in what was heard from `place` on."""
    if number == len(phrase):
        return True
    atom = phrase[number]
    if atom.gap:
        return any(_fits(phrase, number + 1, heard, place + skipped) for skipped in range(WIDEST_GAP + 1))
    if place < len(heard):
        meanings = heard[place]
        if atom.words & meanings or any(f"{begun}*" in meanings for begun in atom.beginnings):
            return _fits(phrase, number + 1, heard, place + 1) or (
                atom.optional and _fits(phrase, number + 1, heard, place)
            )
    return atom.optional and _fits(phrase, number + 1, heard, place)


def _joined(tokens: list[str]) -> list[str]:
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
