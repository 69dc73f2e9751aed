"""Finds the mistakes in a folder of flows before a caller does: a module for each family of findings."""
