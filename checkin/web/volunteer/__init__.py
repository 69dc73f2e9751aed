"""The volunteers' pages, one folder each."""
