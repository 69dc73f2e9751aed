"""Ids in Twilio's shape: two letters and 32 hexadecimal digits."""

from __future__ import annotations

import secrets


def new_sid(prefix: str) -> str:
    """A fresh id: SM text, CA call, RE recording, CF conference, PN number."""
    return prefix + secrets.token_hex(16)
