"""Signed traffic from a few threads, each with a connection of its own, and how long the answers took."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from twilio.request_validator import RequestValidator


@dataclass(frozen=True)
class Signed:
    """One request, ready to be sent."""

    path: str
    body: bytes
    signature: str


@dataclass
class Measured:
    """What came of a run. Times in milliseconds."""

    seconds: float
    times: list[float] = field(default_factory=list)
    failed: int = 0

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.times) / self.seconds

    def percentile(self, share: float) -> float:
        """The time within which this share of the answers came."""
        ordered = sorted(self.times)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def signed(token: str, url: str, path: str, form: dict[str, str]) -> Signed:
    """The request as Twilio signs it."""
    signature = RequestValidator(token).compute_signature(f"{url}{path}", form)
    return Signed(path, urlencode(form).encode(), signature)


def run(url: str, requests: Sequence[Signed], threads: int = 8) -> Measured:
    """Send all of them, shared out between the threads, as fast as they are answered."""
    address = urlsplit(url)
    todo: Iterator[Signed] = iter(requests)
    guard = threading.Lock()
    measured = Measured(0)

    def send_all() -> None:
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)
        while True:
            with guard:
                request = next(todo, None)
            if request is None:
                break
            began = time.perf_counter()
            connection.request(
                "POST",
                request.path,
                request.body,
                {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": request.signature},
            )
            answer = connection.getresponse()
            said = answer.read()
            took = (time.perf_counter() - began) * 1000
            with guard:
                measured.times.append(took)
                measured.failed += answer.status != 200 or b"<Response" not in said or b"went wrong" in said
        connection.close()

    workers = [threading.Thread(target=send_all) for _ in range(threads)]
    began = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    measured.seconds = time.perf_counter() - began
    return measured
