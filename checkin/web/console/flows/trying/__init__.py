"""Trying a flow before anybody meets it: a talk with it, and the conversations that were written down."""
