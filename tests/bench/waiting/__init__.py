"""A shift played through many times, on the rules that the line itself uses: who would have waited, and how long."""
