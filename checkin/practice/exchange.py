"""The exchange: everything the carrier knows, in one place, under one lock."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from checkin.practice.callbacks import Callbacks
from checkin.practice.clock import Pace, PracticeClock
from checkin.practice.faults import Faults
from checkin.practice.ids import new_sid
from checkin.practice.log import KEPT, EventLog, RefusalLog, Trace
from checkin.practice.state import Call, LineNumber, PhoneState, PracticeAccount, PracticeRecording, PracticeText, Room
from checkin.practice.timers import Later
from checkin.practice.webhooks import Webhooks


@dataclass(frozen=True)
class PracticeSettings:
    """How a practice network is set up. numbers: each with the same three addresses, which may be changed by REST.
    looks: the folder with what its page has in common with others (`browser.SHARED`).

    keywords: who answers STOP and its family. `default`: the carrier, as Twilio does unless told otherwise;
    `advanced`: the carrier, and the webhook says so with OptOutType; `off`: nobody but the line.
    """

    account: str
    token: str
    numbers: tuple[str, ...]
    sms_url: str = ""
    voice_url: str = ""
    status_url: str = ""
    sms_fallback_url: str = ""
    voice_fallback_url: str = ""
    clock_file: Path | None = None
    pace: float = 1.0
    patient: bool = False
    keywords: str = "default"
    host: str = "127.0.0.1"
    port: int = 8010
    looks: Path | None = None


@dataclass
class Exchange:
    """State. `lock` guards the dictionaries and whatever they hold; it is never held while the line is asked.

    rest: the newest requests of the line to the REST API (action, path, query, form).
    """

    settings: PracticeSettings
    pace: Pace
    clock: PracticeClock
    log: EventLog
    trace: Trace
    refusals: RefusalLog
    faults: Faults
    webhooks: Webhooks
    later: Later
    callbacks: Callbacks
    lock: threading.RLock = field(default_factory=threading.RLock)
    numbers: dict[str, LineNumber] = field(default_factory=dict)
    phones: dict[str, PhoneState] = field(default_factory=dict)
    texts: dict[str, PracticeText] = field(default_factory=dict)
    calls: dict[str, Call] = field(default_factory=dict)
    rooms: dict[str, Room] = field(default_factory=dict)
    recordings: dict[str, PracticeRecording] = field(default_factory=dict)
    account: PracticeAccount = field(default_factory=PracticeAccount)
    opted_out: set[tuple[str, str]] = field(default_factory=set)
    rest: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=KEPT))

    def __post_init__(self) -> None:
        self.stirred = threading.Condition(self.lock)

    def phone(self, number: str) -> PhoneState:
        """The phone with this number; one that nobody holds is made up on the spot."""
        with self.lock:
            phone = self.phones.get(number)
            if phone is None:
                phone = self.phones[number] = PhoneState(id=number, number=number, name=number)
            return phone

    def add_number(self, number: str) -> LineNumber:
        """Give the line a number, with the addresses it was set up with."""
        made = LineNumber(
            sid=new_sid("PN"),
            number=number,
            name=number,
            made_at=self.clock.now(),
            sms_url=self.settings.sms_url,
            voice_url=self.settings.voice_url,
            status_url=self.settings.status_url,
            sms_fallback_url=self.settings.sms_fallback_url,
            voice_fallback_url=self.settings.voice_fallback_url,
        )
        with self.lock:
            self.numbers[number] = made
        return made

    def stop(self) -> None:
        with self.lock:
            for call in self.calls.values():
                call.end("the network stopped")
        self.later.stop()
        self.webhooks.close()


def build(settings: PracticeSettings) -> Exchange:
    """A fresh exchange. Raises ValueError when account or token is missing: nothing may be signed with nothing."""
    if not settings.account or not settings.token:
        raise ValueError("a practice network needs an account and a token: give --account AC... and --token ...")
    pace = Pace(settings.pace, settings.patient)
    clock = PracticeClock(settings.clock_file, pace)
    log = EventLog(clock.now)
    trace, refusals, faults, later = Trace(), RefusalLog(log), Faults(), Later(pace)
    webhooks = Webhooks(settings.token, trace, faults, clock.now)
    callbacks = Callbacks(webhooks, later, faults, refusals)
    exchange = Exchange(settings, pace, clock, log, trace, refusals, faults, webhooks, later, callbacks)
    for number in settings.numbers:
        exchange.add_number(number)
    return exchange
