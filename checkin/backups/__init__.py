"""One file that brings the line back, what may not come back with it, and the way back, tried every month."""
