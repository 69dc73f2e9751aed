"""What a person must take up: messages that were left, handovers; claimed, answered, closed."""
