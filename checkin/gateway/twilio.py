"""The network as Twilio offers it, through Twilio's own client. The practice carrier speaks the same."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar

from twilio.rest import Client

from checkin.gateway.failures import answered, failure
from checkin.gateway.http import OneHost, Timeout
from checkin.gateway.port import (
    Accepted,
    OutgoingCall,
    OutgoingText,
    Refused,
    SentText,
    TryLater,
    Unknown,
)

TWILIO = "https://api.twilio.com"
TIMEOUT: Timeout = (3.0, 7.0)

LARGEST_RECORDING = 20 * 1024 * 1024
"""Bytes. Twenty minutes of telephone sound as WAV."""

LONGEST_DOWNLOAD = 30.0
"""Seconds for one recording."""

MOST_FOUND = 50
"""Texts between two numbers that are looked through to find out whether one of them was sent."""

_RECORDING = re.compile(r"RE[0-9a-f]{32}")
_CALL_EVENTS = ["initiated", "ringing", "answered", "completed"]
_OVER = (21220, 20404)

Answer = TypeVar("Answer")


class TwilioGateway:
    """See checkin.gateway.port.Gateway. Safe to use from many threads; opens no connection until it is asked.

    api_url: another carrier that speaks Twilio's API; None is Twilio itself. The account's token goes there and
    nowhere else. timeout: seconds to connect, and between two bytes of an answer.
    """

    def __init__(self, account_sid: str, token: str, api_url: str | None = None, timeout: Timeout = TIMEOUT) -> None:
        self._account = account_sid
        self._token = token
        self._http = OneHost(api_url or TWILIO, timeout)
        # The client reads TWILIO_REGION and TWILIO_EDGE by itself; OneHost makes nothing of the host they lead to.
        self._client = Client(account_sid, token, http_client=self._http)

    def send_text(self, text: OutgoingText) -> Accepted:
        """See Gateway."""
        sent = self._ask(
            "send a text",
            lambda: self._client.messages.create(
                to=text.to,
                from_=text.from_,
                body=text.body,
                status_callback=text.status_url,
                validity_period=min(36_000, max(1, math.ceil(text.valid_for.total_seconds()))),
            ),
        )
        return _accepted("send a text", sent)

    def find_texts(self, to: str, from_: str, since: datetime) -> Iterable[SentText]:
        """See Gateway. Newest first; those that still wait have no date of sending, so none is asked for."""
        found = self._ask(
            "look for a text",
            lambda: self._client.messages.list(to=to, from_=from_, limit=MOST_FOUND, page_size=MOST_FOUND),
        )
        return [
            SentText(one.sid, str(one.status), _code(one.error_code), one.body or "", one.date_sent)
            for one in found
            if one.date_created is None or one.date_created >= since.replace(microsecond=0)
        ]

    def redact_text(self, sid: str) -> None:
        """See Gateway."""
        self._ask("blank a text", lambda: self._client.messages(sid).update(body=""))

    def place_call(self, call: OutgoingCall) -> Accepted:
        """See Gateway."""
        placed = self._ask(
            "place a call",
            lambda: self._client.calls.create(
                to=call.to,
                from_=call.from_,
                url=call.url,
                method="POST",
                status_callback=call.status_url,
                status_callback_event=_CALL_EVENTS,
                status_callback_method="POST",
                timeout=max(5, math.ceil(call.ring_for.total_seconds())),
                **({"machine_detection": "Enable", "machine_detection_timeout": 8} if call.detect_machine else {}),
            ),
        )
        return _accepted("place a call", placed)

    def move_call(self, sid: str, url: str) -> None:
        """See Gateway."""
        self._ask("move a call", lambda: self._client.calls(sid).update(url=url, method="POST"))

    def end_call(self, sid: str, *, answered: bool) -> None:
        """See Gateway. A call that is picked up while we cancel it is hung up."""
        if answered or not self._end(sid, "canceled"):
            self._end(sid, "completed")

    def fetch_recording(self, sid: str) -> bytes:
        """See Gateway. WAV. TryLater while Twilio does not have it yet, which it may say just after it told us."""
        if not _RECORDING.fullmatch(sid):
            raise Refused("could not fetch a recording: its id is not one of Twilio's")
        path = f"/2010-04-01/Accounts/{self._account}/Recordings/{sid}.wav"
        status, content = self._ask(
            "fetch a recording",
            lambda: self._http.download(path, (self._account, self._token), LARGEST_RECORDING, LONGEST_DOWNLOAD),
        )
        if status == 404:
            raise TryLater("could not fetch a recording: the network does not have it (yet)", 20404)
        if status != 200:
            raise answered("fetch a recording", status, None)
        return content

    def delete_recording(self, sid: str) -> None:
        """See Gateway."""
        try:
            self._ask("delete a recording", lambda: self._client.recordings(sid).delete())
        except Refused as error:
            if error.code != 20404:
                raise

    def _end(self, sid: str, status: str) -> bool:
        """Whether the call was in a state in which it could be ended like this."""
        try:
            self._ask("end a call", lambda: self._client.calls(sid).update(status=status))
        except Refused as error:
            if error.code not in _OVER:
                raise
            return False
        return True

    def _ask(self, what: str, request: Callable[[], Answer]) -> Answer:
        """Run one request, raising nothing but GatewayError.

        It is raised outside of the handler, so that not even its context holds Twilio's own words, which quote numbers.
        """
        try:
            return request()
        except Exception as error:
            problem = failure(what, error)
        raise problem


def _accepted(what: str, answer: object) -> Accepted:
    sid, status = getattr(answer, "sid", None), getattr(answer, "status", None)
    if not isinstance(sid, str):
        raise Unknown(f"asked the network to {what}, and its answer had no id")
    return Accepted(sid, str(status))


def _code(written: object) -> int | None:
    return int(str(written)) if str(written or "").isdigit() else None
