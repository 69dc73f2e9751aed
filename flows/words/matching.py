"""Understands answers as people give them: the key, the word, most of the word, "a 2 i guess".

Pure and linear in the answer. All take a cleaned answer (folding.clean) and give None for one they do not understand.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import phonenumbers

from flows.words.answer_words import AnswerWords
from flows.words.folding import fold, one_typo

FUZZY_FROM = 5
PREFIX_FROM = 3
LONGEST_SCALE = 10
SENTENCE_FROM = 4
"""Words of an answer from which on it is a sentence, where it is no answer."""

SHORT = 12
"""Words of an answer that is still looked through for a choice; a longer one is a story, not an answer."""

_KEY_SIGN = re.compile(r"^(?:#|no\.|n[ºr°]\.?|n[uú]m\.?|opc\.?)\s*(\d)", re.IGNORECASE)
_LETTERS = re.compile(r"\w")
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th|a|o|da|ra|er|ta|to)")
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
    """One choice: its name, its key, and what means it, folded.

    words: its label and words in all languages: any of them, said alone, is this choice. shown: those in which it was
    asked; parts, beginnings and slips of them count, for nobody chooses what was not shown.
    """

    name: str
    key: str
    words: tuple[str, ...]
    shown: tuple[str, ...] = ()


def match_choice(answer: str, options: Sequence[Option], known: AnswerWords) -> str | None:
    """The name of the choice that is meant: by key, number, label, word, beginning, or with one slip.

    An answer is a choice where nothing else is left over: "a story please" is one, "this is really hard" is none.
    """
    folded = fold(_KEY_SIGN.sub(r"\1 ", answer.strip()))
    for option in options:
        if folded in (option.key, fold(option.key)) or folded in option.words:
            return option.name
    tokens = folded.split()
    if not tokens or len(tokens) > SHORT:
        return None
    if len(tokens) == 1 and folded not in known.ordinals and (number := _number(folded, known)) is not None:
        return _only(option.name for option in options if option.key == number)
    if len(folded) >= PREFIX_FROM and (found := _only(_beginning(folded, options))):
        return found
    if set(tokens) & known.negations:
        return None
    left = [token for token in tokens if token not in known.filler and _LETTERS.search(token)]  # no pictures
    if (alone := " ".join(left)) and (found := _only(option.name for option in options if alone in option.shown)):
        return found
    if any(token in known.ordinals or _ORDINAL.fullmatch(token) for token in left):
        left = [token for token in left if token not in known.numbers]  # "the second one"
    meant = [_meant(token, options, known, alone=len(tokens) == 1) for token in left]
    return _only(frozenset.intersection(*meant)) if meant else None


def match_number(answer: str, least: int, most: int, known: AnswerWords) -> int | None:
    """The number from `least` to `most` that is the answer, in digits or words; `2/5` and "2 out of 5" are 2.

    On a scale (up to ten) it stands first, or among words that carry next to nothing: "i have 3 kids" is no mood.
    """
    text = fold_digits(unicodedata.normalize("NFKC", answer).strip().lower())
    if (whole := _OUT_OF.fullmatch(text)) and int(whole[2]) == most and least <= int(whole[1]) <= most:
        return int(whole[1])
    text = _OUT_OF.sub(lambda found: found[1] if int(found[2]) == most else found[0], text)
    tokens = fold(text).split()
    if not tokens or len(tokens) > SHORT:
        return None
    digits = _DIGITS.findall(text)
    found = {int(number) for number in digits} | {known.numbers[token] for token in tokens if token in known.numbers}
    if (folded := " ".join(tokens)) in known.numbers:
        found = {known.numbers[folded]}
    inside = {number for number in found if least <= number <= most}
    if len(inside) != 1:
        return None
    rest = [token for token in tokens if token not in known.filler and token not in known.numbers]
    rest = [token for token in rest if token not in digits]
    first = tokens[0] in digits or tokens[0] in known.numbers
    counts = len(tokens) > 1 and tokens[1] in known.units
    alone = len(rest) <= 1 or first
    return inside.pop() if most > LONGEST_SCALE or (alone and not counts) else None


def match_yes_no(answer: str, known: AnswerWords) -> bool | None:
    """Yes or no, alone or leading a short answer. Pictures are among the words for them."""
    folded = fold(answer)
    if folded in known.yes:
        return True
    if folded in known.no:
        return False
    tokens = [_squeezed(token, known) for token in folded.split()]
    if not tokens or len(tokens) > 6:
        return None
    opening = " ".join(tokens[:2])
    said_yes = tokens[0] in known.yes or opening in known.yes
    said_no = tokens[0] in known.no or opening in known.no
    if said_yes == said_no:
        return None
    against = known.no if said_yes else known.yes
    if any(token in against and token not in known.filler for token in tokens[1:]):
        return None
    if tokens[0] in known.filler and any(token not in known.filler | known.yes | known.no for token in tokens):
        return None  # "please", "ok" and the like begin any sentence
    return said_yes


def is_sentence(answer: str) -> bool:
    """Whether somebody wrote us a sentence: then a person should read it, not a menu."""
    return len(fold(answer).split()) >= SENTENCE_FROM


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


def _meant(token: str, options: Sequence[Option], known: AnswerWords, *, alone: bool) -> frozenset[str]:
    """The choices that one word of an answer may mean. `alone`: it is all that was said."""
    if (number := _number(token, known)) is not None:
        return frozenset(option.name for option in options if option.key == number)
    parts = {option.name: _parts(option, known) for option in options}
    found = {name for name, words in parts.items() if token in words}
    if not found and alone and len(token) >= PREFIX_FROM:
        found = {name for name, words in parts.items() if any(word.startswith(token) for word in words)}
    if not found and len(token) >= FUZZY_FROM - 1:
        slips = ((name, word) for name, words in parts.items() for word in words if len(word) >= FUZZY_FROM)
        found = {name for name, word in slips if one_typo(token, word)}
    return frozenset(found)


def _parts(option: Option, known: AnswerWords) -> frozenset[str]:
    """The words of a choice that carry something."""
    return frozenset(part for word in option.shown for part in word.split() if part not in known.filler)


def _number(token: str, known: AnswerWords) -> str | None:
    """The key that a token is in digits or words: `2`, `two`, `second`, `2nd`."""
    if token.isdecimal():
        return fold_digits(token)
    if (counted := _ORDINAL.fullmatch(token)) is not None:
        return counted[1]
    number = known.numbers.get(token, known.ordinals.get(token))
    return None if number is None else str(number)


def _squeezed(token: str, known: AnswerWords) -> str:
    """`yesss` is yes, `nooo` is no."""
    squeezed = "".join(letter for letter, _ in groupby(token))
    return squeezed if token not in known.yes | known.no and squeezed in known.yes | known.no else token


def _beginning(folded: str, options: Sequence[Option]) -> Iterable[str]:
    for option in options:
        if any(word.startswith(folded) for word in option.shown):
            yield option.name
