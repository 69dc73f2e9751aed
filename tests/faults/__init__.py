"""What goes wrong on purpose: `python -m tests.faults` prints the table for docs/faults.md."""
