"""HTTP for Twilio's client: to one host, in bounded time, once, and without a word in the logs.

Twilio's own TwilioHttpClient has no timeout unless told, logs every address with its numbers, and hands the answer
from one thread to another through an attribute, so that two calls at once may get each other's. This is the same seam
(`twilio.http.HttpClient`) without these three.
"""

from __future__ import annotations

import logging
import re
import time
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

import requests
from twilio.http import HttpClient
from twilio.http.response import Response

_STORAGE = re.compile(
    r"(?:[a-z0-9-]+\.)*(?:twilio\.com|twiliocdn\.com)"
    r"|(?:[a-z0-9.-]+\.)?s3(?:[.-][a-z0-9-]+)*\.amazonaws\.com"
)


def may_follow(url: str, origin: SplitResult) -> bool:
    """Whether a redirect to `url` may be followed: to the origin itself, or by https to Twilio's storage.

    No name or password, no other port, no address of a machine: what Twilio is made to answer must not lead us
    into our own network.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    if parts.username is not None or parts.password is not None:
        return False
    if parts[:2] == origin[:2]:
        return True
    return parts.scheme == "https" and port in (None, 443) and bool(_STORAGE.fullmatch(parts.hostname or ""))


Timeout = tuple[float, float]
"""Seconds to connect, and seconds between two bytes of the answer."""

MOST_HOPS = 3


class TooMuch(Exception):
    """An answer was larger, or took longer, than we allow."""


class OneHost(HttpClient):  # type: ignore[misc]  # Twilio's library is not typed
    """Sends every request to `origin` (scheme://host[:port]), whatever host it was made for; never retries."""

    def __init__(self, origin: str, timeout: Timeout) -> None:
        super().__init__(logging.getLogger(__name__), False)
        self._origin = urlsplit(origin)
        self._timeout = timeout
        self._session = requests.Session()
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def request(
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """One request for Twilio's client. `timeout` and `allow_redirects` are ours to decide."""
        answer = self._session.request(
            method.upper(),
            self.here(uri),
            params=params,  # type: ignore[arg-type]  # Twilio's values are strings and lists of them
            data=data,
            headers=headers,
            auth=auth,
            timeout=self._timeout,
            allow_redirects=False,
        )
        return Response(answer.status_code, answer.text, answer.headers)

    def download(self, path: str, auth: tuple[str, str], most_bytes: int, most_seconds: float) -> tuple[int, bytes]:
        """The status and body at `path` of the origin. `auth` goes to the origin only.

        Redirects are followed to Twilio's own storage and nowhere else. Raises TooMuch, and what requests raises.
        """
        until = time.monotonic() + most_seconds
        url = self.here(path)
        for _ in range(MOST_HOPS):
            at_home = urlsplit(url)[:2] == self._origin[:2]
            with self._session.get(
                url,
                auth=auth if at_home else _Nobody(),
                timeout=self._timeout,
                stream=True,
                allow_redirects=False,
            ) as answer:
                if not answer.is_redirect:
                    return answer.status_code, _body(answer, most_bytes, until)
                url = urljoin(url, answer.headers["Location"])
            if not may_follow(url, self._origin):
                raise TooMuch("the recording was said to be at a host that isn't Twilio's")
        raise TooMuch("the recording was never where it was said to be")

    def here(self, url: str) -> str:
        """`url`, or a path, at our origin."""
        parts = urlsplit(url)
        return urlunsplit((self._origin.scheme, self._origin.netloc, parts.path, parts.query, ""))


class _Nobody(requests.auth.AuthBase):
    """No credentials: without this, requests would look for some in a .netrc file."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


def _body(answer: requests.Response, most_bytes: int, until: float) -> bytes:
    content = bytearray()
    chunk: Any
    for chunk in answer.iter_content(64 * 1024):
        content += chunk
        if len(content) > most_bytes:
            raise TooMuch("the recording is larger than a recording can be")
        if time.monotonic() > until:
            raise TooMuch("the recording took too long to come")
    return bytes(content)
