"""Moving in from another system, and out again: people, shifts and stories as tables (CSV)."""
