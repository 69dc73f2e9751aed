"""Health: how the line is; and every change that somebody made."""
