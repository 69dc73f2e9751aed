"""What a person must take up: messages that were left, handovers, alerts; claimed, called back, closed."""
