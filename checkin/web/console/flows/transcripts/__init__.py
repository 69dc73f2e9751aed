"""The conversations of a flow: how it must go, written down, changed with it, and played before it goes live."""
