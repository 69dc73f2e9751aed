"""Phrases as authors write them (see flows/words/phrases.py), read: what may stand at each place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from flows.words.folding import fold


@dataclass(frozen=True)
class Atom:
    """One word of a phrase: the words it may be, or their beginnings. `gap`: up to three other words instead."""

    words: frozenset[str] = frozenset()
    beginnings: tuple[str, ...] = ()
    optional: bool = False
    gap: bool = False


Phrase = tuple[Atom, ...]


@lru_cache(maxsize=8192)  # drafts, copies and tests of a library read the same phrases again and again
def read_phrase(written: str) -> Phrase:
    """A phrase as authors write it (see flows/words/phrases.py). Raises ValueError if nothing in it must be there."""
    try:
        atoms = tuple(map(_read_atom, written.split()))
    except ValueError as error:
        raise ValueError(f"{error} in the phrase {written!r}") from error
    if not atoms or atoms[0].gap or atoms[0].optional or atoms[-1].gap:
        raise ValueError(f"the phrase {written!r} must begin and end with a word")
    return atoms


@lru_cache(maxsize=8192)  # groups and lists of words stand in very many phrases
def _read_atom(part: str) -> Atom:
    if part in ("...", "…"):
        return Atom(gap=True)
    options = part.strip("[]").split("|")
    whole = frozenset(fold(option) for option in options if not option.endswith("*"))
    begun = tuple(fold(option) for option in options if option.endswith("*"))
    if "" in whole or "" in begun or any(" " in option for option in whole):
        raise ValueError(f"{part!r} is no word")
    return Atom(whole, begun, optional=part.startswith("[") and part.endswith("]"))
