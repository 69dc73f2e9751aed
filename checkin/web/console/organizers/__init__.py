"""Organizers: who may open the console, and in which role."""
