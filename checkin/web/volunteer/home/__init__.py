"""A volunteer's first page: on or off duty, who wants to text, what waits."""
