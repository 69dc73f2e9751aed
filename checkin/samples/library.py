"""Reads the sample library that ships with the line."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent
WAIT_MUSIC = FOLDER.parents[1] / "flows" / "definitions" / "clips" / "wait.mp3"
"""Forty seconds of quiet tones, made by docs/tools/make_audio.py: what plays while someone waits and no story fits."""
MADE = FOLDER / "audio" / "made.json"
"""Of each recording: its length in seconds, and the fingerprint of the words that it was made from."""


@dataclass(frozen=True)
class Sample:
    """One sample story. `name` finds its row again; `short`: under 45 seconds, fit for people who wait.

    seconds: the length of its recording.
    """

    name: str
    title: str
    topic: str
    language: str
    note: str
    transcript: str
    short: bool
    voice: str
    seconds: int = 0

    @property
    def audio(self) -> Path:
        """Its recording, which is telephone audio already (MP3)."""
        return FOLDER / "audio" / f"{self.name}.mp3"

    def fingerprint(self) -> str:
        """Changes with the words and the voice."""
        return hashlib.sha256(f"{self.voice}\n{self.transcript}".encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Tip:
    """A short practical text; `words` by language."""

    name: str
    topic: str
    words: dict[str, str]

    @property
    def title(self) -> str:
        """What it is called in lists."""
        return self.name.replace("-", " ").capitalize()


def stories() -> tuple[Sample, ...]:
    """Every sample story, in the order of the file. Reads two files."""
    listed = yaml.safe_load((FOLDER / "stories.yaml").read_text(encoding="utf-8"))["stories"]
    recordings = made()
    return tuple(
        Sample(
            **{**story, "transcript": _one_line_a_paragraph(story["transcript"])},
            seconds=int(recordings.get(story["name"], {}).get("seconds", 0)),
        )
        for story in listed
    )


def made() -> dict[str, dict[str, str | int]]:
    """What MADE says: `seconds` and `from` by the name of the story."""
    found: dict[str, dict[str, str | int]] = json.loads(MADE.read_text()) if MADE.exists() else {}
    return found


def tips() -> tuple[Tip, ...]:
    """Every sample tip. Reads one file."""
    listed = yaml.safe_load((FOLDER / "tips.yaml").read_text(encoding="utf-8"))["tips"]
    return tuple(
        Tip(tip["name"], tip["topic"], {key: text for key, text in tip.items() if key not in {"name", "topic"}})
        for tip in listed
    )


def _one_line_a_paragraph(text: str) -> str:
    """The file breaks lines to be readable; a text message shows its own line breaks."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n"))
