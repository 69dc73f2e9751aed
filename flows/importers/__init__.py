"""Flows that were made elsewhere, turned into ours. An extra: nothing here is imported at start."""
