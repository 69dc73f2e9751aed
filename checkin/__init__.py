"""The line: who and when, use cases, rendering, the network, and how it is put together."""
