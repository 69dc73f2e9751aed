"""Flows before they are live: drafts, what publishing them would do, and taking them out of use."""
