"""The line: who and when, use cases, rendering, the network, and how it is put together."""

__version__ = "0.3.0.dev0"
"""As pyproject.toml and CHANGELOG.md have it; between two releases that of the next one, with .dev0."""
