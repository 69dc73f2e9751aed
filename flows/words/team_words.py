"""The words that volunteers and leads read, hear and text: `team.yaml`, in every language that it or a catalogue has.

Each text has a key, `section.name`. Ours come with us (definitions/team.yaml); a folder's own file says some or all of
them anew, or in further languages. What one language lacks is said in the next, so no key is ever without words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError, field_validator

from flows.model.complaints import complaints
from flows.model.findings import Finding, FlowError
from flows.model.templates import TemplateError, check, placeholders, render
from flows.model.text import LANGUAGE, Shape
from flows.model.yaml_source import Source, read_yaml
from flows.words.folding import fold
from flows.words.phrases import ALWAYS_HELP, ALWAYS_START, ALWAYS_STOP

FILE = "team.yaml"
OURS = Path(__file__).parents[1] / "definitions" / FILE

Group = Literal["texts", "calls", "card", "words"]
Section = Mapping[str, str]
GROUPS: tuple[Group, ...] = ("texts", "calls", "card", "words")

FIXED = {"times.weekdays": 7, "times.months": 12}
"""Lists in one text, with spaces between: how many words each must have."""

NETWORKS = {
    **dict.fromkeys(ALWAYS_STOP, "stop"), **dict.fromkeys(ALWAYS_START, "start"), **dict.fromkeys(ALWAYS_HELP, "help")
}  # fmt: skip
"""Words that mean the same to every network, whatever a file says."""

_KEYWORD = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)*")
_WORD = re.compile(r"[^\W\d_]{2,}")
_HOLES = re.compile(r"{{.*?}}|{%.*?%}", re.S)


class TeamLanguage(Shape):
    """The words of one language: sections of texts by name, and what volunteers text, by what it does."""

    texts: Mapping[str, Section] = {}
    calls: Mapping[str, Section] = {}
    card: Mapping[str, Section] = {}
    words: Mapping[str, Section] = {}
    keywords: Mapping[str, tuple[str, ...]] = {}

    def places(self) -> Iterator[tuple[str, tuple[Group, str, str], str]]:
        """(key, where it stands, its words) of every text."""
        for group in GROUPS:
            for section, texts in getattr(self, group).items():
                for name, words in texts.items():
                    yield f"{section}.{name}", (group, section, name), words


class TeamFile(Shape):
    """`team.yaml`."""

    languages: Annotated[Mapping[str, TeamLanguage], Field(min_length=1)]

    @field_validator("languages")
    @classmethod
    def _codes(cls, value: Mapping[str, TeamLanguage]) -> Mapping[str, TeamLanguage]:
        for code in value:
            if not LANGUAGE.fullmatch(code):
                raise ValueError(f"{code!r} is not a language code like en, es or pt-BR")
        return value


@dataclass(frozen=True)
class TeamWords:
    """Every text by language and key. Ours stand first, so whoever speaks none of the languages gets English.

    groups: what each key's words are for. inline: languages, by key, in which an author wrote them in a file.
    keywords: what volunteers text, by language and by what it does.
    """

    words: Mapping[str, Mapping[str, str]]
    groups: Mapping[str, Group]
    inline: Mapping[str, frozenset[str]]
    keywords: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)

    def languages(self, wanted: Iterable[str]) -> list[str]:
        """Those of `wanted` that we have words in, a region giving way to its base (`es-MX` to `es`)."""
        found = (code if code in self.words else code.split("-")[0] for code in wanted)
        return [code for code in dict.fromkeys(found) if code in self.words]

    def pick(self, key: str, wanted: Iterable[str]) -> tuple[str, str]:
        """The words of `key` in the first language that has them, placeholders unfilled, and that language.

        Raises KeyError for a key that no language has.
        """
        for language in (*self.languages(wanted), *self.words):
            if (source := self.words[language].get(key)) is not None:
                return source, language
        raise KeyError(key)

    def fill(self, key: str, wanted: Iterable[str], values: Mapping[str, object]) -> tuple[str, str]:
        """The words of `key` in the first language that has them, and that language. Raises KeyError, TemplateError."""
        source, language = self.pick(key, wanted)
        return render(source, values), language

    def keyword(self, text: str) -> str | None:
        """What a volunteer wants who texts just this, in whichever language: `take`, `off`. None: it's no keyword."""
        return self._keywords.get(fold(text))

    @cached_property
    def _keywords(self) -> Mapping[str, str]:
        told = {fold(word): name for named in self.keywords.values() for name, words in named.items() for word in words}
        return {**told, **NETWORKS}

    def section(self, name: str) -> list[str]:
        """The keys of one section, in their order in our file."""
        return [key for key in self.groups if key.partition(".")[0] == name]

    def over(self, file: TeamFile) -> TeamWords:
        """These words, with what a file says instead of them or in further languages."""
        added = {code: {key: text for key, _, text in said.places()} for code, said in file.languages.items()}
        words = {code: {**self.words.get(code, {}), **added.get(code, {})} for code in {**self.words, **added}}
        groups = {key: where[0] for said in file.languages.values() for key, where, _ in said.places()}
        written = {
            key: self.inline.get(key, frozenset()).union(code for code, texts in added.items() if key in texts)
            for key in {**self.groups, **groups}
        }
        codes = {**self.keywords, **file.languages}
        keywords = {code: {**self.keywords.get(code, {}), **_keywords_of(file, code)} for code in codes}
        return TeamWords(words, {**groups, **self.groups}, written, keywords)

    def also(self, language: str, texts: Mapping[str, str]) -> TeamWords:
        """These words, with those of a catalogue where there were none."""
        if not texts:
            return self
        words = {**self.words, language: {**texts, **self.words.get(language, {})}}
        return replace(self, words=words)

    def lacking(self, language: str) -> list[str]:
        """The keys and keywords that have no words in this language, nor in its base."""
        base = language.split("-")[0]
        known = {**self.words.get(base, {}), **self.words.get(language, {})}
        understood = {**self.keywords.get(base, {}), **self.keywords.get(language, {})}
        texts = [key for key in self.groups if key not in known and self.groups[key] != "words"]
        return texts + [f"keywords.{name}" for name in self.keywords["en"] if not understood.get(name)]

    def holes_of(self, key: str) -> tuple[frozenset[str], frozenset[str]]:
        """The placeholders that every language of ours fills in the words of `key`, and all that any may use."""
        found = [placeholders(texts[key]) for texts in self.words.values() if key in texts]
        return frozenset.intersection(*found), frozenset.union(*found)

    @cached_property
    def commands(self) -> frozenset[str]:
        """The words in capitals: what volunteers are told to text."""
        return frozenset(word for texts in self.words.values() for text in texts.values() for word in capitals(text))


def _keywords_of(file: TeamFile, code: str) -> Mapping[str, tuple[str, ...]]:
    return file.languages[code].keywords if code in file.languages else {}


def capitals(text: str) -> list[str]:
    """The words in capitals of a text, placeholders left out."""
    return [word for word in _WORD.findall(_HOLES.sub("", text)) if word.isupper()]


@lru_cache(maxsize=1)
def ours() -> TeamWords:
    """The words that come with us. Raises FlowError if they cannot be read."""
    source = read_yaml(OURS.read_text(encoding="utf-8"), FILE)
    if source.findings:
        raise FlowError(source.findings)
    try:
        return TeamWords({}, {}, {}).over(TeamFile.model_validate(source.values))
    except ValidationError as error:
        raise FlowError(complaints(error, source)) from error


def wrong_team(file: TeamFile, source: Source) -> Iterator[Finding]:
    """What stops these words from being said: keys that nothing says, placeholders that are wrong, lists too short.

    And what stops keywords from being understood.
    """
    yield from _wrong_keywords(file, source)
    known = ours()
    for code, language in file.languages.items():
        for key, where, text in language.places():
            here = ("languages", code, *where)
            if known.groups.get(key) != where[0]:
                right = f"it stands under `{known.groups[key]}`" if key in known.groups else ""
                if not key.startswith("languages."):
                    yield source.finding(here, "E103", f"nothing of ours says {key!r} in `{where[0]}`", right)
            elif fault := check(text):
                yield source.finding(here, "X601", str(fault))
            elif wrong := wrong_holes(known, key, text):
                yield source.finding(here, "L502", wrong, "Use the names of the words that come with us.")
            elif key in FIXED and len(text.split()) != FIXED[key]:
                yield source.finding(here, "E101", f"{len(text.split())} words where {FIXED[key]} are needed")


def _wrong_keywords(file: TeamFile, source: Source) -> Iterator[Finding]:
    """Every language is heard at once, so no word may mean two things, nor anything else than it means to networks."""
    known, means = ours().keywords["en"], dict[str, set[str]]()
    for named in ours().over(file).keywords.values():
        for name, words in named.items():
            for word in words:
                means.setdefault(fold(word), {NETWORKS.get(fold(word), name)}).add(name)
    for code, language in file.languages.items():
        for name, words in language.keywords.items():
            here = ("languages", code, "keywords", name)
            if name not in known:
                yield source.finding(here, "E103", f"no keyword does {name!r}", f"There are: {', '.join(known)}.")
                continue
            for word in words:
                if not _KEYWORD.fullmatch(fold(word)):
                    yield source.finding(here, "E101", f"{word!r} cannot be texted alone", "Write a word of letters.")
                elif others := sorted(means[fold(word)] - {name}):
                    yield source.finding(here, "S704", f"{word!r} means {others[0]!r} already", "Choose another word.")


def wrong_holes(known: TeamWords, key: str, text: str) -> str | None:
    """The placeholders that these words have too many or too few, said in words."""
    needed, allowed = known.holes_of(key)
    try:
        there = placeholders(text)
    except TemplateError:
        return None
    if unknown := sorted(there - allowed):
        return f"nothing fills {', '.join(unknown)} in {key}"
    missing = sorted(needed - there)
    return f"{key} leaves out {', '.join(missing)}" if missing else None
