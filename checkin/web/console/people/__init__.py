"""People: who is in touch with the line, by alias; what they agreed to, what they were promised, and why."""
