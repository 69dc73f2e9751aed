"""First steps: a list until the line is ready for people."""
