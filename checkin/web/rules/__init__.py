"""What a report counts, and where a request ends. Pure."""
