"""What every page shares: who is in, what they may, how it looks, and in which language. How to add one: README.md."""
