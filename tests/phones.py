"""The practice network as seen from outside, over HTTP: phones in words that a test can be read by.

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

import base64
import re
import time
from collections.abc import Callable, Iterable
from typing import Any

import requests

Event = dict[str, Any]
Words = str | re.Pattern[str]
SHOWN = 25
BODY = 600
WITHIN = 10.0  # real seconds that are waited for something, unless told otherwise


class CantDo(Exception):
    """The network says that it can't be done now, and why."""


class NeverCame(AssertionError):
    """What was waited for did not come; says what came instead."""


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
        return _account(self.events(phone=phone), self.trace(), self.refusals())

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


class Phone:
    """One phone in somebody's hand, in words that a test can be read by.

    It reads and hears on from where it last read and heard, so that a story is told in its order.
    Every `within` and `for_` is in real seconds.
    """

    def __init__(self, network: Network, id: str, name: str) -> None:
        self.network = network
        self.id = id
        self.name = name
        self._seen = {kind: network.last_event() for kind in ("text", "heard", "ringing")}

    def __repr__(self) -> str:
        return f"<{self.name}'s phone>"

    # --- texts

    def texts(self, body: str, to: str | None = None, picture: bytes | None = None, app: str = "") -> str:
        """Text the line, with a picture if one is given, and wait until it has answered the webhook. The text's id.

        app: by rcs, or by whatsapp, instead of as an SMS.
        """
        encoded = base64.b64encode(picture).decode() if picture else None
        return str(self._do("text", body=body, to=to, picture=encoded, app=app)["text"])

    def texts_at_once(self, *bodies: str, to: str | None = None) -> list[str]:
        """Several texts at the same moment; none is waited for."""
        return [str(self._do("text", body=body, to=to, wait=False)["text"]) for body in bodies]

    def reads(self, has: Words = "", within: float = WITHIN) -> str:
        """The next text that has these words; earlier unread ones count as read."""
        return str(self._next("text", has, "body", within, "read")["body"])

    def reads_nothing(self, for_: float = 0.5) -> None:
        """No text comes for a while."""
        came = self._since("text", for_)
        if came:
            self._fail(f"{self.name} should have read nothing, but read {came[0]['body']!r}")

    @property
    def inbox(self) -> list[str]:
        """Every text that came, read or not."""
        return [event["body"] for event in self.network.events(phone=self.id) if event["kind"] == "text"]

    # --- calls

    def calls(self, to: str | None = None, *, verdict: str | None = None, shows: str | None = None) -> str:
        """Call the line. The call's id.

        verdict: what the network says of the number (StirVerstat; None: that it is the phone's own, or, where it
        `shows` somebody else's, that it is not; empty: nothing, as of calls from abroad).
        """
        self._seen["heard"] = self.network.last_event()
        how = {"to": to, "verdict": verdict, "shows": shows}
        return str(self._do("call", **{name: value for name, value in how.items() if value is not None})["sid"])

    def hears(self, words: Words = "", within: float = WITHIN) -> str:
        """The next words that are said and have these among them: by the line, or by whom one talks with."""
        return str(self._next("heard", words, "text", within, "heard")["text"])

    def hears_sound(self, within: float = WITHIN) -> Event:
        """The next sound that is played; its `url` and `seconds`."""
        return self._next("heard", "", "url", within, "heard a sound")

    def presses(self, keys: str, within: float = WITHIN) -> None:
        """Press keys, each as soon as the line listens for one."""
        self._do("press", keys=keys, wait=within)

    def says(self, words: str, within: float = WITHIN) -> None:
        """Speak, as soon as the line or somebody else listens."""
        self._do("say", words=words, wait=within)

    def stays_silent(self, within: float = WITHIN) -> None:
        """Say and press nothing, until the line gives up waiting for it."""
        self._do("silence", wait=within)

    def records(
        self, seconds: float = 3, words: str = "", audio: bytes | None = None, then: str = "#", within: float = WITHIN
    ) -> None:
        """Speak onto the line's tape: a tone of so many seconds, words in a voice, or this audio.

        then: the key that ends it, "silence", "hangup", or empty to go on speaking.
        """
        encoded = base64.b64encode(audio).decode() if audio else None
        self._do("record", seconds=seconds, words=words, audio=encoded, then=then, wait=within)

    def rings(self, within: float = WITHIN) -> Event:
        """The phone rings, now or soon; who it says is calling is under `from`."""
        event = self._next("ringing", "", "from", within, "rung")
        self._seen["heard"] = max(self._seen["heard"], event["n"])
        return event

    def does_not_ring(self, for_: float = 0.5) -> None:
        """It stays still for a while."""
        if self._since("ringing", for_):
            self._fail(f"{self.name}'s phone should not have rung")

    def answers(self, within: float = WITHIN) -> None:
        """Pick up, as soon as it rings."""
        self._do("answer", wait=within)

    def declines(self, within: float = WITHIN) -> None:
        """Turn the call away: the other side finds it busy."""
        self._do("decline", wait=within)

    def lets_it_ring(self, within: float = WITHIN) -> None:
        """Do nothing until it stops."""
        self._do("ignore", wait=within)

    def hangs_up(self) -> None:
        """End the call, or the ringing."""
        self._do("hangup")

    def stops_ringing(self, within: float = WITHIN) -> None:
        """It does not ring, or stops within that time."""
        self._until(lambda: not (self.call or {}).get("rings"), within, f"{self.name}'s phone did not stop ringing")

    def is_talking_with(self, other: Phone, within: float = WITHIN) -> None:
        """The two are joined and hear each other."""
        what = f"{self.name} did not get to talk with {other.name}"
        self._until(lambda: other.id in (self.call or {}).get("with", []), within, what)

    def is_off_the_phone(self, within: float = WITHIN) -> None:
        """On no call, now or soon."""
        self._until(lambda: self.call is None, within, f"{self.name} was still on the phone")

    # --- how it behaves

    def behaves(self, **how: Any) -> None:
        """Change when_called, patient, withheld or text_error."""
        shown = self.network.get(f"/phones/{self.id}")
        kept = {name: shown[name] for name in ("number", "name", "when_called", "patient", "withheld", "text_error")}
        self.network.post("/phones", **(kept | how))

    def takes_time(self) -> None:
        """From now on time passes for this phone: a Gather ends after its timeout, a ringing phone rings out."""
        self.behaves(patient=False)

    def takes_no_time(self) -> None:
        """From now on everything waits until this phone acts."""
        self.behaves(patient=True)

    @property
    def call(self) -> dict[str, Any] | None:
        """The call that it is on: sid, status, rings, with, asking; None when it is on none."""
        shown = self.network.get(f"/phones/{self.id}")["call"]
        return dict(shown) if shown else None

    # --- how it is done

    def _do(self, act: str, **what: Any) -> Any:
        try:
            return self.network.post(f"/phones/{self.id}/{act}", **what)
        except CantDo as problem:
            raise NeverCame(f"{problem}\n{self.network.account(self.id)}") from None

    def _next(self, kind: str, words: Words, field: str, within: float, verb: str) -> Event:
        ends = time.monotonic() + within
        last = self._seen[kind]
        while True:
            for event in self.network.events(last, self.id, wait=max(0.0, ends - time.monotonic())):
                last = event["n"]
                if event["kind"] == kind and field in event and _has(str(event[field]), words):
                    self._seen[kind] = last
                    return event
            if time.monotonic() >= ends:
                self._fail(f"{self.name} has not {verb} {words or 'anything'!r} within {within} s")

    def _since(self, kind: str, for_: float) -> list[Event]:
        time.sleep(for_)
        return [event for event in self.network.events(self._seen[kind], self.id) if event["kind"] == kind]

    def _until(self, true: Callable[[], bool], within: float, what: str) -> None:
        ends = time.monotonic() + within
        while True:
            last = self.network.last_event()
            if true():
                return
            left = ends - time.monotonic()
            if left <= 0:
                self._fail(f"{what} within {within} s")
            self.network.events(last, wait=min(left, 1.0))

    def _fail(self, what: str) -> None:
        raise NeverCame(f"{what}\n{self.network.account(self.id)}")


def _has(text: str, words: Words) -> bool:
    """Whether the words are among the text's, whatever the case and the line breaks."""
    if isinstance(words, re.Pattern):
        return words.search(text) is not None
    return " ".join(words.casefold().split()) in " ".join(text.casefold().split())


def _account(events: list[Event], trace: list[dict[str, Any]], refusals: list[dict[str, Any]]) -> str:
    """The last events, the last requests with their answers, and every refusal."""
    lines = ["", "what happened:"]
    lines += [f"  {event['n']:>4} {event['phone'] or 'network'}: {_sentence(event)}" for event in events[-SHOWN:]]
    lines += ["", "what the line was asked:"]
    lines += [f"  {line}" for line in _asked(trace[-SHOWN:])]
    if refusals:
        lines += ["", "what the carrier refused:"]
        lines += [f"  {refusal['code']} {refusal['what']} ({refusal['where']})" for refusal in refusals]
    return "\n".join(lines)


def _sentence(event: Event) -> str:
    kind = event["kind"]
    if kind == "heard":
        return _heard(event)
    if kind in ("joined", "company", "left"):
        return _in_a_room(event)
    return _PLAIN[kind].format_map(event) if kind in _PLAIN else _rest(event)


_PLAIN = {
    "text": "reads: {body}",
    "texted": "texts: {body}",
    "calling": "calls {to}",
    "missed": "stops ringing: {why}",
    "answered": "picks up",
    "beep": "hears a tone",
    "recording": "is recorded now, for {longest:.0f} s at most",
    "pressed": "presses {key}",
    "silent": "keeps silent",
    "ended": "is off the phone: {why}",
    "refused": "Twilio would object: {what} ({code})",
    "clock": "the practice clock is {offset:.0f} s ahead",
}


def _rest(event: Event) -> str:
    match event["kind"]:
        case "ringing":
            return f"RINGS: a call from {event['from']}"
        case "said":
            return f"says: {event['text']}" if event["text"] else f"speaks for {event.get('seconds')} s"
        case "asked":
            press = "press a key" if event["digits"] == 1 else "press keys"
            return f"can {' or '.join([press] * event['keys'] + ['speak'] * event['words'])} now"
        case kind:
            return str(kind)


def _heard(event: Event) -> str:
    match event["how"]:
        case "say" | "error":
            return f"hears: {event['text']}"
        case "play":
            return f"hears a recording of {event['seconds']} s"
        case "voice":
            return f"hears {event['who']}: {event['text']}"
        case "music":
            return "hears music"
        case "ringback":
            return "hears it ring"
        case how:
            return f"hears {how}"


def _in_a_room(event: Event) -> str:
    if event["kind"] == "joined":
        others = " and ".join(event["others"])
        return f"is joined with {others}" if others else "waits in a room of their own"
    who = event["who"]
    return f"is joined by {who}" if event["kind"] == "company" else f"is left by {who}"


def _asked(trace: Iterable[dict[str, Any]]) -> Iterable[str]:
    for passed in trace:
        yield f"{passed['n']:>4} {passed['why']}: {passed['method']} {passed['url']} -> {passed['status']}"
        if passed["body"].strip() and passed["status"] != 204 and "<Response />" not in passed["body"]:
            yield f"       {' '.join(passed['body'].split())[:BODY]}"
