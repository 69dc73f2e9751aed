"""Knows the reactions that phones send as texts: `Liked “...”` (iPhone), `👍 to “...”` (Google), in Spanish, too.

They quote what they react to, and their words are the phone's own: nobody typed them, so nothing in them is obeyed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_YES = "👍❤♥🧡💛💚💙💜🤍🙏👌💯🎉✅"
_NO = "👎❌"
_LIKES = ("liked", "loved", "le gusto", "le gusta", "le encanto", "le encanta")
_DISLIKES = ("disliked", "no le gusto", "no le gusta")
_OTHER = (
    "laughed at", "emphasized", "emphasized", "questioned", "le dio risa", "se rio de", "exclamo por", "enfatizo",
    "destaco", "dudo sobre", "cuestiono",
)  # fmt: skip

_QUOTED = re.compile(r"[\s\u200b]*[“\"«„](?P<quoted>.*)[”\"»“][\s\u200b]*", re.DOTALL)
_THING = re.compile(r"\s*(?:an?|una?|la|el) [a-z]+(?: [a-z]+)?\s*")
_WORDS = "|".join(map(re.escape, (*_LIKES, *_DISLIKES, *_OTHER)))
_VERB = re.compile(rf"(?:(?:a )?[^\W\d]+ )?(?P<verb>{_WORDS})(?=[\s“\"«„])")
_REMOVED = re.compile(r"(?:removed|quito|elimino)\b.{1,60}?\b(?:from|de|a)(?=\s(?:[“\"«„]|an? |una? ))")
_SIGN = re.compile(r"(?:(?:reacted|reacciono con) )?(?P<sign>[^\w\s“\"]{1,12}) ?(?:to|a)(?=\s)")


@dataclass(frozen=True)
class Reaction:
    """likes: True for a thumb or a heart, False for a thumb down, None for one that says neither. quoted: the text."""

    likes: bool | None
    quoted: str


def read_reaction(body: str) -> Reaction | None:
    """The reaction that all of `body` is, or None: it was typed."""
    text = _plain(body)
    for form in (_REMOVED, _VERB, _SIGN):
        found = form.match(text)
        if found is None:
            continue
        rest = text[found.end() :]
        quoted = _QUOTED.fullmatch(rest)
        if quoted is not None or _THING.fullmatch(rest):
            likes = None if form is _REMOVED else _likes(found)
            return Reaction(likes, quoted["quoted"].strip() if quoted else "")
    return None


def _likes(found: re.Match[str]) -> bool | None:
    parts = found.groupdict()
    if (verb := parts.get("verb")) is not None:
        return True if verb in _LIKES else False if verb in _DISLIKES else None
    sign = parts["sign"]
    return True if any(mark in sign for mark in _YES) else False if any(mark in sign for mark in _NO) else None


def _plain(body: str) -> str:
    """In small letters, without accents, marks of no width and wide spaces: only the form is looked at."""
    if body.isascii():
        return body.casefold().strip()
    kept = (
        " " if unicodedata.category(letter) == "Zs" else letter
        for letter in unicodedata.normalize("NFD", body)
        if unicodedata.category(letter) not in ("Mn", "Cf")
    )
    return "".join(kept).casefold().strip()
