"""What is still to be done, when, and how it went: rows, and their dispatcher."""
