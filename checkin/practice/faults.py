"""What goes wrong on purpose. Tests (and trainers) ask for it; the first matching fault is used up by one event.

`on` says where, with * and ? as wildcards:
    messages.create  calls.update  recordings.audio  ...   Twilio's REST API: resource.action
    callback.text  callback.call  callback.room  callback.recording   a receipt to the line
    webhook.text  webhook.voice                                        a question to the line

`what` on the REST API:
    refuse        answered with `status` (400) and Twilio's `code`, nothing done
    busy          429 and 20429, nothing done
    error_before  500, nothing done
    error_after   done, then 500
    drop_before   the connection is cut, nothing done
    drop_after    done, then the connection is cut
    slow          answered after `seconds` real ones
    garbage       done, answered 200 with words that are no JSON
    early         (messages.create, calls.create) the first receipt comes before the answer
`what` on a callback: lose · twice · late (`seconds`, simulated) · swap (sent after the next one of the same thing)
`what` on a webhook: lose_answer (the line answered, but it never arrived: a read timeout)
                     twice (asked twice; the second answer is used)
"""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from typing import Any

REST = ("refuse", "busy", "error_before", "error_after", "drop_before", "drop_after", "slow", "garbage", "early")
CALLBACK = ("lose", "twice", "late", "swap")
WEBHOOK = ("lose_answer", "twice")


@dataclass
class NetworkFault:
    """times: how often it strikes (-1: always). to: only for this number; with a webhook, only from it.

    event: only this status of a callback.
    """

    on: str
    what: str
    times: int = 1
    to: str | None = None
    event: str | None = None
    code: int = 20500
    status: int = 400
    seconds: float = 0.0

    def __post_init__(self) -> None:
        known = CALLBACK if self.on.startswith("callback.") else WEBHOOK if self.on.startswith("webhook.") else REST
        if self.what not in known:
            raise ValueError(f"a fault on {self.on!r} can't be {self.what!r}; it can be one of: {', '.join(known)}")

    def fits(self, on: str, to: str | None, event: str | None) -> bool:
        return self.times != 0 and fnmatchcase(on, self.on) and self.to in (None, to) and self.event in (None, event)


class Faults:
    """Those that are set."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._set: list[NetworkFault] = []

    def set(self, **fields: Any) -> NetworkFault:
        """Add one. Raises ValueError or TypeError for one that cannot be."""
        fault = NetworkFault(**fields)
        with self._lock:
            self._set.append(fault)
        return fault

    def strike(self, on: str, to: str | None = None, event: str | None = None) -> NetworkFault | None:
        """The fault that strikes now, one time used up; None when all goes well."""
        with self._lock:
            for fault in self._set:
                if fault.fits(on, to, event):
                    if fault.times > 0:
                        fault.times -= 1
                    return fault
        return None

    def clear(self) -> None:
        with self._lock:
            self._set.clear()

    def as_json(self) -> list[dict[str, Any]]:
        """Those that are set, used-up ones too (times: 0)."""
        with self._lock:
            return [asdict(fault) for fault in self._set]
