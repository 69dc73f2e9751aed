"""Calls: one thread a leg, which plays what the line answers."""
