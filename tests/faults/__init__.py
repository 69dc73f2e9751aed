"""What goes wrong on purpose, with real processes: `python -m tests.faults` prints the table for docs/faults.md."""
