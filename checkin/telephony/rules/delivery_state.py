"""Statuses of texts and calls only move forward, whatever order receipts arrive in.

Ranks follow the life of a message and of a call as Twilio names it. `planned`, `unknown` (sent, perhaps: the answer
was lost) and `skipped` are our own. A status that we have never heard of changes nothing: Twilio adds some.
"""

from __future__ import annotations

_RANKS = (
    ("planned",),
    ("unknown",),
    ("accepted", "queued", "scheduled", "initiated"),
    ("sending", "ringing", "receiving"),
    ("sent", "in-progress", "answered"),
    (
        "delivered", "undelivered", "partially_delivered", "failed", "canceled", "received", "skipped",
        "completed", "busy", "no-answer",
    ),
    ("read",),
)  # fmt: skip
ARRIVED = ("delivered", "read")
"""A receipt says that the text is on their phone. Apps (RCS, WhatsApp) also tell that it was read."""

LOST = ("failed", "undelivered")
"""A text that will not arrive."""

_RANK = {status: rank for rank, statuses in enumerate(_RANKS) for status in statuses}
_OVER = _RANK["delivered"]
OVER = tuple(status for status, rank in _RANK.items() if rank >= _OVER)
"""Every status after which nothing more happens."""


def forward(current: str | None, new: str) -> str:
    """The status after hearing `new`: the higher in rank; of two last ones the first.

    One exception: a text that arrived after `undelivered`, a late receipt from a telephone that was off.
    """
    if current is None or (current == "undelivered" and new in ARRIVED):
        return new
    return new if _RANK.get(new, -1) > _RANK.get(current, -1) else current


def known(status: str) -> bool:
    """Whether we have a meaning for it. Others are stored as they came and ignored."""
    return status in _RANK


def is_over(status: str) -> bool:
    """Whether nothing more will happen to this text or call (but for a receipt that it was read)."""
    return _RANK.get(status, -1) >= _OVER
