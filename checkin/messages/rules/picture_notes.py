"""A picture in the words of a text that we send: a mark while it is written, a signed link when it leaves.

The link is made at the moment of sending, so that it is as fresh as the text, and stands in no row.
"""

from __future__ import annotations

import re
from collections.abc import Callable

LINK = "{link}"
"""What stands in a text of the kind "sign_in" for the one-time link, which is made when it leaves."""

_MARK = re.compile(r"\{picture:([0-9a-f]{32})\}|\{link\}")


def mark(picture: str) -> str:
    """What stands in a text for the picture with this id."""
    return f"{{picture:{picture}}}"


def without_marks(words: str) -> str:
    """Words that somebody wrote, with nothing in them that could be taken for a mark of ours.

    Whoever once had a link knows the picture's id, and must not get a new link by writing the mark.
    """
    return _MARK.sub(lambda found: f"({found[0][1:-1]})", words)  # round ones, so that none is left of two in a row


def with_links(words: str, link: Callable[[str], str]) -> str:
    """The words with each mark as the link that opens its picture."""
    return _MARK.sub(lambda found: link(found[1]) if found[1] else found[0], words)


def same(sent: str, written: str) -> bool:
    """Whether `sent` is what left for `written`: links differ each time, and the network may put words before it."""
    parts = _MARK.split(written)[::2]
    if len(parts) == 1:
        return sent.endswith(written)
    return parts[0] in sent
