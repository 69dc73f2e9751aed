"""The one cookie that says who is in, and what a form must hold so that only our own pages can send it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from flask import Request, Response

from checkin.services.access.devices import KNOWN_FOR
from checkin.vault import CannotOpen, Vault

FIELD = "csrf"
HEADER = "X-CSRF"
SAID = "said"
KNOWN = "known"
LONGEST_KNOWN = 600
LOOKS = ("auto", "light", "dark")
LONGEST_SAID = 600


@dataclass(frozen=True)
class Cookies:
    """https: whether browsers reach us so; then the cookie is for this host alone, and never sent in the open."""

    vault: Vault
    https: bool

    @property
    def name(self) -> str:
        """What the cookie is called (the prefix is a promise that browsers keep: RFC 6265bis, 4.1.3.2)."""
        return self._own("line")

    def token(self, request: Request) -> str | None:
        """What the browser holds."""
        held = request.cookies.get(self.name, "")
        return held if 20 < len(held) < 100 and held.isascii() else None

    def fresh(self) -> str:
        """For a browser that comes without one: nobody is signed in with it."""
        return secrets.token_urlsafe(32)

    def keep(self, response: Response, token: str, lasts: timedelta | None = None) -> None:
        """Have the browser hold it: until it is closed, or for so long."""
        self._set(response, self.name, token, None if lasts is None else int(lasts.total_seconds()))

    def drop(self, response: Response) -> None:
        """Have the browser forget it."""
        self._set(response, self.name, "", 0)

    def known(self, request: Request) -> str:
        """Of whom this browser knows that they have signed in with it (checkin.services.access.devices)."""
        held = request.cookies.get(self._own(KNOWN), "")
        return held if len(held) <= LONGEST_KNOWN and held.isascii() else ""

    def remember(self, response: Response, held: str) -> None:
        """Have the browser keep it, past every sign-out: it opens nothing by itself."""
        self._set(response, self._own(KNOWN), held, int(KNOWN_FOR.total_seconds()))

    def _own(self, name: str) -> str:
        return f"__Host-{name}" if self.https else name

    def csrf(self, token: str) -> str:
        """What a form must hold."""
        return self.vault.sign(f"csrf {token}")

    def is_ours(self, request: Request, token: str | None) -> bool:
        """Whether this request was sent by one of our own pages, in this browser."""
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            return False
        given = request.headers.get(HEADER) or request.form.get(FIELD) or ""
        return token is not None and given.isascii() and self.vault.signed(f"csrf {token}", given)

    def say(self, response: Response, words: str) -> None:
        """One sentence for the next page that is shown, sealed: it may name somebody."""
        self._set(response, SAID, self.vault.seal(words[:LONGEST_SAID]).decode(), 60)

    def said(self, request: Request) -> str | None:
        """The sentence that the page before left."""
        try:
            return self.vault.open(request.cookies[SAID].encode()) if SAID in request.cookies else None
        except (CannotOpen, UnicodeError):
            return None

    def hush(self, response: Response) -> None:
        """It was said."""
        self._set(response, SAID, "", 0)

    def prefer(self, response: Response, name: str, value: str) -> None:
        """How this browser likes its pages (look, language): kept for a year, says nothing of anybody."""
        self._set(response, name, value, 365 * 24 * 3600)

    def _set(self, response: Response, name: str, value: str, seconds: int | None) -> None:
        response.set_cookie(name, value, max_age=seconds, secure=self.https, httponly=True, samesite="Lax", path="/")
