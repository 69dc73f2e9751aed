"""Where the sound of something is: with us, or still with the network."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SoundSource:
    """media_key: its name in our own store. network_sid: the recording's id at the network, while only that has it."""

    media_key: str | None = None
    network_sid: str | None = None
