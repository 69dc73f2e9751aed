"""Flows before and after they are live: drafts, what publishing would do, versions, and counts."""
