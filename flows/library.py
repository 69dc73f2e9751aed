"""Everything an installation says: its flows in all versions that are needed, words, opening hours and lines.

`load` is the only place in this package that reads files; `build` makes the same from texts.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from flows.engine.position import Channel
from flows.library_files import SETTINGS, Settings, read_settings
from flows.model.findings import Finding, FlowError, errors
from flows.model.flow import Flow
from flows.model.lines import Line
from flows.model.parse import parse_flow
from flows.model.plans import Plan
from flows.model.review import FILE as REVIEW
from flows.model.review import Checklist, read_checklist
from flows.model.schedules import Schedule
from flows.model.sounds import Sound, measure
from flows.references import references
from flows.words.answer_words import AnswerWords
from flows.words.catalogues.catalogue import FOLDER as LOCALE
from flows.words.catalogues.catalogue import Catalogue
from flows.words.catalogues.fill_files import take_in
from flows.words.catalogues.pofile import read_catalogues
from flows.words.folding import clean, fold
from flows.words.keywords import Ears
from flows.words.phrases import LanguageWords

CLIP_FILES = frozenset({".mp3", ".wav"})


_HEARING: deque[Ears] = deque(maxlen=4)
"""Those of lately: drafts and tests build libraries by the hundred out of the same words, and a first text is slow."""


@dataclass(frozen=True)
class Library:
    """What the engine is handed. Frozen: changes make a new one.

    flows: the version of each flow that new conversations begin with. versions: every version by its hash, also
    those that only running conversations still need. resting: flows that no conversation begins with any more; older
    versions of others may still run them as a part. catalogues: translations in files of their own, by language;
    flows, words and lines have taken theirs from them already; settings: the files beside the flows, with what was in
    words.yaml and lines.yaml before. sounds: what the recorded prompts are, by path. review: what
    reviewers of stories answer; ours where the folder has none of its own.
    """

    flows: Mapping[str, Flow]
    lines: Mapping[str, Line]
    words: Mapping[str, LanguageWords]
    schedules: Mapping[str, Schedule] = field(default_factory=dict)
    versions: Mapping[str, Flow] = field(default_factory=dict)
    folder: Path | None = None
    catalogues: Mapping[str, Catalogue] = field(default_factory=dict)
    settings: Settings | None = field(default=None, repr=False, compare=False)
    sounds: Mapping[str, Sound] = field(default_factory=dict)
    resting: Mapping[str, Flow] = field(default_factory=dict)
    review: Checklist | None = None
    plans: Mapping[str, Plan] = field(default_factory=dict)

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
    def ears(self) -> Ears:
        """What listens for the words that are obeyed before any flow, in every language that we have words for."""
        known = next((ears for ears in _HEARING if ears.languages is self.words), None)
        if known is None:
            known = Ears(self.words)
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
            {"ears": self.ears, **{name: self.__dict__[name] for name in kept & set(self.__dict__)}}
        )
        return changed


def split_entry(target: str) -> tuple[str, str | None]:
    """`flow` or `flow.step` as the two."""
    name, _, step = target.partition(".")
    return name, step or None


def build(
    files: Mapping[str, str],
    clips: Mapping[str, str] | None = None,
    translations: Mapping[str, str] | None = None,
    instead: Iterable[Flow] = (),
    without: Collection[str] = (),
) -> tuple[Library | None, list[Finding]]:
    """The library in these files (name -> text), and everything that is wrong with them.

    `clips` maps the path of each recorded prompt to the digest of its sound; `translations` the path of each catalogue
    to its text. `instead` are versions that stand in for what the files say of the same flows, or beside them;
    `without` names flows that are left out. None instead of a library if anything is an error.
    """
    settings, findings = read_settings(files)
    catalogues, unusable = read_catalogues(translations or {})
    findings.extend([*unusable, *take_in(settings, catalogues.values())])
    flows: dict[str, Flow] = {}
    wanted = set(files) - set(SETTINGS) - {f"{name}.yaml" for name in without}
    for name in sorted(wanted):
        flow, found = parse_flow(files[name], name, clips, list(catalogues.values()))
        findings.extend(found)
        if flow is not None:
            flows[flow.name] = flow
    flows.update({flow.name: flow for flow in instead})
    unread = {name.removesuffix(".yaml") for name in wanted} - set(flows)
    findings.extend(references(flows, settings, clips or {}, unread))
    if errors(findings) or settings.lines is None or settings.words is None:
        return None, sorted(findings)
    versions = {flow.hash: flow for flow in flows.values()}
    made = Library(
        flows, settings.lines, settings.words, settings.schedules or {}, versions, catalogues=catalogues,
        plans=settings.plans or {}, settings=settings,
    )  # fmt: skip
    return made, sorted(findings)


def load(path: Path | str) -> Library:
    """The library in a folder. Raises FlowError with every error that is in it."""
    library, found = read(path)
    if library is None:
        raise FlowError(errors(found))
    return library


def findings(path: Path | str) -> list[Finding]:
    """Everything that stops the folder's definitions from running, and warnings found on the way."""
    return read(path)[1]


def read(
    path: Path | str, instead: Iterable[Flow] = (), without: Collection[str] = ()
) -> tuple[Library | None, list[Finding]]:
    """Like `build`, from a folder: `*.yaml` in it, and the recorded prompts in its `clips`."""
    folder = Path(path)
    if not folder.is_dir():
        return None, [Finding(str(folder), 1, 1, "E103", "error", "this folder does not exist",
                              "Set CHECKIN_FLOWS to the folder of your definitions, or leave it unset.")]  # fmt: skip
    unread: list[Finding] = []
    files = _texts(folder, "*.yaml", unread)
    translations = _texts(folder, f"{LOCALE}/*/LC_MESSAGES/flows.po", unread)
    clips = _clips(folder)
    digests = {path: hashlib.sha256(sound).hexdigest() for path, sound in clips.items()}
    library, found = build(files, digests, translations, instead, without)
    if unread:
        return None, sorted([*unread, *found])
    review, wrong = _review(folder)
    if wrong:
        return None, sorted([*wrong, *found])
    if library is not None:
        sounds = {path: measure(sound) for path, sound in clips.items()}
        library = replace(library, folder=folder, sounds=sounds, review=review)
    return library, found


def _review(folder: Path) -> tuple[Checklist | None, list[Finding]]:
    """The folder's own checklist for reviewers, else the one that comes with us."""
    own = folder / REVIEW
    file = own if own.exists() else Path(__file__).parent / "definitions" / REVIEW
    unread: list[Finding] = []
    text = _texts(file.parent.parent, REVIEW, unread)
    return (None, unread) if unread else read_checklist(text[REVIEW])


def _texts(folder: Path, pattern: str, unread: list[Finding]) -> dict[str, str]:
    """The files below the folder that fit `pattern`, by their path there. What cannot be read goes to `unread`."""
    texts: dict[str, str] = {}
    for file in sorted(folder.glob(pattern)):
        name = file.relative_to(folder).as_posix()
        try:
            texts[name] = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            unread.append(Finding(name, 1, 1, "Y001", "error", f"cannot be read: {type(error).__name__}",
                                  "The file must be readable and written in UTF-8."))  # fmt: skip
    return texts


def clip_digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every recorded prompt in the folder, by its path below it, as `parse_flow` wants them."""
    return {path: hashlib.sha256(sound).hexdigest() for path, sound in _clips(folder).items()}


def _clips(folder: Path) -> dict[str, bytes]:
    """Every recorded prompt, by its path below the folder."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted((folder / "clips").rglob("*"))
        if file.is_file() and file.suffix in CLIP_FILES
    }
