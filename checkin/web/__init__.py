"""The pages: who is in, what they may do, how it looks, and in which language."""
