"""Stories that peers shared: recorded, reviewed, heard, and taken back."""
