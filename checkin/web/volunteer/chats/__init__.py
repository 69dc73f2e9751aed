"""A text relay as a chat."""
