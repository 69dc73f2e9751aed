"""What a contact's texts and keys mean while they wait for a peer, and while a peer is with them.

Values in, values out: the services ask here for rows, transcripts for their imaginary world; neither decides it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from flows.engine.inputs import Input, MessageWanted, NoPeer, Pressed, Texted
from flows.library import Library, split_entry
from flows.words.keywords import GlobalWord, WordKind

NOT_FOR_A_PEER: frozenset[WordKind] = frozenset({"stop", "start", "forget"})
"""Words that no peer reads. A cry for help they do: the contact has the crisis text, and the peer must know."""

OBEYED_IN_A_RELAY: frozenset[WordKind] = NOT_FOR_A_PEER | {"help", "crisis"}
"""Words that are ours even while two people text with each other; everything else is theirs."""


@dataclass(frozen=True)
class WaitLeft:
    """A contact waits no more, of their own will: what becomes of their relay, and what the flow hears of it."""

    to: Literal["left", "message"]
    heard: Input


KEYS: Mapping[str, WaitLeft] = {"0": WaitLeft("message", MessageWanted()), "*": WaitLeft("left", Pressed("*"))}
"""What may be pressed while a contact waits on a call: for a message, and for the menu."""


def obeyed(word: GlobalWord | None, *, joined: bool) -> GlobalWord | None:
    """What a word of ours means to us in a relay: to a peer "no thanks, I am good" is an answer, and ends nothing."""
    return None if joined and word is not None and word.kind == "stop" and word.rule == "vague" else word


def meaning(
    library: Library, line: str, body: str, word: GlobalWord | None, *, joined: bool
) -> WaitLeft | Literal["done", "for their peer", "waits"]:
    """What a text does in a relay, whether or not its word is obeyed besides. `word`: what it means before any flow.

    joined: a peer is with them; DONE ends that, and all else is for the peer. While they wait, DONE, the keywords of
    the line and MENU lead on; anything else is kept for whoever takes the relay. PEER again just waits on.
    """
    done = library.matcher.done(body)
    if joined:
        return "done" if done else "for their peer"
    if done:
        return WaitLeft("left", NoPeer("hung_up"))
    keyword, known = library.keyword(line, body), library.lines[line]
    flow = keyword[0] if keyword is not None else None
    if flow is not None and flow == _flow(known.message):
        return WaitLeft("message", MessageWanted())
    if (flow is not None and flow != _flow(known.person)) or (word is not None and word.kind == "menu"):
        return WaitLeft("left", Texted(body))
    return "waits"


def _flow(entry: str | None) -> str | None:
    """The flow that an entry of the line leads to."""
    return split_entry(entry)[0] if entry else None
