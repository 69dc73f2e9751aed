"""What a volunteer's text means by the relays that they are in. Values in, values out.

TAKE 42, DONE, PASS, LEAD, BLOCK, `42 your words`, or just words; and CLAIM, CALL, TEXT and DONE with a case's number.
Which words these are, in each language, stands in team.yaml: `keyword` says what a word of a volunteer's is for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

Does = Literal["take", "join", "case", "move", "own call", "pass on", "unclear", "answer"]

Keyword = Callable[[str], str | None]

_MOVES = frozenset({"done", "pass", "block", "lead"})
"""What a volunteer does in a relay with one word."""

_CASES = frozenset({"claim", "call", "text", "done"})
"""What a volunteer does about a case, with its number behind the word."""

_COMMAND = re.compile(r"(?P<word>[^\W\d_]+)(?:\s*#?(?P<number>\d{1,9}))?[.!]?")
_DIRECTED = re.compile(r"#?(?P<number>\d{1,9})\s*[:,.-]?\s+(?P<words>\S.*)", re.DOTALL)


@dataclass(frozen=True)
class VolunteerText:
    """What it does: take the relay of this `number`, or the only one; `join` it as a lead; `word` about a case.

    move: `word` in the relay of this number. own call: `word` where they are in no text relay: their call is meant, or
    the last one. pass on: `words` to the contact of this number. unclear: which of several contacts is not said.
    answer: it concerns no relay; it may answer what they were asked after one.
    """

    does: Does
    number: int | None = None
    word: str = ""
    words: str = ""


def is_command(body: str, keyword: Keyword) -> bool:
    """Whether it is a word of ours about whom they are, were or could be with."""
    command, directed = _COMMAND.fullmatch(body.strip()), _DIRECTED.fullmatch(body.strip())
    word = command["word"] if command else directed["words"] if directed else ""
    return keyword(word) in {"take", *_MOVES, *_CASES}


def meaning(body: str, joined: Sequence[int], *, lead: bool, keyword: Keyword) -> VolunteerText:
    """What a text does. joined: the numbers of the text relays that they are in; lead: they may join others'."""
    body = body.strip()
    command = _COMMAND.fullmatch(body)
    if command is not None:
        number = int(command["number"]) if command["number"] else None
        word = keyword(command["word"])
        elsewhere = number is not None and number not in joined
        if word == "take":
            return VolunteerText("take", number)
        if word == "lead" and lead and elsewhere:
            return VolunteerText("join", number)
        if word in _CASES and elsewhere:
            return VolunteerText("case", number, word)
        if word in _MOVES and joined:
            only = joined[0] if number is None and len(joined) == 1 else number
            return VolunteerText("move", only, word) if only in joined else VolunteerText("unclear")
        if word in ("lead", "block") and number is None:
            return VolunteerText("own call", word=word)
    return _to_somebody(body, joined, keyword) if joined else VolunteerText("answer")


def _to_somebody(body: str, joined: Sequence[int], keyword: Keyword) -> VolunteerText:
    """Words for the contact they are with. With several, the number in front decides, or nothing is sent."""
    directed = _DIRECTED.fullmatch(body)
    if directed is not None and (number := int(directed["number"])) in joined:
        words = directed["words"]
        move = keyword(words)
        return VolunteerText("move", number, move) if move in _MOVES else VolunteerText("pass on", number, words=words)
    return VolunteerText("pass on", joined[0], words=body) if len(joined) == 1 else VolunteerText("unclear")
