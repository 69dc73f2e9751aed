"""Rules about what texts cost."""

from __future__ import annotations

from collections.abc import Iterator

from flows.checks import sizes
from flows.checks.subject import Rule, Subject, TextSource, Told, rule
from flows.model.findings import Finding
from flows.words.segments import as_sent, count_segments, encoding, outside

MOST_SEGMENTS = 2

ALTERNATIVES = {
    "’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "–": "-", "—": "-", "…": "...",
    "•": "-", "·": "-", "\u00a0": "a plain space", "\u202f": "a plain space", "\t": "a space", "`": "'",
}  # fmt: skip


def doubles_the_price(subject: Subject) -> Iterator[Finding]:
    """M401: characters outside the 7-bit alphabet of texts, where they cost a further segment."""
    for source in _texts(subject):
        words = as_sent(sizes.filled(subject, source.words))
        if dear := dear_signs(words):
            yield subject.finding(source.path, "M401", "info", *dear)


def dear_signs(words: str) -> tuple[str, str] | None:
    """What is to be said of a text that a few characters make cost more, and what can be done; None if none do."""
    strange = outside(words)
    if not strange or count_segments(words) <= count_segments(_plain(words)):
        return None
    shown = ", ".join(_shown(char) for char in strange[:6])
    return (
        f"{count_segments(words)} segments instead of {count_segments(_plain(words))}, for a few characters",
        f"Say it in words without {shown}. Never misspell a word for this: a right accent is worth a segment.",
    )


@rule("M402", "warning", "Say less, or say it in two steps with a question between.")
def too_long(subject: Subject) -> Iterator[Told]:
    """A text of more than two segments, options included."""
    for slot in subject.slots:
        if "sms" not in subject.flow.channels or slot.kind in ("label", "invalid"):
            continue
        for language in subject.flow.languages:
            words = as_sent(sizes.shown(subject, slot.step, language))
            if (count := count_segments(words)) > MOST_SEGMENTS:
                why = " (its accents halve what a segment holds)" if encoding(words) == "UCS-2" else ""
                yield slot.path, f"the text in {language} takes {count} segments{why}"


@rule("M403", "info", "`checkin flows cost` shows it for a thousand people.")
def worst_case(subject: Subject) -> Iterator[Told]:
    """What the longest way through the flow costs."""
    segments, minutes = sizes.longest(subject)
    parts = []
    if "sms" in subject.flow.channels:
        parts.append(f"{segments} segments by text")
    if "voice" in subject.flow.channels:
        parts.append(f"{minutes:.1f} minutes by call besides the talk itself")
    yield ("flow",), f"the longest way through takes {' and '.join(parts)}"


RULES: tuple[Rule, ...] = (doubles_the_price, too_long, worst_case)


def _texts(subject: Subject) -> Iterator[TextSource]:
    return (source for source in subject.sources if "sms" in source.channels)


def _shown(char: str) -> str:
    """The character, and the plain sign that stands for it. A letter with an accent has none: it is the spelling."""
    return f"{char} (write {ALTERNATIVES[char]})" if char in ALTERNATIVES else char


def _plain(words: str) -> str:
    """The same length without the strange characters."""
    return "".join("x" if outside(char) else char for char in words)
