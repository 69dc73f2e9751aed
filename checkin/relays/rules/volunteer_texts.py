"""What a volunteer's text means by the relays that they are in. Values in, values out.

TAKE 42, DONE, PASS, LEAD, BLOCK, `42 your words`, or just words; and CLAIM, CALL, TEXT and DONE with a case's number.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Does = Literal["take", "join", "case", "move", "own call", "pass on", "unclear", "answer"]

_TAKE = ("take", "tomar")
_MOVES = {
    **dict.fromkeys(("done", "listo", "lista"), "done"),
    **dict.fromkeys(("pass", "pasar"), "pass"),
    **dict.fromkeys(("block", "bloquear"), "block"),
    **dict.fromkeys(("lead", "apoyo"), "lead"),
}
"""What a volunteer does in a relay with one word."""

_CASES = {
    **dict.fromkeys(("claim", "caso"), "claim"),
    **dict.fromkeys(("call", "llamar"), "call"),
    **dict.fromkeys(("text", "escribir"), "text"),
    **dict.fromkeys(("done", "listo", "lista"), "done"),
}
"""What a volunteer does about a case, with its number behind the word."""

_COMMAND = re.compile(r"(?P<word>[a-z]+)(?:\s*#?(?P<number>\d{1,9}))?[.!]?", re.IGNORECASE)
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


def is_command(body: str) -> bool:
    """Whether it is a word of ours about whom they are, were or could be with."""
    command, directed = _COMMAND.fullmatch(body.strip()), _DIRECTED.fullmatch(body.strip())
    word = command["word"].casefold() if command else _only_word(directed["words"]) if directed else ""
    return word in _TAKE or word in _MOVES or word in _CASES


def meaning(body: str, joined: Sequence[int], *, lead: bool) -> VolunteerText:
    """What a text does. joined: the numbers of the text relays that they are in; lead: they may join others'."""
    body = body.strip()
    command = _COMMAND.fullmatch(body)
    if command is not None:
        number = int(command["number"]) if command["number"] else None
        word = command["word"].casefold()
        elsewhere = number is not None and number not in joined
        if word in _TAKE:
            return VolunteerText("take", number)
        if _MOVES.get(word) == "lead" and lead and elsewhere:
            return VolunteerText("join", number)
        if word in _CASES and elsewhere:
            return VolunteerText("case", number, _CASES[word])
        if word in _MOVES and joined:
            only = joined[0] if number is None and len(joined) == 1 else number
            return VolunteerText("move", only, _MOVES[word]) if only in joined else VolunteerText("unclear")
        if _MOVES.get(word) in ("lead", "block") and number is None:
            return VolunteerText("own call", word=_MOVES[word])
    return _to_somebody(body, joined) if joined else VolunteerText("answer")


def _to_somebody(body: str, joined: Sequence[int]) -> VolunteerText:
    """Words for the contact they are with. With several, the number in front decides, or nothing is sent."""
    directed = _DIRECTED.fullmatch(body)
    if directed is not None and (number := int(directed["number"])) in joined:
        words = directed["words"]
        move = _MOVES.get(_only_word(words))
        return VolunteerText("move", number, move) if move else VolunteerText("pass on", number, words=words)
    return VolunteerText("pass on", joined[0], words=body) if len(joined) == 1 else VolunteerText("unclear")


def _only_word(words: str) -> str:
    return words.strip().rstrip(".!").casefold()
