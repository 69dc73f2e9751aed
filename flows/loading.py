"""From the files of an installation to its library, and everything that is wrong with them.

`read` and `load` are the only place in this package that reads files; `build` makes the same from texts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from flows.catalogues.fill_files import take_in
from flows.catalogues.pofile import read_catalogues
from flows.library import FolderSettings, Library
from flows.model.catalogue import FOLDER as LOCALE
from flows.model.clips import measure
from flows.model.complaints import complaints
from flows.model.findings import Finding, FlowError, errors
from flows.model.flow import Flow
from flows.model.lines import LinesFile, SchedulesFile
from flows.model.plans import PlansFile
from flows.model.review import FILE as REVIEW
from flows.model.review import Checklist, read_checklist
from flows.model.text import Shape
from flows.model.yaml_source import Source, read_yaml
from flows.parsing import parse_flow
from flows.references import references
from flows.words.phrases import WordsFile
from flows.words.team_words import FILE as TEAM
from flows.words.team_words import TeamFile, ours, wrong_team
from flows.words.validation import wrong_words

CLIP_FILES = frozenset({".mp3", ".wav"})
SETTINGS = ("words.yaml", TEAM, "schedules.yaml", "lines.yaml", "plans.yaml")

AnyShape = TypeVar("AnyShape", bound=Shape)


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
        plans=settings.plans or {}, team=settings.team, settings=settings,
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
        return None, [Finding(str(folder), 1, 1, "E103", "error", "this folder doesn't exist",
                              "Set CHECKIN_FLOWS to the folder of your definitions, or leave it unset.")]  # fmt: skip
    unread: list[Finding] = []
    files = read_texts(folder, "*.yaml", unread)
    translations = read_texts(folder, f"{LOCALE}/*/LC_MESSAGES/flows.po", unread)
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
    text = read_texts(file.parent.parent, REVIEW, unread)
    return (None, unread) if unread else read_checklist(text[REVIEW])


def read_texts(folder: Path, pattern: str, unread: list[Finding]) -> dict[str, str]:
    """The files below the folder that fit `pattern`, by their path there. What cannot be read goes to `unread`."""
    texts: dict[str, str] = {}
    for file in sorted(folder.glob(pattern)):
        name = file.relative_to(folder).as_posix()
        try:
            texts[name] = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            unread.append(Finding(name, 1, 1, "Y001", "error", f"can't be read: {type(error).__name__}",
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


def read_settings(files: Mapping[str, str]) -> tuple[FolderSettings, list[Finding]]:
    """The settings in `files`, and what is wrong with them."""
    settings, findings = FolderSettings(), []
    for name in ("words.yaml", "lines.yaml"):
        if name not in files:
            findings.append(Finding(name, 1, 1, "E103", "error", "this file is missing",
                                    "`checkin init` writes one to begin with."))  # fmt: skip
    if words := _shape(WordsFile, "words.yaml", files, settings, findings):
        settings.words = words.languages
        findings.extend(_wrong_words(files["words.yaml"]))
    if team := _shape(TeamFile, TEAM, files, settings, findings):
        settings.team = ours().over(team)
        findings.extend(_wrong_team(files[TEAM]))
    if schedules := _shape(SchedulesFile, "schedules.yaml", files, settings, findings):
        settings.schedules = schedules.schedules
    elif "schedules.yaml" not in files:
        settings.schedules = {}
    if plans := _shape(PlansFile, "plans.yaml", files, settings, findings):
        settings.plans = plans.plans
    elif "plans.yaml" not in files:
        settings.plans = {}
    if lines := _shape(LinesFile, "lines.yaml", files, settings, findings):
        settings.lines = {line.key: line for line in lines.lines}
    return settings, findings


def _shape(
    shape: type[AnyShape], name: str, files: Mapping[str, str], settings: FolderSettings, findings: list[Finding]
) -> AnyShape | None:
    if name not in files:
        return None
    source, made, wrong = _read(shape, name, files[name])
    settings.sources[name] = source
    findings.extend(wrong)
    return made if isinstance(made, shape) else None


@lru_cache(maxsize=16)
def _read(shape: type[Shape], name: str, text: str) -> tuple[Source, Shape | None, tuple[Finding, ...]]:
    """The same text is the same settings: they are read anew with every draft of a flow beside them."""
    source = read_yaml(text, name)
    if source.findings:
        return source, None, source.findings
    try:
        return source, shape.model_validate(_by_language(source.values) if shape is WordsFile else source.values), ()
    except ValidationError as error:
        return source, None, tuple(complaints(error, source))


@lru_cache(maxsize=16)
def _wrong_words(text: str) -> tuple[Finding, ...]:
    """What is wrong with the words in this text; looked through once, for it stands beside every draft."""
    source, made, _ = _read(WordsFile, "words.yaml", text)
    return tuple(wrong_words(made, source)) if isinstance(made, WordsFile) else ()


@lru_cache(maxsize=16)
def _wrong_team(text: str) -> tuple[Finding, ...]:
    source, made, _ = _read(TeamFile, TEAM, text)
    return tuple(wrong_team(made, source)) if isinstance(made, TeamFile) else ()


def _by_language(values: Any) -> Any:
    """Sentences stand below their language, so a bare string is in that one."""
    languages = values.get("languages") if isinstance(values, dict) else None
    if not isinstance(languages, dict):
        return values
    return {**values, "languages": {code: _spread(code, words) for code, words in languages.items()}}


def _spread(code: str, words: Any) -> Any:
    if not isinstance(words, dict) or not isinstance(words.get("sentences"), dict):
        return words
    sentences = {name: _in_language(code, slot) for name, slot in words["sentences"].items()}
    return {**words, "sentences": sentences}


def _in_language(code: str, slot: Any) -> Any:
    if isinstance(slot, str):
        return {"text": {code: slot}}
    if isinstance(slot, dict):
        return {key: {code: part} if isinstance(part, str) else part for key, part in slot.items()}
    return slot
