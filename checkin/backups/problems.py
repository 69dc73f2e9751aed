"""What stops a backup or a restore, in one line for whoever is at the keyboard."""

from __future__ import annotations


class BackupFailed(Exception):
    """It wasn't made, or isn't put back: what was wrong, and what to do. Nothing half done has a whole one's name."""
