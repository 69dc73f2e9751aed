"""What a worker does: it is handed the id of an outbox row, and carries it out."""

from __future__ import annotations

import structlog

from checkin import delivery, runtime, settings

log = structlog.get_logger()

_surroundings: runtime.Runtime | None = None


def surroundings() -> runtime.Runtime:
    """This process's Runtime, built the first time. A worker builds it before it forks, so that its children have it.

    Raises SettingsError, FlowError, BadPolicy.
    """
    global _surroundings
    if _surroundings is None:
        _surroundings = runtime.build(settings.here())
        _surroundings.start()
    return _surroundings


def carry_out(outbox_id: str) -> None:
    """Carry out one row. Never raises: an error would be written into Redis, and the row knows better how it went."""
    try:
        delivery.perform(surroundings(), outbox_id)
    except Exception as error:
        log.error("row_not_carried_out", row=outbox_id, error=type(error).__name__)
