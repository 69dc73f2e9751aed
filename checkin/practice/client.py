"""The practice network as seen from outside: for tests, for the terminal, for whoever drives it over HTTP.

    network = Network("http://127.0.0.1:8010")
    ana = network.phone("+15555550101", "Ana")
    ana.texts("hi")
    ana.reads("not an emergency line", within=5)

    ben = network.phone("+15555550102", "Ben")
    ben.calls()
    ben.hears("press 1")
    ben.presses("1")

Whatever does not come in time raises NeverCame, with everything that this phone heard and that the line was asked.
"""

from __future__ import annotations

import time
from typing import Any

import requests

from checkin.practice.phone import CantDo, NeverCame, Phone
from checkin.practice.telling import account


class Network:
    """One running practice network. `line` is its first number."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self._session = requests.Session()
        self._session.trust_env = False

    def close(self) -> None:
        """Let go of its connections."""
        self._session.close()

    # --- phones

    def phone(self, number: str | None = None, name: str = "", **how: Any) -> Phone:
        """Take a phone into one's hand; no number: one that withholds it and can't be reached.

        how: when_called (ring, answer, decline, voicemail, no_answer, off), patient, withheld, text_error.
        """
        made = self.post("/phones", number=number, name=name, **how)
        return Phone(self, made["id"], name or made["name"])

    @property
    def line(self) -> str:
        """The line's first number."""
        return str(self.get("")["numbers"][0])

    # --- what happened

    def events(self, since: int = 0, phone: str | None = None, wait: float = 0.0) -> list[dict[str, Any]]:
        """What happened after event `since` (checkin.practice.log has the kinds); waits up to `wait` seconds for it."""
        query = {"since": since, "wait": wait} | ({"phone": phone} if phone else {})
        return list(self.get("/events", **query)["events"])

    def last_event(self) -> int:
        """The number of the newest event."""
        return int(self.get("")["last_event"])

    def trace(self, since: int = 0, about: str | None = None) -> list[dict[str, Any]]:
        """The signed requests that the line got, with its answers."""
        return list(self.get("/trace", since=since, **({"about": about} if about else {}))["trace"])

    def rest(self) -> list[dict[str, Any]]:
        """What the line asked of the REST API: action, path, query, form (each field a list)."""
        return list(self.get("/rest")["rest"])

    def repeat(self, n: int) -> dict[str, Any]:
        """Send request `n` of the trace once more; the line's answer (status, content_type, body), not carried out."""
        return dict(self.post(f"/trace/{n}/repeat"))

    def refusals(self) -> list[dict[str, Any]]:
        """What Twilio would have refused or warned of."""
        return list(self.get("/refusals")["refusals"])

    def forget_refusals(self) -> None:
        """Start counting afresh."""
        self._ask("DELETE", "/refusals")

    def quiet(self, for_: float = 0.3, within: float = 10.0) -> None:
        """Wait until the line owes no answer, nothing is on its way, and nothing has happened for `for_` real seconds.

        What the line does by itself (its worker, say) is not known here. Raises NeverCame if it never is quiet.
        """
        ends = time.monotonic() + within
        while True:
            glance = self.get("")
            events = self.events(glance["last_event"], wait=for_)
            if not events and not glance["busy"]:
                return
            if time.monotonic() > ends:
                raise NeverCame(f"the network was not quiet within {within} s\n{self.account()}")

    def account(self, phone: str | None = None) -> str:
        """Everything that was heard and asked lately, to be read by a person."""
        return account(self.events(phone=phone), self.trace(), self.refusals())

    # --- what goes wrong, and time

    def fails(self, on: str, what: str, **how: Any) -> None:
        """Have something go wrong, as checkin.practice.faults lists. how: times, to, event, code, status, seconds."""
        self.post("/faults", on=on, what=what, **how)

    def loses(self, kind: str, event: str | None = None, times: int = 1) -> None:
        """Lose receipts of `kind`: text, call, room, recording."""
        self.fails(f"callback.{kind}", "lose", event=event, times=times)

    def all_well(self) -> None:
        """Nothing goes wrong any more."""
        self._ask("DELETE", "/faults")

    def forward(self, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> float:
        """Move the practice clock on. The offset in seconds that holds now."""
        moved = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
        return float(self.post("/clock", forward=moved)["offset"])

    def pace(self, pace: float | None = None, patient: bool | None = None) -> None:
        """Simulated seconds in a real one; whether the phones are hurried."""
        wanted = {"pace": pace, "patient": patient}
        self.post("/pace", **{name: value for name, value in wanted.items() if value is not None})

    # --- HTTP

    def get(self, path: str, **query: Any) -> Any:
        """GET /practice<path>."""
        return self._ask("GET", path, params=query)

    def post(self, path: str, **body: Any) -> Any:
        """POST /practice<path>. Raises CantDo."""
        return self._ask("POST", path, json=body)

    def _ask(self, method: str, path: str, **what: Any) -> Any:
        response = self._session.request(method, f"{self.url}/practice{path}", timeout=90, **what)
        if response.status_code >= 400:
            try:
                why = response.json()["error"]
            except (ValueError, KeyError):
                why = f"{response.status_code} {response.text[:200]}"
            raise CantDo(why)
        return response.json()


__all__ = ["CantDo", "Network", "NeverCame", "Phone"]
