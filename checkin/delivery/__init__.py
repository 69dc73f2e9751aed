"""What becomes of a text that leaves: sent once, its receipts, its failures, and what follows from them."""
