"""The ways in which one word is misspelt or spaced out: letters apart, runs of one letter, digits for letters."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flows.words.folding import fold

_LEET = str.maketrans("0134578@$", "oieastbas")
_LEET_L = str.maketrans("0134578@$", "oleastbas")
_DOUBLE = re.compile(r"(.)\1")
_LONG_RUN = re.compile(r"(.)\1{2,}")


_BANG = re.compile(r"(?<=[^\W_])!(?=[^\W_])")
_SIGNS = re.compile(r"[@$](?=\w)|(?<=\w)[@$]")


def words_in(text: str) -> list[str]:
    """The words of a text, with signs within them read as letters and letters that stand alone put together."""
    plain = _BANG.sub("i", text)
    if _SIGNS.search(text) is not None:
        plain = plain.replace("@", "a").replace("$", "s")
    return joined(fold(plain).split())


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


def ways(token: str) -> Sequence[str]:
    """A token as it stands, with long runs of a letter shortened, and with digits read as letters."""
    found = [token]
    if _LONG_RUN.search(token):
        found += (_LONG_RUN.sub(r"\1\1", token), _LONG_RUN.sub(r"\1", token))
    if not token.isalpha() and not token.isdigit():
        found += (token.translate(_LEET), token.translate(_LEET_L))
    return found


def shortened(word: str) -> Sequence[str]:
    """The word with each of its letters left out in turn; nothing for a very long one."""
    return [word[:place] + word[place + 1 :] for place in range(len(word))] if len(word) <= 24 else ()


def undoubled(word: str) -> str:
    """The word with each double letter typed once: `kil` for `kill`."""
    return _DOUBLE.sub(r"\1", word)
