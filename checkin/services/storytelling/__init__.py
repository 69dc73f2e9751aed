"""Stories and recordings: told, kept, heard, and taken back."""
