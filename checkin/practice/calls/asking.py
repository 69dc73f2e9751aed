"""What a leg listens for, and what it has been given so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass
class Asking:
    """For keys, words or a recording. touches grows with everything that comes in; done ends the listening.

    keys, words: whether each is taken. wanted: how many keys end it. finish: keys that end it.
    """

    kind: Literal["gather", "record", "room"]
    keys: bool = True
    words: bool = False
    wanted: int | None = None
    finish: str = ""
    digits: str = ""
    said: str = ""
    ended_by: str = ""
    sounds: list[bytes] = field(default_factory=list)
    longest: float | None = None
    lasted: float = 0.0
    touches: int = 0
    done: bool = False

    def press(self, key: str) -> None:
        """One key. The one that finishes is not part of the answer."""
        if key in self.finish:
            self.ended_by = key
            self.done = True
        elif self.kind == "gather":
            self.digits += key
            self.done = self.wanted is not None and len(self.digits) >= self.wanted
        self.touches += 1

    def say(self, words: str) -> None:
        """Words, for a Gather that takes them."""
        self.said = words
        self.done = True
        self.touches += 1

    def record(self, sound: bytes, seconds: float) -> None:
        """Sound, for a Record; it goes on until its longest time is full."""
        self.sounds.append(sound)
        self.lasted += seconds
        self.done = self.longest is not None and self.lasted >= self.longest
        self.touches += 1

    def keep_silent(self) -> None:
        """No more is to come."""
        self.done = True
        self.touches += 1
