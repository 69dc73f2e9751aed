"""The stories that a new line begins with, and what plays while someone waits. Ours to give away."""
