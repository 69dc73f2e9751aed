"""Which voice reads a language aloud, and what Twilio calls the language when it listens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Voice:
    """language: for <Say> and <Gather>; name: one of Amazon's Polly voices, which Twilio offers under that prefix."""

    language: str
    name: str


_VOICES = {
    "en": Voice("en-US", "Polly.Joanna"),
    "en-gb": Voice("en-GB", "Polly.Amy"),
    "en-au": Voice("en-AU", "Polly.Nicole"),
    "es": Voice("es-MX", "Polly.Mia"),
    "es-us": Voice("es-US", "Polly.Lupe"),
    "es-es": Voice("es-ES", "Polly.Lucia"),
    "fr": Voice("fr-FR", "Polly.Celine"),
    "fr-ca": Voice("fr-CA", "Polly.Chantal"),
    "pt": Voice("pt-BR", "Polly.Camila"),
    "pt-pt": Voice("pt-PT", "Polly.Ines"),
    "de": Voice("de-DE", "Polly.Vicki"),
    "it": Voice("it-IT", "Polly.Bianca"),
    "nl": Voice("nl-NL", "Polly.Lotte"),
    "pl": Voice("pl-PL", "Polly.Ewa"),
    "ru": Voice("ru-RU", "Polly.Tatyana"),
    "sv": Voice("sv-SE", "Polly.Astrid"),
    "da": Voice("da-DK", "Polly.Naja"),
    "tr": Voice("tr-TR", "Polly.Filiz"),
    "hi": Voice("hi-IN", "Polly.Aditi"),
    "ja": Voice("ja-JP", "Polly.Mizuki"),
    "ko": Voice("ko-KR", "Polly.Seoyeon"),
}


def voice_for(language: str, own: Mapping[str, str] | None = None) -> Voice:
    """The voice for a language tag (`es`, `es-MX`, `en_GB`); English for one that nobody here can read.

    own: names of the voices that a line has chosen itself, by language (`{"es": "Polly.Lupe-Neural"}`).
    """
    tag = language.replace("_", "-").lower()
    base = tag.partition("-")[0]
    voice = _VOICES.get(tag) or _VOICES.get(base) or _VOICES["en"]
    chosen = {code.lower(): name for code, name in (own or {}).items()}
    name = chosen.get(tag) or chosen.get(base)
    return Voice(voice.language, name) if name else voice
