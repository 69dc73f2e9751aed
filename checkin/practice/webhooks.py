"""Asking the line: signed as Twilio signs, with Twilio's timeouts, retries and redirects."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import parse_qsl, urldefrag, urlencode, urljoin

import requests
from requests.adapters import HTTPAdapter
from requests.cookies import RequestsCookieJar
from twilio.request_validator import RequestValidator

from checkin.practice.faults import Faults
from checkin.practice.log import Trace

LONGEST = 15.0
"""Seconds that Twilio waits for an answer."""


@dataclass(frozen=True)
class Overrides:
    """Connection overrides, `#rc=2&rp=5xx,ct,rt` behind a URL (twilio.com/docs/usage/webhooks): seconds for connecting,
    reading and in all; how often to try again, and after what.
    """

    connect: float = 5.0
    read: float = LONGEST
    total: float = LONGEST
    retries: int = 1
    policy: frozenset[str] = frozenset({"ct"})

    def again(self, failure: str) -> bool:
        """Whether this failure (ct, rt, 4xx, 5xx) is tried again."""
        return failure in self.policy or "all" in self.policy


def split_overrides(url: str) -> tuple[str, Overrides]:
    """The URL as it is asked and signed, and what its fragment says; values out of range become the nearest end."""
    bare, fragment = urldefrag(url)
    said = dict(parse_qsl(fragment))
    return bare, Overrides(
        connect=_seconds(said.get("ct"), 5.0, 10.0),
        read=_seconds(said.get("rt"), LONGEST, LONGEST),
        total=_seconds(said.get("tt"), LONGEST, LONGEST),
        retries=min(5, int(said["rc"])) if said.get("rc", "").isdigit() else 1,
        policy=frozenset(said["rp"].split(",")) if "rp" in said else frozenset({"ct"}),
    )


def _seconds(milliseconds: str | None, default: float, most: float) -> float:
    if milliseconds is None or not milliseconds.isdigit():
        return default
    return min(most, max(0.1, int(milliseconds) / 1000))


MOST_REDIRECTS = 10
MOST_BYTES = 64 * 1024  # a document; error 11750 beyond
AGENT = "TwilioProxy/1.1"


@dataclass(frozen=True)
class LineAnswer:
    """What the line said. failure is one of ct, rt, 4xx, 5xx, or empty when it answered well."""

    url: str
    status: int | None
    content_type: str
    body: bytes
    failure: str = ""
    why: str = ""

    @property
    def ok(self) -> bool:
        return not self.failure

    @property
    def code(self) -> int:
        """Twilio's error for the failure: 11205 for no connection or no answer in time, 11200 for a bad status."""
        return 11205 if self.failure in ("ct", "rt") else 11200


@dataclass(frozen=True)
class LineQuestion:
    """One webhook: why and about what, where to and with what, until when (on the monotonic clock)."""

    why: str
    about: str
    url: str
    params: dict[str, str]
    method: str
    limits: Overrides
    token: str
    ends: float


def _question(why: str, about: str, url: str, params: dict[str, str], method: str, limits: Overrides) -> LineQuestion:
    return LineQuestion(why, about, url, params, method, limits, str(uuid.uuid4()), time.monotonic() + limits.total)


class Webhooks:
    """Posts and gets, for one account."""

    def __init__(self, token: str, trace: Trace, faults: Faults, now: Callable[[], datetime]) -> None:
        self._validator = RequestValidator(token)
        self._trace = trace
        self._faults = faults
        self._now = now
        self._lock = threading.Lock()
        self.asking = 0  # how many questions the line has not answered yet
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.cookies = RequestsCookieJar(policy=DefaultCookiePolicy(allowed_domains=[]))
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(pool_connections=16, pool_maxsize=64))

    def close(self) -> None:
        self._session.close()

    def ask(self, why: str, about: str, url: str, params: dict[str, str], method: str = "POST") -> LineAnswer:
        """One webhook with its retries, as the URL's fragment sets them. Never raises for what the line does."""
        bare, limits = split_overrides(url)
        question = _question(why, about, bare, params, method, limits)
        with self._lock:
            self.asking += 1
        try:
            return self._ask(question)
        finally:
            with self._lock:
                self.asking -= 1

    def repeat(self, n: int) -> LineAnswer | None:
        """Send an old request once more, byte for byte; its answer changes nothing here. None if it is not kept."""
        old = self._trace.get(n)
        if old is None:
            return None
        limits = Overrides()
        return self._once(_question(old.why, old.about, old.url, old.params, old.method, limits))

    def _ask(self, question: LineQuestion) -> LineAnswer:
        fault = self._faults.strike(f"webhook.{question.why}", to=question.params.get("From"))
        for attempt in range(question.limits.retries + 1):
            answer = self._follow(question)
            if fault is not None and attempt == 0:
                lost = LineAnswer(answer.url, None, "", b"", "rt", "the answer was lost")
                answer = self._follow(question) if fault.what == "twice" else lost
            if answer.ok or not question.limits.again(answer.failure) or time.monotonic() >= question.ends:
                break
        return answer

    def _follow(self, question: LineQuestion) -> LineAnswer:
        """One try, through its redirects. As browsers do, all but 307 and 308 turn it into a GET."""
        for _ in range(MOST_REDIRECTS + 1):
            answer = self._once(question)
            if answer.failure != "3xx":
                return answer
            method = question.method if answer.status in (307, 308) else "GET"
            question = replace(question, url=answer.why, method=method)
        return LineAnswer(question.url, None, "", b"", "4xx", "more than ten redirects (error 11215)")

    def _once(self, question: LineQuestion) -> LineAnswer:
        url, params = question.url, question.params if question.method == "POST" else {}
        if question.method == "GET" and question.params:
            url = f"{url}{'&' if '?' in url else '?'}{urlencode(question.params)}"
        signature = self._validator.compute_signature(url, params)
        began, at = time.monotonic(), self._now()
        answer = self._send(question, url, params, signature)
        self._trace.add(
            at=at,
            why=question.why,
            about=question.about,
            method=question.method,
            url=url,
            params=params,
            signature=signature,
            status=answer.status,
            content_type=answer.content_type,
            body=_shown(answer),
            seconds=time.monotonic() - began,
        )
        return answer

    def _send(self, question: LineQuestion, url: str, params: dict[str, str], signature: str) -> LineAnswer:
        left = max(0.1, question.ends - time.monotonic())
        headers = {"X-Twilio-Signature": signature, "I-Twilio-Idempotency-Token": question.token}
        try:
            response = self._session.request(
                question.method,
                url,
                data=params or None,
                headers={"User-Agent": AGENT, "Accept": "*/*", **headers},
                timeout=(min(question.limits.connect, left), min(question.limits.read, left)),
                allow_redirects=False,
            )
        except requests.ReadTimeout:
            return LineAnswer(url, None, "", b"", "rt", "no answer in time")
        except requests.RequestException as problem:
            return LineAnswer(url, None, "", b"", "ct", f"no connection: {type(problem).__name__}")
        return _answer(url, response)


def _shown(answer: LineAnswer) -> str:
    if not answer.ok:
        return answer.why
    if answer.content_type.startswith("audio/"):
        return f"({len(answer.body)} bytes of {answer.content_type})"
    return answer.body[:MOST_BYTES].decode(errors="replace")


def _answer(url: str, response: requests.Response) -> LineAnswer:
    content_type = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
    status = response.status_code
    if 300 <= status < 400 and "Location" in response.headers:
        return LineAnswer(url, status, content_type, b"", "3xx", urljoin(url, response.headers["Location"]))
    if not 200 <= status < 300:
        family = "5xx" if status >= 500 else "4xx"
        return LineAnswer(url, status, content_type, response.content, family, f"the line answered {status}")
    return LineAnswer(url, status, content_type, response.content)
