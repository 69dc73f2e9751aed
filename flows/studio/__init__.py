"""Turns a flow that was exported from Twilio Studio into ours, and says what could not be turned."""

from __future__ import annotations

from flows.studio.conversion import Imported, convert
from flows.studio.export import StudioError, read_export

__all__ = ["Imported", "StudioError", "convert", "read_export"]
