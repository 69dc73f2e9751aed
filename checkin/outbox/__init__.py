"""What is still to be done: rows written in the same commit as the fact that they follow from, dispatched by workers.

The database is the truth and the clock; Redis is a doorbell that knows ids. Every row ends in a typed outcome.
"""
