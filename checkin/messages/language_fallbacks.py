"""Counts what went out in another language than the contact's, so that somebody translates it."""

from __future__ import annotations

import structlog

from flows.engine.position import Turn, counted

log = structlog.get_logger()


def note(turn: Turn) -> None:
    """One line in the log for each language that was wanted in this turn and not spoken. It names no contact."""
    for (wanted, spoken), times in sorted(counted(turn.fallbacks).items()):
        places = sorted(
            {f"{fallback.flow}.{fallback.step}" for fallback in turn.fallbacks if fallback.wanted == wanted}
        )
        log.info("language_fallback", wanted=wanted, spoken=spoken, times=times, places=places)
