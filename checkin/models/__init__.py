"""Tables only, one subject a file."""
