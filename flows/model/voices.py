"""The voices that Twilio reads with: a name that it does not know is found out when the file is read, not by a caller.

https://www.twilio.com/docs/voice/twiml/say/text-speech and https://docs.aws.amazon.com/polly/latest/dg/available-voices.html
"""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches

BASIC = ("man", "woman", "alice")

_STANDARD = """
Aditi Amy Astrid Bianca Brian Camila Carla Carmen Celine Chantal Conchita Cristiano Dora Emma Enrique Ewa Filiz
Geraint Giorgio Gwyneth Hans Ines Ivy Jacek Jan Joanna Joey Justin Karl Kendra Kimberly Lea Liv Lotte Lucia Lupe Mads
Maja Marlene Mathieu Matthew Maxim Mia Miguel Mizuki Naja Nicole Penelope Raveena Ricardo Ruben Russell Salli Seoyeon
Takumi Tatyana Vicki Vitoria Zeina Zhiyu
"""

_NEURAL = """
Adriano Alba Amy Andres Aria Arlet Arthur Ayanda Bianca Brian Burcu Camila Daniel Danielle Elin Emma Gabrielle Gregory
Hala Hannah Hiujin Ida Ines Isabelle Ivy Jasmine Jihye Jitka Joanna Joey Justin Kajal Kazuha Kendra Kevin Kimberly
Laura Lea Liam Lisa Lucia Lupe Matthew Mia Niamh Ola Olivia Patrick Pedro Raul Remi Ruth Sabrina Salli Seoyeon Sergio
Sofie Stephen Suvi Takumi Thiago Tomoko Vicki Vitoria Zayd Zhiyu
"""

_GENERATIVE_ALONE = "Lennart Lorenzo Tiffany Tristan"

POLLY = frozenset(
    [f"Polly.{name}" for name in _STANDARD.split()]
    + [f"Polly.{name}-Neural" for name in _NEURAL.split()]
    + [f"Polly.{name}-Generative" for name in f"{_STANDARD} {_NEURAL} {_GENERATIVE_ALONE}".split()]
)
"""Which of them Amazon has made generative changes by the month: for those the name alone is looked at."""

_GOOGLE = re.compile(r"Google\.(?P<where>[a-z]{2,3}-[A-Z]{2})-(?P<kind>.+)-(?P<which>[A-Za-z0-9]+)")
_GOOGLE_KINDS = ("Standard", "Wavenet", "Neural2", "Studio", "News", "Polyglot", "Casual", "Chirp-HD", "Chirp3-HD")


def complaint(name: str) -> str | None:
    """What is wrong with the name of a voice, and what to write; None when it is one."""
    if name in BASIC or _plain(name) in POLLY:
        return None
    found = _GOOGLE.fullmatch(name)
    if found is not None and found["kind"] in _GOOGLE_KINDS:
        return None
    near = _nearest(name, found)
    meant = f"did you mean {near!r}?" if near else "write one of its names, such as 'Polly.Joanna-Neural'"
    return f"Twilio has no voice {name!r}: {meant}"


def _plain(name: str) -> str:
    """Without accents: Twilio takes Polly.Céline and Polly.Celine."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter))


def _nearest(name: str, google: re.Match[str] | None) -> str | None:
    if google is not None:
        kind = get_close_matches(google["kind"], _GOOGLE_KINDS, 1, 0.5)
        return f"Google.{google['where']}-{kind[0]}-{google['which']}" if kind else None
    voice = _plain(name).rpartition(".")[2].casefold()
    known = {one.removeprefix("Polly.").casefold(): one for one in sorted(POLLY)}
    almost, alike = (get_close_matches(voice, list(known), 1, how) for how in (0.85, 0.7))
    base = voice.partition("-")[0]
    return known[almost[0] if almost else base] if almost or base in known else known[alike[0]] if alike else None
