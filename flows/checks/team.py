"""Rules about the words for volunteers and leads: what is not translated, what a text costs, what nobody obeys."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flows.checks.answer_words import forbidden
from flows.checks.text_costs import MOST_SEGMENTS, dear_signs
from flows.library import Library
from flows.model.findings import Finding, Severity
from flows.words.catalogues.messages import team_context
from flows.words.segments import as_sent, count_segments
from flows.words.team_words import FILE, capitals, ours

_HOLE = re.compile(r"{{\s*(\w+).*?}}|{%.*?%}", re.S)
LIKELY = {
    "line": "Harbor Line", "alias": "Thoughtful Woodpecker 2", "name": "Maria Fernanda", "crisis": "988",
    "emergency": "911", "link": "x" * 60, "number": "42", "gap": "12", "count": "12", "minutes": "30", "code": "30007",
    "yes": "SHIFT YES", "no": "SHIFT NO", "times": "; ".join(["Wed 23 Sep 18:00-21:00"] * 4),
    "when": "Wed 23 Sep 18:00-21:00", "until": "Wed 23 Sep 18:00", "since": "Wed 23 Sep 18:00", "what": "x" * 50,
    "words": "", "help": "", "answer": "", "open": "",
}  # fmt: skip
"""What each hole is filled with at most, on most days; others take ten letters. Empty: what is counted by itself."""


def about_team(library: Library) -> Iterator[Finding]:
    """What is not translated to a language of a line; what a folder's own texts cost, and words that nobody obeys.

    Texts that are as they come with us are looked at where they stand: in our own folder, by our own tests.
    """
    for language in dict.fromkeys(code for line in library.lines.values() for code in line.languages):
        if lacking := library.team.lacking(language):
            text = f"{len(lacking)} of {len(library.team.groups)} texts for volunteers aren't translated to {language}"
            hint = "Write them here, or in the catalog (`flows po-extract`). Until then another language is spoken."
            yield _at(library, language, "", "L501", "warning", f"{text}: {', '.join(lacking[:3])} ...", hint)
    known, own = ours(), library.settings is not None and FILE in library.settings.sources
    for language, texts in library.team.words.items():
        for key, text in texts.items():
            if own or known.words.get(language, {}).get(key) != text:
                yield from _about(library, language, key, text)


def _about(library: Library, language: str, key: str, text: str) -> Iterator[Finding]:
    """S704: capitals that mean nothing in a volunteer's text. M401 M402 M405: what a text costs, whether it arrives."""
    group = library.team.groups[key]
    if group in ("texts", "card"):
        for word in sorted(set(capitals(text)) - ours().commands()):
            said = f"{word} in {key} is no word that the line understands from a volunteer"
            hint = "Words in capitals are what they text: use those of the words that come with us."
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
