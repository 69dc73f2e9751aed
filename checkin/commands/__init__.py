"""What is typed at a terminal, one subject a file; `checkin.cli` puts it together."""
