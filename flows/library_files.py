"""The files beside the flows: `words.yaml`, `schedules.yaml`, `lines.yaml`, `plans.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar

from pydantic import ValidationError

from flows.model.complaints import complaints
from flows.model.findings import Finding
from flows.model.lines import Line, LinesFile, SchedulesFile
from flows.model.plans import Plan, PlansFile
from flows.model.schedules import Schedule
from flows.model.text import Shape
from flows.model.yaml_source import Source, read_yaml
from flows.words.phrases import LanguageWords, WordsFile
from flows.words.validation import wrong_words

SETTINGS = ("words.yaml", "schedules.yaml", "lines.yaml", "plans.yaml")

AnyShape = TypeVar("AnyShape", bound=Shape)


@dataclass
class Settings:
    """What the files say; None for one that cannot be used. `sources` know their lines.

    own_words, own_lines: as the author wrote them, where catalogues added to them; else None.
    """

    words: Mapping[str, LanguageWords] | None = None
    lines: Mapping[str, Line] | None = None
    schedules: Mapping[str, Schedule] | None = None
    plans: Mapping[str, Plan] | None = None
    own_words: Mapping[str, LanguageWords] | None = None
    own_lines: Mapping[str, Line] | None = None
    sources: dict[str, Source] = field(default_factory=dict)


def read_settings(files: Mapping[str, str]) -> tuple[Settings, list[Finding]]:
    """The settings in `files`, and what is wrong with them."""
    settings, findings = Settings(), []
    for name in ("words.yaml", "lines.yaml"):
        if name not in files:
            findings.append(Finding(name, 1, 1, "E103", "error", "this file is missing",
                                    "`checkin init` writes one to begin with."))  # fmt: skip
    if words := _shape(WordsFile, "words.yaml", files, settings, findings):
        settings.words = words.languages
        findings.extend(_wrong_words(files["words.yaml"]))
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
    shape: type[AnyShape], name: str, files: Mapping[str, str], settings: Settings, findings: list[Finding]
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
