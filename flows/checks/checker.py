"""Finds the mistakes in a folder of flows before a caller does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from flows.catalogues.messages import team_context
from flows.checks import (
    answer_words,
    chains,
    keys,
    paths,
    placeholders,
    privacy,
    safety,
    spoken,
    text_costs,
    translations,
    variables,
)
from flows.checks.answer_words import forbidden
from flows.checks.subject import CommonNames, Rule, Subject, Told, handed_over, rule
from flows.checks.text_costs import MOST_SEGMENTS, dear_signs
from flows.library import Library
from flows.loading import read, read_texts
from flows.model.findings import Finding, Severity
from flows.model.yaml_source import tree
from flows.words.segments import as_sent, count_segments
from flows.words.team_words import FILE, capitals, ours

_OLD_BOOLEAN = re.compile(r"yes|no|on|off|y|n", re.I)
_OLD_SIXTIES = re.compile(r"[-+]?[1-9]\d*(:[0-5]?\d)+")
_OLD_OCTAL = re.compile(r"[-+]?0\d+")
_PHONE = re.compile(r"\+[1-9]\d{6,14}|[1-9]\d{9,14}")

_HOLE = re.compile(r"{{\s*(\w+).*?}}|{%.*?%}", re.S)
LIKELY = {
    "line": "Harbor Line", "alias": "Thoughtful Woodpecker 2", "name": "Maria Fernanda", "crisis": "988",
    "emergency": "911", "link": "x" * 60, "number": "42", "gap": "12", "count": "12", "minutes": "30", "code": "30007",
    "yes": "SHIFT YES", "no": "SHIFT NO", "times": "; ".join(["Wed 23 Sep 18:00-21:00"] * 4),
    "when": "Wed 23 Sep 18:00-21:00", "until": "Wed 23 Sep 18:00", "since": "Wed 23 Sep 18:00", "what": "x" * 50,
    "words": "", "help": "", "answer": "", "open": "",
}  # fmt: skip
"""What each hole is filled with at most, on most days; others take ten letters. Empty: what is counted by itself."""


@rule("E210", "error", "Write what it should do here, then take the note away.")
def stub(subject: Subject) -> Iterator[Told]:
    """A step that stands for something that could not be imported."""
    for step in subject.flow.steps:
        if step.note and step.note.startswith("stub:"):
            yield subject.path(step.id, "note"), f"this step wasn't imported: {step.note.removeprefix('stub:').strip()}"


@rule("W212", "warning", "Correct it if needed, then take the note away.")
def unread(subject: Subject) -> Iterator[Told]:
    """A step that was imported with a guess, and that nobody has read since."""
    for step in subject.flow.steps:
        if step.note and step.note.startswith("review:"):
            yield subject.path(step.id, "note"), f"to be read: {step.note.removeprefix('review:').strip()}"


RULES: tuple[Rule, ...] = (
    *paths.RULES,
    *chains.RULES,
    *variables.RULES,
    *keys.RULES,
    *spoken.RULES,
    *answer_words.RULES,
    *text_costs.RULES,
    *translations.RULES,
    *placeholders.RULES,
    *safety.RULES,
    *privacy.RULES,
    stub,
    unread,
)
"""Every rule about one flow. What cannot even be read is found by flows.parsing and flows.library."""


def check(library_or_path: Library | Path | str) -> list[Finding]:
    """Everything that is wrong with a library, or with the folder of one, in the order of the files.

    A folder that cannot be read as flows gives only the findings that say why.
    """
    if isinstance(library_or_path, Library):
        return sorted([*about_flows(library_or_path), *about_team(library_or_path)])
    library, findings = read(library_or_path)
    findings = [*findings, *about_files(read_texts(Path(library_or_path), "*.yaml", []))]
    if library is not None:
        findings += [*about_flows(library), *about_team(library)]
    return sorted(set(findings))


def about_flows(library: Library) -> list[Finding]:
    """What the rules say about each flow of a library."""
    handed = handed_over(library.flows)
    shared = CommonNames.of(library.flows.values(), library.lines.values())
    subjects = [Subject(flow, library, handed, shared) for flow in library.flows.values()]
    return [finding for subject in subjects for rule in RULES for finding in rule(subject)]


def about_flow(library: Library, name: str) -> list[Finding]:
    """What the rules say about this flow of a library: what `about_flows` says, without the others."""
    shared = CommonNames.of(library.flows.values(), library.lines.values())
    subject = Subject(library.flows[name], library, handed_over(library.flows), shared)
    return [finding for rule in RULES for finding in rule(subject)]


def about_files(files: Mapping[str, str]) -> list[Finding]:
    """Values in these files (name -> text) that YAML reads as something else."""
    return [finding for name, text in files.items() for finding in traps(text, name)]


def traps(text: str, file: str) -> Iterator[Finding]:
    """Y002 for values that a YAML 1.1 tool would change; Y003 for telephone numbers without quotes. Keys are safe."""
    root, fault = tree(text, file)
    if fault is not None:
        return  # whoever reads the file says so
    for node in _values(root):
        if node.style:
            continue
        line, column = node.start_mark.line + 1, node.start_mark.column + 1
        value = node.value
        if _PHONE.fullmatch(value):
            yield Finding(file, line, column, "Y003", "error",
                          "without quotes, a phone number is read as an integer",
                          'Put it in quotes, like "+15555550100".')  # fmt: skip
        elif any(old.fullmatch(value) for old in (_OLD_BOOLEAN, _OLD_SIXTIES, _OLD_OCTAL)):
            yield Finding(file, line, column, "Y002", "warning", f"{value} means something else to older YAML tools",
                          f'Put it in quotes: "{value}".')  # fmt: skip


def _values(node: yaml.Node | None) -> Iterator[yaml.ScalarNode]:
    ahead = [node]
    while ahead:
        here = ahead.pop()
        if isinstance(here, yaml.ScalarNode):
            yield here
        elif isinstance(here, yaml.MappingNode):
            ahead += [value for _, value in here.value]
        elif isinstance(here, yaml.SequenceNode):
            ahead += here.value


def about_team(library: Library) -> Iterator[Finding]:
    """What is not translated to a language of a line; what a folder's own texts cost, and words that nobody obeys.

    Texts that are as they come with us are looked at where they stand: in our own folder, by our own tests.
    """
    for language in dict.fromkeys(code for line in library.lines.values() for code in line.languages):
        if lacking := library.team.lacking(language):
            text = f"{len(lacking)} texts for volunteers aren't translated to {language}"
            hint = "Write them here (what isn't a keyword, or in the catalog). Until then another language is spoken."
            yield _at(library, language, "", "L501", "warning", f"{text}: {', '.join(lacking[:3])} ...", hint)
    known, own = ours(), library.settings is not None and FILE in library.settings.sources
    for language, texts in library.team.words.items():
        for key, text in texts.items():
            if own or known.words.get(language, {}).get(key) != text or library.team.keywords != known.keywords:
                yield from _about(library, language, key, text)


def _about(library: Library, language: str, key: str, text: str) -> Iterator[Finding]:
    """S704: capitals that mean nothing in a volunteer's text. M401 M402 M405: what a text costs, whether it arrives."""
    group = library.team.groups[key]
    if group in ("texts", "card"):
        gone = {word for word in ours().commands if ours().keyword(word) and not library.team.keyword(word)}
        strange = {word for word in capitals(text) if not library.team.keyword(word)}
        for word in sorted(strange - (ours().commands - gone)):
            said = f"{word} in {key} is no word that the line understands from a volunteer"
            hint = "Words in capitals are what they text: use a keyword, or make it one (`keywords`)."
            yield _at(library, language, key, "S704", "warning", said, hint)
    if group != "texts":
        return
    words = as_sent(_HOLE.sub(lambda placeholder: LIKELY.get(placeholder[1], "x" * 10) if placeholder[1] else "", text))
    if dear := dear_signs(words):
        yield _at(library, language, key, "M401", "info", *dear)
    if (count := count_segments(words)) > MOST_SEGMENTS:
        yield _at(library, language, key, "M402", "warning", f"{key} in {language} takes {count} segments", "Say less.")
    if found := forbidden(text):
        hint = "Write the whole address of your own site, or say it in other words."
        yield _at(library, language, key, "M405", "warning", f"carriers hold back texts with {found!r}", hint)


def _at(library: Library, language: str, key: str, code: str, severity: Severity, text: str, hint: str) -> Finding:
    """A finding where these words stand: in the folder's file, else in the catalogue of the language."""
    catalogue = library.catalogues.get(language)
    if catalogue is not None and key and language not in library.team.inline[key]:
        return catalogue.finding((team_context(key), library.team.pick(key, ())[0]), code, severity, text, hint)
    source = library.settings.sources.get(FILE) if library.settings else None
    if source is None:
        return Finding(FILE, 1, 1, code, severity, text, hint)
    section, _, name = key.partition(".")
    path = ("languages", language, library.team.groups[key], section, name) if key else ("languages", language)
    return source.finding(path, code, text, hint, severity)
