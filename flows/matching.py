"""Understands answers as people give them: the key, the word, most of the word, "a 2 i guess".

Pure and linear in the answer. All take a cleaned answer (folding.clean) and give None for one they do not understand.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import phonenumbers

from flows.folding import fold, one_typo

FUZZY_FROM = 5
PREFIX_FROM = 3
LABEL_WORD_FROM = 4
SHORT = 12
"""Words of an answer that is still looked through for a choice; a longer one is a story, not an answer."""

_DIGITS = re.compile(r"(?<![\w.,])(\d{1,9})(?![\w]|[.,]\d)")
_OUT_OF = re.compile(r"(\d{1,9})\s*(?:/|out of|of|de|sobre)\s*(\d{1,9})")
_CLOCK = re.compile(r"(?<!\d)(\d{1,2})(?:[:.h]?(\d{2}))?\s*(am|pm|a\.m\.?|p\.m\.?|a m|p m)?(?!\w)")
_PARTS_OF_DAY = {
    "am": ("morning", "manana", "madrugada"),
    "pm": ("afternoon", "evening", "tonight", "night", "tarde", "noche"),
}
_NAMED_TIMES = {"noon": "12:00", "midday": "12:00", "midnight": "00:00", "mediodia": "12:00", "medianoche": "00:00"}


@dataclass(frozen=True)
class Option:
    """One choice: its name, its key, and everything that means it, folded (label and words of all languages)."""

    name: str
    key: str
    words: tuple[str, ...]


def match_choice(
    answer: str, options: Sequence[Option], numbers: Mapping[str, int], negations: Collection[str] = ()
) -> str | None:
    """The name of the choice that is meant: by key, number word, label or word, unique beginning, or with one slip."""
    text = answer.strip()
    folded = fold(text)
    for option in options:
        if text == option.key or folded == option.key or folded in option.words:
            return option.name
    keys = {option.key: option.name for option in options}
    if folded in numbers and str(numbers[folded]) in keys:
        return keys[str(numbers[folded])]
    tokens = folded.split()
    if not tokens or len(tokens) > SHORT:
        return None
    refused = bool(set(tokens) & set(negations))
    if not refused and (named := set(_containing(tokens, folded, options))):
        return _only(named)
    if not refused and (found := _only(_by_a_word_of_its_own(tokens, options))):
        return found
    if len(folded) >= PREFIX_FROM and (found := _only(_beginning(folded, options))):
        return found
    if not refused and (found := _only(_with_a_slip(tokens, folded, options))):
        return found
    return None if refused else _only(keys[key] for key in _numbers_in(folded, tokens, numbers) if key in keys)


def match_number(answer: str, least: int, most: int, numbers: Mapping[str, int]) -> int | None:
    """The one number from `least` to `most` in the answer, in digits or words; `2/5` and "2 out of 5" are 2."""
    text = answer.strip().lower()
    if (whole := _OUT_OF.fullmatch(fold_digits(text))) and int(whole[2]) == most and least <= int(whole[1]) <= most:
        return int(whole[1])
    text = _OUT_OF.sub(lambda found: found[1] if int(found[2]) == most else found[0], fold_digits(text))
    found = {int(number) for number in _DIGITS.findall(text)}
    tokens = fold(text).split()
    found |= {numbers[token] for token in tokens if token in numbers}
    if (folded := " ".join(tokens)) in numbers:
        found = {numbers[folded]}
    inside = {number for number in found if least <= number <= most}
    if len(tokens) > SHORT:
        return None
    return inside.pop() if len(inside) == 1 else None


def match_yes_no(answer: str, yes: Collection[str], no: Collection[str]) -> bool | None:
    """Yes or no, alone or leading a short answer. `yes` and `no` are folded; pictures are among them."""
    folded = fold(answer)
    if folded in yes:
        return True
    if folded in no:
        return False
    tokens = folded.split()
    if not tokens or len(tokens) > 6:
        return None
    said_yes = tokens[0] in yes or " ".join(tokens[:2]) in yes
    said_no = tokens[0] in no or " ".join(tokens[:2]) in no
    if said_yes == said_no:
        return None
    against = no if said_yes else yes
    return None if any(token in against for token in tokens[1:]) else said_yes


def match_phone(answer: str, regions: Iterable[str]) -> str | None:
    """The telephone number in the answer as E.164, read as one of the first of `regions` that makes it possible."""
    if len(answer) > 40:
        return None
    for region in [*regions] or ["US"]:
        try:
            number = phonenumbers.parse(answer, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_possible_number(number):
            return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    return None


def match_time(answer: str) -> str | None:
    """A time of day as HH:MM: `9`, `9:30 pm`, `2130`, `noon`, "8 in the evening". A bare 1 to 6 is the afternoon."""
    folded = fold(answer)
    for token in folded.split():
        if token in _NAMED_TIMES:
            return _NAMED_TIMES[token]
    text = answer.lower().strip()
    found = _CLOCK.search(text)
    if not found or len(text) > 40:
        return None
    if len(found[1]) == 1 and found[2] is not None and ":" not in found[0] and "." not in found[0]:
        return None  # 930: three digits could be 9:30 or a slip
    hour, minute = int(found[1]), int(found[2] or 0)
    half = (found[3] or "")[:1] or _part_of_day(folded)
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    elif not half and found[2] is None and 1 <= hour <= 6:
        hour += 12
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None


def fold_digits(text: str) -> str:
    """Digits of every script as 0 to 9."""
    if text.isascii():
        return text
    return "".join(str(int(char)) if char.isdecimal() else char for char in text)


def _part_of_day(folded: str) -> str:
    for half, words in _PARTS_OF_DAY.items():
        if any(word in folded.split() for word in words):
            return half[0]
    return ""


def _only(names: Iterable[str]) -> str | None:
    found = set(names)
    return found.pop() if len(found) == 1 else None


def _containing(tokens: Sequence[str], folded: str, options: Sequence[Option]) -> Iterable[str]:
    padded = f" {folded} "
    spoken = set(tokens)
    for option in options:
        if any((word in spoken) if " " not in word else f" {word} " in padded for word in option.words if word):
            yield option.name


def _by_a_word_of_its_own(tokens: Sequence[str], options: Sequence[Option]) -> Iterable[str]:
    """Longer words of a label count by themselves where no other choice has them: "a story" for "hear a story"."""
    spoken = {token for token in tokens if len(token) >= LABEL_WORD_FROM}
    parts = {option.name: {part for word in option.words for part in word.split()} for option in options}
    for name, own in parts.items():
        others = {part for other, words in parts.items() if other != name for part in words}
        if spoken & own - others:
            yield name


def _beginning(folded: str, options: Sequence[Option]) -> Iterable[str]:
    for option in options:
        if any(word.startswith(folded) for word in option.words):
            yield option.name


def _with_a_slip(tokens: Sequence[str], folded: str, options: Sequence[Option]) -> Iterable[str]:
    for option in options:
        for word in option.words:
            if len(word) < FUZZY_FROM:
                continue
            if one_typo(folded, word) or (" " not in word and any(one_typo(token, word) for token in tokens)):
                yield option.name


def _numbers_in(folded: str, tokens: Sequence[str], numbers: Mapping[str, int]) -> set[str]:
    found = {str(int(number)) for number in _DIGITS.findall(fold_digits(folded))}
    return found | {str(numbers[token]) for token in tokens if token in numbers}
