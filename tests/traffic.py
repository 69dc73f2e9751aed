"""Calls and texts that keep coming to a real line while something happens to it."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.cast import ATTESTED
from tests.real_line import TWILIO_WAITS, Answer, RealLine

EVERY = 0.1
"""Seconds between two webhooks: far more than a line has at its busiest."""


@dataclass
class Traffic:
    """Calls and texts that come steadily, and how each was answered."""

    line: RealLine
    answers: list[Answer] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    asked: int = 0

    @contextmanager
    def coming(self) -> Iterator[None]:
        """All the while until the end of this; then everyone is waited for."""
        stop, threads = threading.Event(), []

        def come() -> None:
            for n in itertools.count(1):
                if stop.wait(EVERY):
                    return
                self.asked += 1
                threads.append(threading.Thread(target=self._one, args=(n,)))
                threads[-1].start()

        source = threading.Thread(target=come)
        source.start()
        try:
            yield
        finally:
            stop.set()
            source.join()
            for thread in threads:
                thread.join(60)

    def _one(self, n: int) -> None:
        """Each is somebody who has called or texted before: so many strangers would be taken for a pump."""
        who = f"+1415555{n % 20:04d}"
        try:
            if n % 2:
                form = {"CallSid": f"CA{n:032x}", "From": who, "CallStatus": "ringing", "StirVerstat": ATTESTED}
                self.answers.append(self.line.twilio_posts("/webhooks/voice", form))
            else:
                form = {"MessageSid": f"SM{n:032x}", "From": who, "Body": "menu", "NumMedia": "0"}
                self.answers.append(self.line.twilio_posts("/webhooks/sms", form))
        except OSError as error:
            self.lost.append(type(error).__name__)

    def all_was_well(self) -> None:
        """Everyone was answered, in time, and with what they came for."""
        assert self.lost == []
        assert len(self.answers) == self.asked > 0
        assert {answer.status for answer in self.answers} == {200}
        assert not [answer for answer in self.answers if answer.apologizes], self.line.logs()[-3000:]
        assert max(answer.took for answer in self.answers) < TWILIO_WAITS
