"""Recorded prompts by their names: `clips/main_menu.welcome.en.1f3a9c.mp3` is heard instead of a machine's voice.

The last part stands for the words that were read aloud. When somebody changes the words, the recording no longer fits
and a machine reads the new ones: nobody ever hears what is not meant any more.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from flows.model.flow import FlowFile
from flows.model.step import StepShape
from flows.model.text import Text
from flows.steps import Ask, Record, Say

FOLDER = "clips"
NAMED = re.compile(rf"{FOLDER}/([A-Za-z0-9_]+)\.([A-Za-z0-9_]+)\.([A-Za-z-]+)\.([0-9a-f]{{6}})\.(?:mp3|wav)")


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
        if step.named and (slot := _slot(step)) is not None:
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


def _slot(step: StepShape) -> Text | None:
    match step:
        case Say() if step.via is None:
            return step.say
        case Ask():
            return step.ask
        case Record():
            return step.record
        case _:
            return None


def _with(step: StepShape, audio: dict[str, str]) -> StepShape:
    slot = _slot(step)
    assert slot is not None, "only prompts have recordings"
    return step.model_copy(update={step.verb: slot.model_copy(update={"audio": {**audio, **slot.audio}})})
