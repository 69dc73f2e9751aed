"""What somebody of the team takes up or sees: cases, alerts, blocks. One claim, release and close, with history."""
