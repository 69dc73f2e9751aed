"""The practice phones in a browser, by what is read on them and pressed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import count

from playwright.sync_api import Locator, Page, expect

_numbers = count(600)


@dataclass
class Phone:
    """One phone on the desk."""

    at: Locator

    def texts(self, words: str) -> None:
        """Write to the line."""
        self.at.get_by_placeholder("Text…").fill(words)
        self.at.get_by_role("button", name="Send").click()

    def does(self, button: str) -> None:
        """Press one of its buttons: Call the line, Answer, Hang up, or a key of the keypad."""
        self.at.get_by_role("button", name=button, exact=True).click()

    def reads(self, words: str | re.Pattern[str]) -> str:
        """Wait until a text from the line has these words; all of it."""
        return self._wait(self.at.locator(".screen li.in").filter(has_text=words))

    def hears(self, words: str | re.Pattern[str]) -> str:
        """Wait until somebody says these words on the phone; all that they said."""
        return self._wait(self.at.locator(".screen li:not(.in, .out)").filter(has_text=words))

    def stands(self, state: str) -> None:
        """Wait until it says this of itself: Ringing…, Connected with …, Ready."""
        expect(self.at.locator(".state")).to_contain_text(state)

    def presses(self, key: str, then: str) -> None:
        """Press a key when one is asked for, and wait until these words are heard."""
        self.stands("press a key")
        self.does(key)
        self.hears(then)

    def _wait(self, found: Locator) -> str:
        found.last.wait_for()
        return found.last.inner_text()


@dataclass
class Desk:
    """The page with the phones on it."""

    page: Page

    def phone(self, name: str) -> Phone:
        """Somebody's phone, that is there already."""
        return Phone(self.page.get_by_role("region", name=f"{name}’s phone"))

    def another(self, name: str) -> tuple[Phone, str]:
        """Put one more phone on the desk, with a number that nobody else has; the number, too."""
        number = f"+1555555{next(_numbers):04d}"
        self.page.get_by_label("Another phone: whose is it?").fill(name)
        self.page.get_by_label("Its number").fill(number)
        self.page.get_by_role("button", name="Add phone").click()
        phone = self.phone(name)
        phone.stands("Ready")
        return phone, number
