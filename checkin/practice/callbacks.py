"""Receipts: what became of a text, a call, a room, a recording. In order for each, unless a fault says otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from checkin.practice.faults import Faults
from checkin.practice.log import RefusalLog
from checkin.practice.timers import Later
from checkin.practice.webhooks import Webhooks


@dataclass(frozen=True)
class Callback:
    """Where receipts go, and of which events (empty: all)."""

    url: str
    method: str = "POST"
    events: frozenset[str] = frozenset()

    def wants(self, event: str) -> bool:
        return not self.events or event in self.events


class Callbacks:
    """Sends them from worker threads; nobody waits for the line."""

    def __init__(self, webhooks: Webhooks, later: Later, faults: Faults, refusals: RefusalLog) -> None:
        self._webhooks = webhooks
        self._later = later
        self._faults = faults
        self._refusals = refusals
        self._held: dict[str, list[Callable[[], None]]] = {}

    def send(self, kind: str, about: str, event: str, callback: Callback, params: dict[str, str]) -> None:
        """Send one receipt of `kind` (text, call, room, recording) about the thing with this id."""
        if not callback.wants(event):
            return

        def post() -> None:
            self.send_now(kind, about, callback, params)

        fault = self._faults.strike(f"callback.{kind}", to=params.get("To"), event=event)
        held = self._held.pop(about, [])
        match fault.what if fault else "":
            case "lose":
                pass
            case "late" if fault is not None:
                self._later.after(fault.seconds, post)
            case "swap":
                held.append(post)
                self._held[about] = held
                return
            case "twice":
                self._later.in_turn(about, post)
                self._later.in_turn(about, post)
            case _:
                self._later.in_turn(about, post)
        for earlier in held:
            self._later.in_turn(about, earlier)

    def send_now(self, kind: str, about: str, callback: Callback, params: dict[str, str]) -> None:
        """Send one at once and wait for the line's answer: a receipt that comes before our own answer does."""
        answer = self._webhooks.ask(f"{kind} receipt", about, callback.url, params, callback.method)
        if not answer.ok:
            self._refusals.add(15003, f"a receipt was not taken: {answer.why}", about, callback.url)
