"""Rules about translations."""

from __future__ import annotations

from collections.abc import Iterator

from flows.catalogues.contexts import context, inline
from flows.checks.subject import Rule, Slot, Subject, Told, rule
from flows.model import templates
from flows.model.findings import Finding, Severity
from flows.model.text import Channel

NAMES = {"sms": "texts", "voice": "calls"}


@rule("L501", "warning")
def untranslated(subject: Subject) -> Iterator[Told]:
    """Words are missing in one of the flow's languages, for one of its channels."""
    for slot in subject.slots:
        if not any(templates.has_words(words) for _, _, words in slot.text.sources()):
            continue  # nothing but placeholders: there is nothing to translate
        missing: dict[str, list[Channel]] = {}
        for channel in subject.flow.channels:
            has = _languages(slot, channel)
            for language in subject.flow.languages:
                if has and language not in has and language.split("-")[0] not in has:
                    missing.setdefault(language, []).append(channel)
        for language, channels in missing.items():
            where = "" if len(channels) == len(subject.flow.channels) else f" for {NAMES[channels[0]]}"
            yield (
                slot.path,
                f"this isn't translated to {language}{where}",
                f"Add `{language}: ...` beside the other languages.",
            )


def other_holes(subject: Subject) -> Iterator[Finding]:
    """L502: a translation with a placeholder too many or too few."""
    base = subject.flow.base
    for slot in subject.slots:
        texts: dict[str, dict[str, str]] = {}
        for part, language, words in slot.text.sources():
            texts.setdefault(part, {})[language] = words
        for part, by_language in texts.items():
            if base not in by_language:
                continue
            ours = _holes(by_language[base])
            for language, words in by_language.items():
                theirs = _holes(words)
                if theirs != ours:
                    yield _at(
                        subject, slot, part, language, "L502", "error",
                        f"the {language} words{'' if part == 'text' else f' for {part}'} {_difference(ours, theirs)}",
                        f"Use the same names in {base} and {language}.",
                    )  # fmt: skip


RULES: tuple[Rule, ...] = (untranslated, other_holes)


def _at(
    subject: Subject, slot: Slot, part: str, language: str, code: str, severity: Severity, text: str, hint: str
) -> Finding:
    """A finding about the words in one language: in the flow's own file, or in the catalogue that they come from."""
    catalogue = subject.library.catalogues.get(language) if subject.library else None
    if catalogue is None or language in inline(subject.flow, slot.path, part):
        return subject.finding(slot.path, code, severity, text, hint)
    base = getattr(slot.text, part)[subject.flow.base]
    key = context(subject.flow.name, slot.step, slot.path[2:], part), base
    return catalogue.finding(key, code, severity, text, hint)


def _holes(words: str) -> frozenset[str]:
    """Names that are filled in, by their dotted path."""
    try:
        return templates.placeholders(words)
    except templates.TemplateError:
        return frozenset()


def _difference(ours: frozenset[str], theirs: frozenset[str]) -> str:
    lacks = f"lack {', '.join(sorted(ours - theirs))}" if ours - theirs else ""
    more = f"have {', '.join(sorted(theirs - ours))} more" if theirs - ours else ""
    return " and ".join(part for part in (lacks, more) if part)


def _languages(slot: Slot, channel: Channel) -> set[str]:
    """Languages in which this slot has words or a clip for a channel."""
    own = slot.text.sms if channel == "sms" else slot.text.voice
    return {*own, *slot.text.text, *(slot.text.audio if channel == "voice" else ())}
