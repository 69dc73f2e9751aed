"""What is wrong with the words of a language: sentences that are missing, phrases that are none, danger unheard."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flows.model.findings import Finding
from flows.model.templates import check
from flows.model.yaml_source import Source
from flows.words.danger import idioms, own_idioms
from flows.words.folding import fold
from flows.words.phrase_finder import Finder, read_phrase
from flows.words.phrases import SENTENCES, LanguageWords, Words, WordsFile

Path = tuple[str | int, ...]

AROUND: Mapping[str, tuple[str, ...]] = {
    "en": ("is", "he is", "will", "can", "do not"),
    "es": ("es", "él está", "va a", "puede", "no"),
}
"""What stands before a sign of danger in very many sentences, by language."""


def wrong_words(words: WordsFile, source: Source) -> list[Finding]:
    """Sentences that are missing or do not parse, phrases that are none, and signs of danger that are not found."""
    findings = []
    for code, language in words.languages.items():
        here = ("languages", code)
        for name in SENTENCES:
            if name not in language.sentences:
                text, hint = f"the sentence {name!r} is missing in {code}", f'Add `{name}: "..."` to `sentences`.'
                findings.append(source.finding((*here, "sentences"), "L501", text, hint))
        for name, slot in language.sentences.items():
            for _, _, text in slot.sources():
                if fault := check(text):
                    findings.append(source.finding((*here, "sentences", name), "X601", str(fault), ""))
        faults = [(place, fault, "E101", "") for place, fault in wrong_phrases(language)]
        hint = "Narrow the harmless phrase that hides it, or take the sign out."
        faults = faults or [(place, fault, "S705", hint) for place, fault in hidden_signs(code, language)]
        findings += [source.finding((*here, *place), kind, fault, hint) for place, fault, kind, hint in faults]
    return findings


def wrong_phrases(language: LanguageWords) -> Iterator[tuple[Path, str]]:
    """(where, what is wrong) of phrases that are none, or name a group that there is not."""
    for place, phrases in _phrases(language):
        for number, phrase in enumerate(phrases):
            try:
                for spelled in language.spelled_out((phrase,)):
                    read_phrase(spelled)
            except ValueError as error:
                yield (*place, number), str(error)


def hidden_signs(code: str, language: LanguageWords) -> Iterator[tuple[Path, str]]:
    """(where, what is wrong) of the signs of danger that a line adds and that no sentence around them shows.

    Only a harmless phrase can hide one. Those that come with us are tried in tests/core/test_word_checks.py.
    """
    for number, rule in enumerate(language.crisis):
        for place, phrase in enumerate(rule.phrases):
            if (sentence := not_enqueued(code, language, phrase, language.spelled_out((phrase,))[0])) is not None:
                fault = f"the sign of danger {phrase!r} is not heard in {sentence!r}"
                yield ("crisis", number, "phrases", place), fault


def not_enqueued(code: str, language: LanguageWords, phrase: str, spelled: str) -> str | None:
    """A sentence in which this sign is not found, or None."""
    own = own_idioms(language)
    harmless = (idioms(code), own) if own is not None else (idioms(code),)
    danger = Finder.of([("it", (spelled,))], language.spellings)
    ways = {_written(spelled), _first_written(spelled)}
    for before in ("", *AROUND.get(code, ())):
        sentences = [f"{before} {' '.join(way)}".strip() for way in sorted(ways)]
        if all(danger.find(f"0 {sentence} 0", harmless) is None for sentence in sentences):
            return sentences[0]
    return None


def _phrases(language: LanguageWords) -> Iterator[tuple[Path, Words]]:
    """Every list of phrases of a language, by where it stands."""
    for number, rule in enumerate(language.crisis):
        yield ("crisis", number, "phrases"), rule.phrases
    yield ("harmless",), language.harmless
    yield ("call_me",), language.call_me
    for name in ("phrases", "bare", "text_only", "call_only", "text_me", "beside", "filler"):
        yield ("refusals", name), getattr(language.refusals, name)


def _written(phrase: str) -> tuple[str, ...]:
    """A phrase as somebody may write it: one of each choice, nothing that may be missing."""
    needed = (atom for atom in read_phrase(phrase) if not atom.gap and not atom.optional)
    return tuple(min(atom.words, default="") or atom.beginnings[0] for atom in needed)


def _first_written(phrase: str) -> tuple[str, ...]:
    """Another such way: the first choice at each place, which authors think of first."""
    parts = [part for part in phrase.split() if part not in ("...", "…") and part[0] != "["]
    return tuple(fold(part.split("|")[0].rstrip("*")) for part in parts)
