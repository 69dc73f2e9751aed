"""What somebody of the team takes up or sees: cases, alerts, blocks. One claim, one release, one close, with history."""
