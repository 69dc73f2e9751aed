"""The other hand: carries out what rows say is due."""

from checkin.core import logs  # noqa: F401 - before anything here: it has structlog load without rich
