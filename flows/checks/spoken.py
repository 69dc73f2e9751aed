"""Rules about what is heard on a call."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flows.checks.subject import Rule, Subject
from flows.model.clips import outdated
from flows.model.findings import Finding
from flows.model.text import Text

WORDS_A_MINUTE = 150
LONGEST_PROMPT = 20
"""Seconds that people listen before they want to press something."""

_HOLE = re.compile(r"{{.*?}}|{%.*?%}", re.S)
_ADDRESS = re.compile(r"https?://\S+|www\.\S+|\b[\w.+-]+@[\w-]+\.\w+|\b[\w-]+\.(?:com|org|net|info|gov|edu)\b", re.I)


def long_prompt(subject: Subject) -> Iterator[Finding]:
    """V305: a caller hears too much before the first option."""
    if "voice" not in subject.flow.channels:
        return
    for place, step in enumerate(subject.flow.steps):
        if not step.is_question or step.opening is None:
            continue
        for language in subject.flow.languages:
            words = sum(_count(text, language) for text in (*_said_before(subject, place), step.opening))
            seconds = round(words * 60 / WORDS_A_MINUTE)
            if seconds > LONGEST_PROMPT:
                yield subject.finding(
                    subject.path(step.id), "V305", "warning",
                    f"about {seconds} seconds of talk in {language} before the first option",
                    f"Keep it under {LONGEST_PROMPT} seconds: shorten, or say some of it after the choice.",
                )  # fmt: skip


def clip_missing(subject: Subject) -> Iterator[Finding]:
    """V306: recorded in one language, read by a machine in another."""
    for slot in subject.slots:
        if not slot.text.audio or "voice" not in subject.flow.channels:
            continue
        missing = [language for language in subject.flow.languages if language not in slot.text.audio]
        if missing:
            yield subject.finding(
                slot.path, "V306", "warning",
                f"no clip in {', '.join(missing)}: a machine reads it instead",
                "Record it in every language, or in none.",
            )  # fmt: skip


def clip_unclear(subject: Subject) -> Iterator[Finding]:
    """V306: a recording that cannot be played, or is worse than a telephone."""
    sounds = subject.library.sounds if subject.library and "voice" in subject.flow.channels else {}
    for slot in subject.slots:
        for language, clip in slot.text.audio.items():
            if clip in sounds and (fault := sounds[clip].fault):
                yield subject.finding(
                    (*slot.path, "audio", language), "V306", "warning", f"the recording {clip!r}: {fault}",
                    "Record it again as WAV or MP3, with 8,000 samples a second or more.",
                )  # fmt: skip


def clip_outdated(subject: Subject) -> Iterator[Finding]:
    """V306: a recording of a prompt whose words were changed since."""
    for clip, step, language in outdated(subject.flow.body, subject.library.sounds if subject.library else ()):
        path = subject.path(step) if step in subject.flow.places else ("steps",)
        yield subject.finding(
            path, "V306", "warning", f"the recording {clip!r} has other words than {step} in {language} has now",
            "A machine reads the new words. Record them (`flows clips list`), and delete the old file.",
        )  # fmt: skip


def address_aloud(subject: Subject) -> Iterator[Finding]:
    """V308: a web or e-mail address that nobody can write down from hearing."""
    for source in subject.sources:
        if "voice" in source.channels and (found := _ADDRESS.search(_HOLE.sub("", source.words))):
            yield subject.finding(
                source.path, "V308", "warning", f"{found.group()!r} would be read aloud",
                "Send it as a text (`say` with `via: sms`), or keep it in the `sms:` part.",
            )  # fmt: skip


RULES: tuple[Rule, ...] = (long_prompt, clip_missing, clip_unclear, clip_outdated, address_aloud)


def _said_before(subject: Subject, place: int) -> Iterator[Text]:
    """The words of the steps right before this one that run into it."""
    for step in reversed(subject.flow.steps[:place]):
        if step.to is not None or not step.quick:
            return
        if step.spoken is not None:
            yield step.spoken


def _count(text: Text, language: str) -> int:
    picked = text.pick("voice", (language,))
    return len(_HOLE.sub("x", picked.text).split()) if picked else 0
