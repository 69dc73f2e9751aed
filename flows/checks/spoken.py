"""Rules about what is heard on a call."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flows.checks.subject import Rule, Subject, Told, rule
from flows.model.clips import outdated
from flows.model.text import Text

WORDS_A_MINUTE = 150
LONGEST_PROMPT = 20
"""Seconds that people listen before they want to press something."""

_HOLE = re.compile(r"{{.*?}}|{%.*?%}", re.S)
_ADDRESS = re.compile(r"https?://\S+|www\.\S+|\b[\w.+-]+@[\w-]+\.\w+|\b[\w-]+\.(?:com|org|net|info|gov|edu)\b", re.I)


@rule("V305", "warning")
def long_prompt(subject: Subject) -> Iterator[Told]:
    """A caller hears too much before the first option."""
    if "voice" not in subject.flow.channels:
        return
    for place, step in enumerate(subject.flow.steps):
        if not step.is_question or step.opening is None:
            continue
        for language in subject.flow.languages:
            words = sum(_count(text, language) for text in (*_said_before(subject, place), step.opening))
            seconds = round(words * 60 / WORDS_A_MINUTE)
            if seconds > LONGEST_PROMPT:
                yield (
                    subject.path(step.id),
                    f"about {seconds} seconds of talk in {language} before the first option",
                    f"Keep it under {LONGEST_PROMPT} seconds: shorten, or say some of it after the choice.",
                )


@rule("V306", "warning", "Record it in every language, or in none.")
def clip_missing(subject: Subject) -> Iterator[Told]:
    """Recorded in one language, read by a machine in another."""
    for slot in subject.slots:
        if not slot.text.audio or "voice" not in subject.flow.channels:
            continue
        missing = [language for language in subject.flow.languages if language not in slot.text.audio]
        if missing:
            yield slot.path, f"no clip in {', '.join(missing)}: a machine reads it instead"


@rule("V306", "warning", "Record it again as WAV or MP3, with 8,000 samples a second or more.")
def clip_unclear(subject: Subject) -> Iterator[Told]:
    """A recording that cannot be played, or is worse than a telephone."""
    sounds = subject.library.sounds if subject.library and "voice" in subject.flow.channels else {}
    for slot in subject.slots:
        for language, clip in slot.text.audio.items():
            if clip in sounds and (fault := sounds[clip].fault):
                yield (*slot.path, "audio", language), f"the recording {clip!r}: {fault}"


@rule("V306", "warning", "A machine reads the new words. Record them (`flows clips list`), and delete the old file.")
def clip_outdated(subject: Subject) -> Iterator[Told]:
    """A recording of a prompt whose words were changed since."""
    for clip, step, language in outdated(subject.flow.body, subject.library.sounds if subject.library else ()):
        path = subject.path(step) if step in subject.flow.places else ("steps",)
        yield path, f"the recording {clip!r} has other words than {step} in {language} has now"


@rule("V308", "warning", "Send it as a text (`say` with `via: sms`), or keep it in the `sms:` part.")
def address_aloud(subject: Subject) -> Iterator[Told]:
    """A web or e-mail address that nobody can write down from hearing."""
    for source in subject.sources:
        if "voice" in source.channels and (found := _ADDRESS.search(_HOLE.sub("", source.words))):
            yield source.path, f"{found.group()!r} would be read aloud"


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
