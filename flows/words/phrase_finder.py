"""Finds phrases in what people write, however they write it: misspelt, spaced out, in digits for letters.

Every step is linear in the length of the text, which is cut before (folding.LONGEST_BODY). Each word of the text
is looked up in the vocabulary of the phrases once; then phrases are tried only where their first word stands.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import NamedTuple
from unicodedata import category, name

from flows.words.folding import fold, one_typo
from flows.words.misspelling import shortened, undoubled, ways, words_in


@dataclass(frozen=True)
class Atom:
    """One word of a phrase: the words it may be, or their beginnings. `gap`: up to three other words instead."""

    words: frozenset[str] = frozenset()
    beginnings: tuple[str, ...] = ()
    optional: bool = False
    gap: bool = False


Phrase = tuple[Atom, ...]


@lru_cache(maxsize=8192)  # drafts, copies and tests of a library read the same phrases again and again
def read_phrase(written: str) -> Phrase:
    """A phrase as authors write it (see flows/words/phrases.py). Raises ValueError if nothing in it must be there."""
    try:
        atoms = tuple(map(_read_atom, written.split()))
    except ValueError as error:
        raise ValueError(f"{error} in the phrase {written!r}") from error
    if not atoms or atoms[0].gap or atoms[0].optional or atoms[-1].gap:
        raise ValueError(f"the phrase {written!r} must begin and end with a word")
    return atoms


@lru_cache(maxsize=8192)  # groups and lists of words stand in very many phrases
def _read_atom(part: str) -> Atom:
    if part in ("...", "…"):
        return Atom(gap=True)
    options = part.strip("[]").split("|")
    whole = frozenset(fold(option) for option in options if not option.endswith("*"))
    begun = tuple(fold(option) for option in options if option.endswith("*"))
    if "" in whole or "" in begun or any(" " in option for option in whole):
        raise ValueError(f"{part!r} is no word")
    return Atom(whole, begun, optional=part.startswith("[") and part.endswith("]"))


WIDEST_GAP = 3
FUZZY_FROM = 5
GLUED_FROM = 8
_STEM = 4
"""Letters by which a phrase written without spaces is looked for in a long word."""


@dataclass(frozen=True)
class Span:
    """Where a phrase of `rule` stands: from the word `start` to before the word `end`."""

    rule: str
    start: int
    end: int


class _Sought(NamedTuple):
    """A phrase with the choices of its first word, and of each further one that must be there."""

    rule: str
    phrase: Phrase
    first: frozenset[str]
    needed: tuple[frozenset[str], ...]


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

    def find(self, text: str, harmless: Sequence[Finder] = ()) -> str | None:
        """The id of the first of our rules with a phrase in `text`, or None. `harmless` phrases are passed over."""
        return self.find_in(words_in(text), harmless)

    def find_in(self, words: list[str], harmless: Sequence[Finder] = ()) -> str | None:
        """As `find`, in the words of a text (misspelling.words_in): several finders share them."""
        for tokens in self.readings(words):
            found = set(self._found(tokens))
            if found and harmless:  # most texts have no sign, and nothing that could hide one is looked for
                found = set(self._found(_without(tokens, harmless)))
            if found:
                return next(rule for rule, _ in self.rules if rule in found)
        return None

    def readings(self, words: list[str]) -> list[list[str]]:
        """The words of a text as they stand, and, where that differs, with other spellings replaced.

        A phrase that is written out in the text is found in the first, whatever the spellings make of its neighbors.
        """
        if self._respellable.isdisjoint(words):
            return [words]
        respelt = self._respelt(words)
        return [words] if respelt == words else [words, respelt]

    def spans(self, tokens: list[str]) -> Iterator[Span]:
        """Everywhere that a phrase stands in these words. Phrases in one or two glued words are not among them."""
        heard = [self._known[token] if token in self._known else self._guessed(token) for token in tokens]
        present = frozenset().union(*heard)
        possible = {id(sought): sought for meaning in present for sought in self._by_anchor.get(meaning, ())}
        for rule, phrase, first, needed in possible.values():
            if first.isdisjoint(present) or any(map(present.isdisjoint, needed)):
                continue
            for place, meanings in enumerate(heard):
                if not first.isdisjoint(meanings):
                    for end in set(_ends(phrase, 1, heard, place + 1)):
                        yield Span(rule, place, end)

    def knows(self, token: str) -> bool:
        """Whether a phrase may have this word."""
        return token in self._known or bool(self._guessed(token))

    def _found(self, tokens: list[str]) -> Iterator[str]:
        yield from (span.rule for span in self.spans(tokens))
        for first, second in zip(tokens, tokens[1:], strict=False):
            whole = first + second
            for meaning in self._in_two(first, whole) if whole in self._long_words or whole[:3] in self._stems else ():
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

    def _guessed(self, token: str) -> frozenset[str]:
        """The words of the phrases that this token may be."""
        found: set[str] = set()
        for way in ways(token):
            if way in self.vocabulary:
                found.add(way)
            found.update(self._undoubled.get(way, ()))
            if way[:3] in self._stems:
                found.update(f"{begun}*" for begun in self._beginnings if way.startswith(begun))
        if not found and not self.exact and len(token) >= FUZZY_FROM:
            forms = (token, *shortened(token))
            if not self._slips.keys().isdisjoint(forms):
                found.update(word for form in forms for word in self._slips.get(form, ()) if self._slipped(token, word))
        return frozenset(found) | {""} if token in self.noise else frozenset(found)

    def _slipped(self, token: str, word: str) -> bool:
        """Whether a token is this word of the phrases with one slip."""
        return word[0] == token[0] and (not self.firm or word[-2:] == token[-2:]) and one_typo(token, word)

    def _in_two(self, first: str, whole: str) -> frozenset[str]:
        """The longer words that two tokens make together: `sui cide`."""
        found = self._long_words & {whole}
        return found | {f"{begun}*" for begun in self._beginnings if _grows_into(begun, first, whole)}

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every word of the phrases that is written out."""
        return frozenset(word for phrase in self._phrases() for atom in phrase for word in atom.words)

    @cached_property
    def _known(self) -> Mapping[str, frozenset[str]]:
        """What each word of the phrases may be: most of what people write is one, and is looked up at once."""
        return {word: self._guessed(word) for word in self.vocabulary | self.noise}

    @cached_property
    def _respellable(self) -> frozenset[str]:
        """The words with which other spellings begin."""
        return frozenset(row[0] for row in self.spellings)

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
                for form in {word, *shortened(word)}:
                    slips[form].append(word)
        return {form: tuple(words) for form, words in slips.items()}

    @cached_property
    def _undoubled(self) -> Mapping[str, tuple[str, ...]]:
        """Short words with a double letter, as they are when it is typed once: `kil` for `kill`."""
        forms: dict[str, list[str]] = defaultdict(list)
        for word in self.vocabulary:
            if 3 < len(word) < FUZZY_FROM and (form := undoubled(word)) != word:
                forms[form].append(word)
        return {form: tuple(words) for form, words in forms.items()}

    @cached_property
    def _long_words(self) -> frozenset[str]:
        return frozenset(word for word in self.vocabulary if len(word) >= 6)

    @cached_property
    def _by_first(self) -> Mapping[str, tuple[tuple[str, Phrase], ...]]:
        first: dict[str, list[tuple[str, Phrase]]] = defaultdict(list)
        for rule, phrases in self.rules:
            for phrase in phrases:
                for word in (*phrase[0].words, *(f"{begun}*" for begun in phrase[0].beginnings)):
                    first[word].append((rule, phrase))
        return {word: tuple(entries) for word, entries in first.items()}

    @cached_property
    def _by_anchor(self) -> Mapping[str, tuple[_Sought, ...]]:
        """Phrases by that word of theirs which the fewest phrases have: without it they are not looked for."""
        sought = [
            _Sought(rule, phrase, _choices(phrase[0]), _needed(phrase))
            for rule, phrases in self.rules
            for phrase in phrases
        ]
        common = Counter(word for phrase in sought for choices in (phrase.first, *phrase.needed) for word in choices)
        anchored: dict[str, list[_Sought]] = defaultdict(list)
        for phrase in sought:
            for word in min((phrase.first, *phrase.needed), key=lambda choices: sum(common[word] for word in choices)):
                anchored[word].append(phrase)
        return {word: tuple(listed) for word, listed in anchored.items()}

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


def _without(tokens: list[str], harmless: Sequence[Finder]) -> list[str]:
    """These words with each that belongs to one of these phrases blanked out, so that nothing is found across it."""
    spans = (span for finder in harmless for span in finder.spans(tokens))
    hidden = {place for span in spans for place in range(span.start, span.end)}
    return ["" if place in hidden else token for place, token in enumerate(tokens)] if hidden else tokens


def _needed(phrase: Phrase) -> tuple[frozenset[str], ...]:
    """The choices of each further word that must be there."""
    return tuple(_choices(atom) for atom in phrase[1:] if not atom.gap and not atom.optional)


def _choices(atom: Atom) -> frozenset[str]:
    """What a word may mean to be this one of a phrase."""
    return atom.words | {f"{begun}*" for begun in atom.beginnings}


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


def _grows_into(begun: str, first: str, whole: str) -> bool:
    return whole.startswith(begun) and not first.startswith(begun)


def _without_spaces(phrase: Phrase) -> list[str]:
    """The phrase as one word, for each choice of its words; none for those with gaps or open endings."""
    if any(atom.gap or atom.beginnings for atom in phrase):
        return []
    texts = [""]
    for atom in phrase:
        if not atom.optional:
            texts = [text + word for text in texts for word in sorted(atom.words)][:64]
    return texts


LONGEST = 100
"""Letters of a text that is looked at: more is never a phrase with a courtesy beside it."""


@dataclass(frozen=True)
class Alone:
    """Rules of one language whose phrases are heard where nothing stands beside them but words of `beside`."""

    finder: Finder
    beside: frozenset[str]

    @staticmethod
    def of(
        rules: Iterable[tuple[str, Iterable[str]]], spellings: Mapping[str, Iterable[str]], beside: Iterable[str]
    ) -> Alone:
        """What finds these, without slips: "noise" is no noose. Raises ValueError for a phrase that is none."""
        return Alone(replace(Finder.of(rules, spellings), exact=True), frozenset(map(fold, beside)))

    def find(self, text: str) -> str | None:
        """The rule with a phrase that is the whole of `text`, or None."""
        if len(text) > LONGEST:
            return None
        words = words_in(text if text.isascii() else _named(text))
        if not all(word in self._others or self.finder.knows(word) for word in words):
            return None
        for tokens in self.finder.readings(words):
            for span in self.finder.spans(tokens):
                if self.beside.issuperset(tokens[: span.start] + tokens[span.end :]):
                    return span.rule
        return None

    @cached_property
    def _others(self) -> frozenset[str]:
        """Words that may be in such a text, and are in no phrase as they stand. Most texts have one that is unknown."""
        return self.beside.union(*self.finder.spellings)


def _named(text: str) -> str:
    """With each picture as a word, its Unicode name: people write them in rows."""
    return "".join(f" {name(char, '').replace(' ', '')} " if category(char) == "So" else char for char in text)
