"""What authors write, as values: flows, texts, lines, plans, schedules; read from YAML with file and line."""
