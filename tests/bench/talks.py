"""What known contacts text and press in the bench: whole conversations and whole calls, signed as Twilio signs them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from http.client import HTTPConnection
from itertools import count
from urllib.parse import urlsplit

from tests.bench.load import Signed, signed
from tests.bench.serving import ACCOUNT, TOKEN, number_of
from tests.cast import ATTESTED, LINE

TALKS = (
    ("menu", "i just do not know what to do with myself tonight", "checkin", "i would say a 4 today", "no",
     "Thank you for asking, it has been a long week and my sister still is not talking to me"),
    ("hi", "My boss changed all my shifts again and i have nobody to watch the kids on friday", "3", "2", "no",
     "ok", "can i talk about how the meeting went on sunday?"),
    ("menú", "hoy me costó mucho levantarme, pero fui a trabajar", "registro", "un 3 creo", "3", "gracias por estar"),
)  # fmt: skip
KEYS = ("3", "4", "2", "*", "3", "2", "2")
"""Menu answers, sentences at menus, and check-ins; and what is pressed on a call."""

GATHER = re.compile(r'<Gather[^>]* action="([^"]+)"')


@dataclass
class Talkers:
    """Contacts who text and call the server at `url`. Every text and call has an id of its own."""

    url: str
    sids: Iterator[int] = field(default_factory=lambda: count(1))

    def texts(self, who: int) -> Iterator[Signed]:
        """A conversation by text, each text after the answer to the one before."""
        for body in TALKS[who % len(TALKS)]:
            form = {"MessageSid": f"SM{next(self.sids):032x}", "Body": body, "NumMedia": "0"}
            yield self._signed(who, "/webhooks/sms", form)

    def rehearsed(self, connection: HTTPConnection, who: int) -> list[tuple[str, dict[str, str]]]:
        """Have a call, and tell where each of its requests went and what it said: the same call can be had again."""
        call = {"CallSid": f"CA{next(self.sids):032x}"}
        path, form = "/webhooks/voice", {"CallStatus": "ringing", "StirVerstat": ATTESTED}
        had = [(path, form)]
        said = post(connection, self._signed(who, path, call | form))
        for keys in KEYS:
            found = GATHER.search(said)
            if found is None:
                return had
            path, form = unescape(found[1]).removeprefix(self.url), {"CallStatus": "in-progress", "Digits": keys}
            had.append((path, form))
            said = post(connection, self._signed(who, path, call | form))
        had.append(("/webhooks/voice/status", {"CallStatus": "completed"}))
        post(connection, self._signed(who, had[-1][0], call | had[-1][1]))
        return had

    def call(self, who: int, had: list[tuple[str, dict[str, str]]]) -> Iterator[Signed]:
        """A call like that one, of this contact."""
        call = {"CallSid": f"CA{next(self.sids):032x}"}
        for path, form in had:
            yield self._signed(who, path, call | form)

    def _signed(self, who: int, path: str, form: dict[str, str]) -> Signed:
        return signed(TOKEN, self.url, path, {"AccountSid": ACCOUNT, "From": number_of(who), "To": LINE, **form})


def post(connection: HTTPConnection, request: Signed) -> str:
    """Send it; the answer. Raises SystemExit where it is none."""
    kind = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": request.signature}
    connection.request("POST", request.path, request.body, kind)
    said = (answer := connection.getresponse()).read().decode()
    if answer.status != 200 or "<Response" not in said or "went wrong" in said:
        raise SystemExit(f"{request.path} was answered {answer.status}: {said}")
    return said


def connected(url: str) -> HTTPConnection:
    """A connection to this server."""
    address = urlsplit(url)
    return HTTPConnection(address.hostname or "", address.port, timeout=30)
