"""The ways in which one word is misspelt or spaced out: letters apart, runs of one letter, digits for letters."""

from __future__ import annotations

import re
from collections.abc import Iterator

_LEET = str.maketrans("0134578@$", "oieastbas")
_LEET_L = str.maketrans("0134578@$", "oleastbas")
_LONG_RUN = re.compile(r"(.)\1{2,}")


def joined(tokens: list[str]) -> list[str]:
    """Letters that stand alone, three or more in a row, put together: `k i l l` is `kill`."""
    result: list[str] = []
    run: list[str] = []
    for token in [*tokens, ""]:
        if len(token) == 1:
            run.append(token)
            continue
        result.extend(["".join(run)] if len(run) >= 3 else run)
        run = []
        if token:
            result.append(token)
    return result


def ways(token: str) -> Iterator[str]:
    """A token as it stands, with long runs of a letter shortened, and with digits read as letters."""
    yield token
    if _LONG_RUN.search(token):
        yield _LONG_RUN.sub(r"\1\1", token)
        yield _LONG_RUN.sub(r"\1", token)
    if not token.isalpha() and not token.isdigit():
        yield token.translate(_LEET)
        yield token.translate(_LEET_L)


def shortened(word: str) -> Iterator[str]:
    """The word with each of its letters left out in turn; nothing for a very long one."""
    return (word[:place] + word[place + 1 :] for place in range(len(word))) if len(word) <= 24 else iter(())
