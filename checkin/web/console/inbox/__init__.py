"""Inbox: what was left for the team, who has it, and what was done about it."""
