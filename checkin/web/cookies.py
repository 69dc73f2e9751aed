"""The one cookie that says who is in, and what a form must hold so that only our own pages can send it."""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Request, Response

from checkin.accounts.page_sessions import KNOWN_FOR
from checkin.core.encryption import Keys

FIELD = "csrf"
HEADER = "X-CSRF"
SAID = "said"
KNOWN = "known"
LONGEST_KNOWN = 600
LOOKS = ("auto", "light", "dark")
LONGEST_SAID = 600
SAID_FOR = timedelta(seconds=60)


@dataclass(frozen=True)
class Cookies:
    """https: whether browsers reach us so; then the cookie is for this host alone, and never sent in the open."""

    keys: Keys
    https: bool

    @property
    def name(self) -> str:
        """What the cookie is called (the prefix is a promise that browsers keep: RFC 6265bis, 4.1.3.2)."""
        return self._own("line")

    def token(self, request: Request) -> str | None:
        held = request.cookies.get(self.name, "")
        return held if 20 < len(held) < 100 and held.isascii() else None

    def fresh(self) -> str:
        """For a browser that comes without one: nobody is signed in with it."""
        return secrets.token_urlsafe(32)

    def keep(self, response: Response, token: str, lasts: timedelta | None = None) -> None:
        """Have the browser hold it: until it is closed, or for so long."""
        self._set(response, self.name, token, None if lasts is None else int(lasts.total_seconds()))

    def drop(self, response: Response) -> None:
        self._set(response, self.name, "", 0)

    def known(self, request: Request) -> str:
        """Of whom this browser knows that they have signed in with it (checkin.accounts.page_sessions)."""
        held = request.cookies.get(self._own(KNOWN), "")
        return held if len(held) <= LONGEST_KNOWN and held.isascii() else ""

    def remember(self, response: Response, held: str) -> None:
        """Have the browser keep it, past every sign-out: it opens nothing by itself."""
        self._set(response, self._own(KNOWN), held, int(KNOWN_FOR.total_seconds()))

    def _own(self, name: str) -> str:
        return f"__Host-{name}" if self.https else name

    def csrf(self, token: str) -> str:
        """What a form must hold."""
        return self.keys.sign(f"csrf {token}")

    def is_ours(self, request: Request, token: str | None) -> bool:
        """Whether this request was sent by one of our own pages, in this browser."""
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            return False
        given = request.headers.get(HEADER) or request.form.get(FIELD) or ""
        return token is not None and given.isascii() and self.keys.signed(f"csrf {token}", given)

    def say(self, response: Response, words: str, now: datetime) -> None:
        """One sentence for the next page that is shown. It is signed, and good for a minute.

        Nothing that a browser hands back is ever decrypted: whoever has a copy of the database could have us read it.
        """
        until = int((now + SAID_FOR).timestamp())
        written = urlsafe_b64encode(words[:LONGEST_SAID].encode()).decode()
        signature = self.keys.sign(f"said {until} {written}")
        self._set(response, SAID, f"{until}.{written}.{signature}", int(SAID_FOR.total_seconds()))

    def said(self, request: Request, now: datetime) -> str | None:
        """The sentence that the page before left."""
        until, _, rest = request.cookies.get(SAID, "").partition(".")
        written, _, signature = rest.partition(".")
        if not self.keys.signed(f"said {until} {written}", signature) or now.timestamp() > int(until):
            return None
        return urlsafe_b64decode(written).decode()

    def hush(self, response: Response) -> None:
        """It was said."""
        self._set(response, SAID, "", 0)

    def prefer(self, response: Response, name: str, value: str) -> None:
        """How this browser likes its pages (look, language): kept for a year, says nothing of anybody."""
        self._set(response, name, value, 365 * 24 * 3600)

    def _set(self, response: Response, name: str, value: str, seconds: int | None) -> None:
        response.set_cookie(name, value, max_age=seconds, secure=self.https, httponly=True, samesite="Lax", path="/")
