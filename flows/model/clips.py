"""Recorded prompts by their names: `clips/main_menu.welcome.en.1f3a9c.mp3` is heard instead of a machine's voice.

The last part stands for the words that were read aloud. When somebody changes the words, the recording no longer fits
and a machine reads the new ones: nobody ever hears what is not meant any more.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from flows.model.flow import FlowFile
from flows.model.step import StepShape

FOLDER = "clips"
NAMED = re.compile(rf"{FOLDER}/([A-Za-z0-9_]+)\.([A-Za-z0-9_]+)\.([A-Za-z-]+)\.([0-9a-f]{{6}})\.(?:mp3|wav)")


TELEPHONE_RATE = 8000
"""Samples a second that a telephone carries; with fewer, a voice sounds dull even there."""

LOWEST_BITRATE = 24
"""Kilobits a second below which a compressed voice begins to gurgle."""

SHORTEST_CLIP = 0.3
"""Seconds: less is a click, or a file that broke off."""


class Prompt(NamedTuple):
    """Something that is said on calls and can be recorded: the words of one step in one language."""

    flow: str
    step: str
    language: str
    words: str

    @property
    def path(self) -> str:
        """Where its recording stands below the folder of the definitions."""
        fits = hashlib.sha256(self.words.encode()).hexdigest()[:6]
        return f"{FOLDER}/{self.flow}.{self.step}.{self.language}.{fits}.mp3"


def prompts(body: FlowFile) -> Iterator[Prompt]:
    """Every prompt of the flow that can be recorded: those of steps with an id, in all languages that they have."""
    if "voice" not in body.channels:
        return
    for step in body.steps:
        if step.named and (slot := step.spoken) is not None:
            for language in dict.fromkeys([*slot.voice, *slot.text]):
                words = slot.voice.get(language, slot.text.get(language, ""))
                if words.strip():
                    yield Prompt(body.flow, step.id, language, words)


def recorded(body: FlowFile, clips: Collection[str]) -> tuple[FlowFile, frozenset[str]]:
    """The flow with those of these recordings that fit its words, and which they are. What it names itself wins."""
    there = {prompt.path: prompt for prompt in prompts(body) if prompt.path in clips}
    by_step: dict[str, dict[str, str]] = {}
    for path, prompt in there.items():
        by_step.setdefault(prompt.step, {})[prompt.language] = path
    steps = tuple(_with(step, by_step[step.id]) if step.id in by_step else step for step in body.steps)
    return (body.model_copy(update={"steps": steps}) if there else body), frozenset(there)


def outdated(body: FlowFile, clips: Collection[str]) -> list[tuple[str, str, str]]:
    """(path, step, language) of recordings of this flow whose words are said no longer."""
    current = {prompt.path for prompt in prompts(body)}
    named = ((path, NAMED.fullmatch(path)) for path in sorted(clips))
    return [(path, name[2], name[3]) for path, name in named if name and name[1] == body.flow and path not in current]


def _with(step: StepShape, audio: dict[str, str]) -> StepShape:
    slot = step.spoken
    assert slot is not None, "only prompts have recordings"
    return step.model_copy(update={step.verb: slot.model_copy(update={"audio": {**audio, **slot.audio}})})


@dataclass(frozen=True)
class Sound:
    """One recording. `fault`: why it would not be heard well on a telephone, in words; empty if it would be."""

    seconds: float
    rate: int
    fault: str = ""


def measure(sound: bytes) -> Sound:
    """What these bytes of a WAV or MP3 file hold."""
    from tinytag import TinyTag, TinyTagException

    try:
        found = TinyTag.get(file_obj=io.BytesIO(sound), tags=False)
    except (TinyTagException, ValueError, OSError, EOFError, ArithmeticError, LookupError):
        return Sound(0.0, 0, "it can't be read as WAV or MP3")
    seconds, rate, bitrate = found.duration or 0.0, found.samplerate or 0, found.bitrate or 0.0
    return Sound(seconds, rate, _fault(seconds, rate, bitrate))


def _fault(seconds: float, rate: int, bitrate: float) -> str:
    if not rate:
        return "it can't be read as WAV or MP3"
    if seconds < SHORTEST_CLIP:
        return f"it is {seconds:.1f} seconds long"
    if rate < TELEPHONE_RATE:
        return f"it has {rate} samples a second, and a phone carries {TELEPHONE_RATE}"
    if 0 < bitrate < LOWEST_BITRATE:
        return f"it has {bitrate:.0f} kilobits a second; a clear voice needs {LOWEST_BITRATE}"
    return ""
