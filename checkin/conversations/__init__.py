"""What comes in: a text, a call, each turn of its conversation, and what a turn does."""
