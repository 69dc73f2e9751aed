"""Messages that were left, to take up."""
