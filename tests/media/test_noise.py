"""How much of a recording is noise: a hum and a hiss are nearly all of it, somebody who speaks is hardly any."""

from __future__ import annotations

import math
import random
from array import array

from checkin.telephony import waveform
from checkin.telephony.audio import RATE

SECONDS = 20


def hum() -> array[int]:
    return array("h", (round(6000 * math.sin(at * 2 * math.pi * 100 / RATE)) for at in range(SECONDS * RATE)))


def hiss(loud: int, chance: random.Random) -> array[int]:
    return array("h", (chance.randint(-loud, loud) for _ in range(SECONDS * RATE)))


def speech(chance: random.Random) -> array[int]:
    """Syllables and pauses, as loud and as long as people's."""
    made: list[int] = []
    while len(made) < SECONDS * RATE:
        loud = chance.choice([0, 2000, 6000, 9000])
        made += [round(loud * math.sin(at * 2 * math.pi * 180 / RATE)) for at in range(chance.randint(800, 2400))]
    return array("h", made[: SECONDS * RATE])


def test_noise_alone_is_nearly_all_of_it() -> None:
    assert waveform.noise(hum()) > 90
    assert waveform.noise(hiss(3000, random.Random(1))) > waveform.NOISY


def test_speech_is_hardly_any() -> None:
    assert waveform.noise(speech(random.Random(2))) < 5


def test_speech_over_a_hiss_is_some() -> None:
    chance = random.Random(3)
    mixed = array("h", (a + b for a, b in zip(speech(chance), hiss(1500, chance), strict=True)))
    assert 1 <= waveform.noise(mixed) < waveform.NOISY


def test_silence_and_nothing_are_no_noise() -> None:
    assert waveform.noise(array("h", bytes(2 * RATE))) == 0
    assert waveform.noise(array("h")) == 0
