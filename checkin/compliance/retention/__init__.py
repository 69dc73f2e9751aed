"""Rows that have come to their end, here and at the network."""
