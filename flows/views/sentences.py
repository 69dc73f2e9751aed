"""Every sentence that leaves, as an organizer looks for it: where it's said, in every language, and what it takes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from flows.model.flow import Flow
from flows.model.templates import has_words
from flows.model.text import Path, Text, value_at
from flows.model.yaml_edit import edited
from flows.words.folding import fold
from flows.words.phrases import LanguageWords
from flows.words.segments import as_sent, count_segments, encoding
from flows.words.team_words import TeamWords

_HOLE = re.compile(r"{{-?\s*([\w.]+).*?-?}}", re.S)
_TAG = re.compile(r"{%.*?%}", re.S)
_LIKELY = {"contact.name": "Guadalupe", "line.crisis": "988", "line.emergency": "911", "org.name": "The Harbor Line"}


@dataclass(frozen=True)
class SizeOfText:
    """segments: how many a text takes with something likely in its holes. plain: of the 7-bit alphabet."""

    segments: int
    plain: bool


@dataclass(frozen=True)
class SaidSentence:
    """One sentence. source: the flow, or the file without its ending. place: the step and slot, or the key.

    part: `sms` or `voice` where it is for one channel alone. words: by language, the base first. paths: where the words
    of a language stand in the file of the flow, for those that stand there.
    """

    source: str
    title: str
    place: str
    part: str
    words: Mapping[str, str]
    paths: Mapping[str, Path] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What it's called among those of its source."""
        return f"{self.place}.{self.part}"

    def size(self, language: str) -> SizeOfText:
        """What it takes as a text."""
        sent = as_sent(_TAG.sub("", _HOLE.sub(lambda hole: _LIKELY.get(hole[1], "something"), self.words[language])))
        return SizeOfText(count_segments(sent), encoding(sent) == "GSM-7")

    def has(self, wanted: str) -> bool:
        """Whether these words stand in it, in any language; accents and capitals don't matter."""
        whole = fold(" ".join((*self.words.values(), self.title, self.place.replace("_", " "))))
        return all(word in whole for word in fold(wanted).split())


def of_flow(flow: Flow) -> Iterator[SaidSentence]:
    """Those of one flow, in its order."""
    for number, step in enumerate(flow.body.steps):
        for path, text in step.slots():
            where = ("steps", number, *path)
            written = value_at(flow.source.values, where) if flow.source else None
            place = ".".join(map(str, (step.id, *path)))
            for part, words in _parts(text, flow.languages):
                paths = {code: found for code in words if (found := _path(written, where, part, code, flow.base))}
                yield SaidSentence(flow.name, flow.title, place, part, words, paths)


def of_words(words: Mapping[str, LanguageWords], title: str) -> Iterator[SaidSentence]:
    """Those of words.yaml: what the line says in every flow."""
    names = dict.fromkeys(name for language in words.values() for name in language.sentences)
    for name in names:
        for part in ("text", "sms", "voice"):
            said = {
                code: source
                for code, language in words.items()
                if name in language.sentences
                for slot, of, source in language.sentences[name].sources()
                if slot == part and of == code and has_words(source)
            }
            if said:
                yield SaidSentence("words", title, name, part, said)


def of_team(team: TeamWords, languages: tuple[str, ...], title: str) -> Iterator[SaidSentence]:
    """Those of team.yaml: what volunteers and leads read and hear."""
    for key in team.groups:
        said = {code: words for code in languages for words, found in (team.pick(key, (code,)),) if found == code}
        if said:
            yield SaidSentence("team", title, key, "text", said)


def with_words(text: str, sentence: SaidSentence, language: str, words: str) -> str:
    """The file of its flow with other words for this sentence. Raises ValueError where they don't stand in it."""
    path = sentence.paths.get(language)
    if path is None:
        raise ValueError("these words aren't in the file of the flow")
    return edited(text, {path: words})


def _parts(text: Text, languages: tuple[str, ...]) -> Iterator[tuple[str, dict[str, str]]]:
    for part in ("text", "sms", "voice"):
        own: Mapping[str, str] = getattr(text, part)
        words = {code: own[code] for code in [*languages, *own] if code in own and has_words(own[code])}
        if words:
            yield part, words


def _path(written: Any, where: Path, part: str, language: str, base: str) -> Path | None:
    """Where these words stand: a slot is a string, one for each language, or either for each channel."""
    if isinstance(written, Mapping) and part in written:
        written, where = written[part], (*where, part)
    if isinstance(written, str):
        return where if language == base else None
    there = isinstance(written, Mapping) and isinstance(written.get(language), str)
    return (*where, language) if there else None
