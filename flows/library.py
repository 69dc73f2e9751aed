"""Everything an installation says: its flows in all versions that are needed, words, opening hours and lines."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from flows.model.catalogue import Catalogue
from flows.model.clips import Sound
from flows.model.flow import Flow
from flows.model.lines import Line
from flows.model.plans import Plan
from flows.model.review import Checklist
from flows.model.schedules import Schedule
from flows.model.text import Channel
from flows.model.yaml_source import Source
from flows.words.answer_words import AnswerWords
from flows.words.folding import clean, fold
from flows.words.keywords import KeywordMatcher
from flows.words.phrases import LanguageWords
from flows.words.team_words import TeamWords, ours

_HEARING: deque[KeywordMatcher] = deque(maxlen=4)
"""Those of lately: drafts and tests build libraries by the hundred out of the same words, and a first text is slow."""


@dataclass
class FolderSettings:
    """What the files say; None for one that cannot be used. `sources` know their lines.

    own_words, own_team, own_lines: as the author wrote them, where catalogues added to them; else None.
    """

    words: Mapping[str, LanguageWords] | None = None
    team: TeamWords = field(default_factory=ours)
    lines: Mapping[str, Line] | None = None
    schedules: Mapping[str, Schedule] | None = None
    plans: Mapping[str, Plan] | None = None
    own_words: Mapping[str, LanguageWords] | None = None
    own_team: TeamWords | None = None
    own_lines: Mapping[str, Line] | None = None
    sources: dict[str, Source] = field(default_factory=dict)


@dataclass(frozen=True)
class Library:
    """What the engine is handed. Frozen: changes make a new one.

    flows: the version of each flow that new conversations begin with. versions: every version by its hash, also
    those that only running conversations still need. resting: flows that no conversation begins with any more; older
    versions of others may still run them as a part. catalogues: translations in files of their own, by language;
    flows, words and lines have taken theirs from them already; settings: the files beside the flows, with what was in
    words.yaml and lines.yaml before. sounds: what the recorded prompts are, by path. review: what
    reviewers of stories answer; ours where the folder has none of its own. team: what volunteers and leads are told.
    """

    flows: Mapping[str, Flow]
    lines: Mapping[str, Line]
    words: Mapping[str, LanguageWords]
    schedules: Mapping[str, Schedule] = field(default_factory=dict)
    versions: Mapping[str, Flow] = field(default_factory=dict)
    folder: Path | None = None
    catalogues: Mapping[str, Catalogue] = field(default_factory=dict)
    settings: FolderSettings | None = field(default=None, repr=False, compare=False)
    sounds: Mapping[str, Sound] = field(default_factory=dict)
    resting: Mapping[str, Flow] = field(default_factory=dict)
    review: Checklist | None = None
    plans: Mapping[str, Plan] = field(default_factory=dict)
    team: TeamWords = field(default_factory=ours, repr=False)

    def with_versions(self, flows: Iterable[Flow]) -> Library:
        """A library that also holds these versions; the current ones stay current."""
        return self._but(versions={**self.versions, **{flow.hash: flow for flow in flows}})

    def with_current(self, flows: Iterable[Flow]) -> Library:
        """A library in which new conversations begin with these versions."""
        newer = list(flows)
        current = {**self.flows, **{flow.name: flow for flow in newer}}
        return self._but(flows=current).with_versions(newer)

    def without(self, retired: Mapping[str, Flow | None]) -> Library:
        """A library in which no conversation begins with these; None for one that can be read no more."""
        current = {name: flow for name, flow in self.flows.items() if name not in retired}
        resting = {name: flow for name, flow in retired.items() if flow is not None}
        return self._but(flows=current, resting=resting).with_versions(resting.values())

    def with_number(self, line: str, number: str | None) -> Library:
        """A library in which this line has this number. Raises KeyError for an unknown line, ValueError."""
        changed = Line.model_validate({**self.lines[line].model_dump(by_alias=True), "number": number})
        return self._but(lines={**self.lines, line: changed})

    def entry(self, line: str, channel: Channel, body: str = "") -> tuple[str, str | None]:
        """The flow (and step) in which a conversation begins: a keyword that is the whole text, else the line's own."""
        found = self.keyword(line, body) if body else None
        here = self.lines[line]
        return found[:2] if found else split_entry(here.texts if channel == "sms" else here.calls)

    def keyword(self, line: str, body: str) -> tuple[str, str | None, str | None] | None:
        """(flow, step, language) of the line's keyword that `body` is; the language where it is only of that one."""
        return self._keywords[line].get(fold(clean(body)))

    def version(self, flow_hash: str, name: str) -> Flow | None:
        """The version with that hash; if it is lost, the current one of that name; None if there is neither."""
        return self.versions.get(flow_hash) or self.flows.get(name)

    @cached_property
    def matcher(self) -> KeywordMatcher:
        """What listens for the words that are obeyed before any flow, in every language that we have words for."""
        known = next((matcher for matcher in _HEARING if matcher.languages is self.words), None)
        if known is None:
            known = KeywordMatcher(self.words)
            _HEARING.append(known)
        return known

    @cached_property
    def answers(self) -> AnswerWords:
        """The words that answers are understood by, in every language."""
        return AnswerWords.of(self.words)

    @cached_property
    def _keywords(self) -> Mapping[str, Mapping[str, tuple[str, str | None, str | None]]]:
        found: dict[str, dict[str, tuple[str, str | None, str | None]]] = {}
        for key, line in self.lines.items():
            words: dict[str, tuple[str, str | None, str | None]] = {}
            for language, listed in line.keywords.items():
                for word, target in listed.items():
                    only = language if language != "any" and fold(word) not in words else None
                    words[fold(word)] = (*split_entry(target), only)
            found[key] = words
        return found

    def _but(self, **changes: object) -> Library:
        changed = replace(self, **changes)  # type: ignore[arg-type]
        # The words are the same: reading them again would cost every turn of a pinned conversation. The ears are
        # shared from the start, so that what they learn at the first text is known to every copy.
        kept = {"answers"} | (set() if "lines" in changes else {"_keywords"})
        changed.__dict__.update(
            {"ears": self.matcher, **{name: self.__dict__[name] for name in kept & set(self.__dict__)}}
        )
        return changed


def split_entry(target: str) -> tuple[str, str | None]:
    """`flow` or `flow.step` as the two."""
    name, _, step = target.partition(".")
    return name, step or None
