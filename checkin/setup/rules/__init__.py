"""Pure: what setting up changes."""
