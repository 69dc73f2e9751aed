"""Waiting for something on a page. Playwright's own wait_for_function evaluates text, which our policy forbids."""

from __future__ import annotations

import time
from collections.abc import Callable

from playwright.sync_api import Page

STEP = 50
"""Milliseconds between two looks."""


def until(page: Page, there: str | Callable[[], bool], within: float = 15, again: bool = False) -> None:
    """Wait until this (an expression in the page, or a look at it) is so. again: load the page anew before each look.

    Raises AssertionError with what is read on the page when it isn't so `within` seconds.
    """
    ends = time.monotonic() + within
    while not (page.evaluate(there) if isinstance(there, str) else there()):
        assert time.monotonic() < ends, f"not within {within} s: {there}\n{page.locator('body').inner_text()}"
        page.wait_for_timeout(500 if again else STEP)
        if again:
            page.reload()
