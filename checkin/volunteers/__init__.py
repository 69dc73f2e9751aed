"""What volunteers meet outside of texts and calls: their calendar, and the card with what to text."""
