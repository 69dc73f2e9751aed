"""What is said, in each language and for each channel: the text slots of a flow."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationInfo, model_validator

Channel = Literal["sms", "voice"]
Value = str | int | bool | None
"""What a variable holds."""

Path = tuple[str | int, ...]
"""Where something stands in a file, or in a step."""


def value_at(values: Any, path: Path) -> Any:
    """What stands at `path`, or None."""
    for part in path:
        try:
            values = values[part]
        except (KeyError, IndexError, TypeError):
            return None
    return values


SHORT = 84
"""Letters of a text that stand in a box of a drawing."""

SLOTS = ("text", "sms", "voice", "audio")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][A-Za-z]{1,3})?")
_HOLE = re.compile(r"{{-?\s*([\w.]+).*?-?}}|{%.*?%}", re.S)


class Shape(BaseModel):
    """Base of everything that is read from a definition: frozen, and unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, defer_build=True)


class Picked(NamedTuple):
    """What was chosen from a slot: the source of the words, their language, and a recorded clip if there is one."""

    text: str
    language: str
    clip: str | None


class Text(Shape):
    """A text slot: a string in the base language, `{language: string}`, or `{text, sms, voice, audio}` of either.

    `sms` and `voice` win over `text` on their channel; `audio` names clips below the folder of the definitions.
    Channel keys win over language codes (`sms` is also the code of Skolt Sami).
    """

    text: Mapping[str, str] = {}
    sms: Mapping[str, str] = {}
    voice: Mapping[str, str] = {}
    audio: Mapping[str, str] = {}

    @model_validator(mode="before")
    @classmethod
    def _spread(cls, value: Any, info: ValidationInfo) -> Any:
        base = info.context.get("base", "en") if info.context else "en"
        if isinstance(value, Text):
            return value
        if isinstance(value, str):
            return {"text": {base: value}}
        if not isinstance(value, Mapping) or not value:
            raise ValueError("words are missing: write a string, or one string for each language")
        if not set(SLOTS) & set(value):
            return {"text": _languages(value, "")}
        if stray := sorted(set(map(str, value)) - set(SLOTS)):
            raise ValueError(f"{stray[0]!r} stands beside sms, voice, text or audio: put languages inside those")
        return {slot: {base: part} if isinstance(part, str) else _languages(part, slot) for slot, part in value.items()}

    def pick(self, channel: Channel, languages: Sequence[str]) -> Picked | None:
        """The words for this channel in the first of `languages` that has them, else in any; None if there are none."""
        own = self.sms if channel == "sms" else self.voice
        written = list(dict.fromkeys([*languages, *own, *self.text]))
        for language in written:
            words = own.get(language, self.text.get(language))
            if words is not None:
                return Picked(words, language, self.audio.get(language) if channel == "voice" else None)
        for language in dict.fromkeys([*languages, *self.audio]):
            if channel == "voice" and language in self.audio:
                return Picked("", language, self.audio[language])
        return None

    def sources(self) -> Iterator[tuple[str, str, str]]:
        """Every string as (slot, language, source), clips left out."""
        for slot in ("text", "sms", "voice"):
            for language, source in getattr(self, slot).items():
                yield slot, language, source

    def written(self) -> Iterator[tuple[Path, str]]:
        """Every string with its path as far as it is written there: a bare string has none."""
        slots = [slot for slot in SLOTS if getattr(self, slot)]
        for slot, language, source in self.sources():
            yield ((language,) if slots == ["text"] else (slot, language)), source

    def short(self, language: str, longest: int = SHORT) -> str:
        """The beginning of what is said, with names for its placeholders."""
        picked = self.pick("sms", (language,)) or self.pick("voice", (language,))
        words = _HOLE.sub(
            lambda placeholder: f"‹{(placeholder[1] or '').split('.')[-1]}›" if placeholder[1] else "",
            picked.text if picked else "",
        )
        return textwrap.shorten(" ".join(words.split()), longest, placeholder=" …")


class WordList(Shape):
    """Words that are understood, per language: a list (every language), or `{language: list}`."""

    every: tuple[str, ...] = ()
    by_language: Mapping[str, tuple[str, ...]] = {}

    @model_validator(mode="before")
    @classmethod
    def _spread(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {"every": (value,)}
        if isinstance(value, list | tuple):
            return {"every": tuple(_words(value))}
        if isinstance(value, Mapping):
            return {"by_language": {key: tuple(_words(part)) for key, part in _languages(value, "", list).items()}}
        raise ValueError("expected a list of words, or one list for each language")

    def words(self, language: str | None = None) -> tuple[str, ...]:
        """Those of one language (and of its base), or of all languages: people answer in whichever they think in."""
        if language is None:
            return self.every + tuple(word for words in self.by_language.values() for word in words)
        return self.every + self.by_language.get(language, self.by_language.get(language.split("-")[0], ()))


def _languages(value: Any, slot: str, kind: type = str) -> dict[str, Any]:
    """`value` as a mapping of language codes, or ValueError."""
    where = f" in {slot}" if slot else ""
    if not isinstance(value, Mapping):
        raise ValueError(f"expected a string or one string for each language{where}")
    for key, part in value.items():
        if not isinstance(key, str) or not LANGUAGE.fullmatch(key):
            raise ValueError(f"{key!r}{where} isn't a language code like en, es or pt-BR")
        if kind is str and not isinstance(part, str):
            raise ValueError(f"the words for {key}{where} aren't a string: put them in quotes")
    return dict(value)


def _words(value: Any) -> list[str]:
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list | tuple) or not all(isinstance(word, str | int) for word in listed):
        raise ValueError("expected a list of words")
    return [str(word) for word in listed]
