"""What is typed into the editors of the flows: text, the number of a revision, a file; and how two texts differ."""

from __future__ import annotations

import difflib

from checkin.core.errors import UserError
from checkin.core.translatable import N_
from checkin.i18n.gettext import _
from checkin.web.context import RequestContext
from checkin.web.served import whole
from flows.model.yaml_source import LARGEST

NO_TEXT = N_("This file isn't text: save it as UTF-8 and choose it again.")
LONGEST_DIFF = 400
"""Lines of a difference that are shown."""


def plain(text: str) -> str:
    """With line ends as we keep them: browsers send others."""
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip() + "\n"


def number(written: str) -> int:
    """The revision that stands in a form; one that never was for anything else."""
    return -1 if (found := whole(written)) is None else found


def file(ctx: RequestContext) -> str:
    """What is in the file that was sent; empty for none. Raises UserError for one that is no text."""
    sent = ctx.request.files.get("file")
    if sent is None or not sent.filename:
        return ""
    try:
        text = plain(sent.stream.read(LARGEST + 1).decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise UserError(_(NO_TEXT)) from None
    if "\x00" in text:
        raise UserError(_(NO_TEXT))
    return text


def difference(theirs: str, mine: str) -> list[tuple[str, str]]:
    """How two texts differ, line by line: (kind, line), the kinds being +, -, @ and nothing."""
    lines = list(difflib.unified_diff(theirs.splitlines(), mine.splitlines(), lineterm="", n=1))[2:]
    return [(line[:1].strip(), line if line.startswith("@@") else line[1:]) for line in lines[:LONGEST_DIFF]]
