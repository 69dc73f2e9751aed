"""The network as Twilio offers it, through Twilio's own client. The practice carrier speaks the same."""

from __future__ import annotations

import importlib
import math
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from checkin.core.rules.phone import PhoneNumber, Withheld, ours, parse
from checkin.telephony.port import Accepted, MaybeDone, OutgoingCall, OutgoingText, Refused, SentText, TryLater
from checkin.telephony.rules.error_codes import UNFINISHED
from checkin.telephony.rules.network_log import LoggedCall, LoggedText

if TYPE_CHECKING:
    from twilio.rest import Client

    from checkin.telephony.http import OneHost, Timeout

TWILIO = "https://api.twilio.com"
TIMEOUT: Timeout = (3.0, 7.0)

LARGEST_RECORDING = 20 * 1024 * 1024
"""Bytes. Twenty minutes of telephone sound as WAV."""

LONGEST_DOWNLOAD = 30.0
"""Seconds for one recording."""

MOST_FOUND = 50
"""Texts between two numbers that are looked through to find out whether one of them was sent."""

PAGE = 1000
"""Entries of the log in one answer; Twilio gives no more."""

MOST_LOGGED = 50_000

LARGEST_PICTURE = 6 * 1024 * 1024
"""Bytes. Carriers bring at most five megabytes."""

_RECORDING = re.compile(r"RE[0-9a-f]{32}")
_TEXT = re.compile(r"(?:SM|MM)[0-9a-f]{32}")
_PICTURE = re.compile(r"ME[0-9a-f]{32}")
_CALL_EVENTS = ["initiated", "ringing", "answered", "completed"]
_OVER = (21220, 20404)
_ENDED = ("completed", "busy", "failed", "no-answer", "canceled")

Answer = TypeVar("Answer")


def load_api() -> None:
    """Import what is left to the first request, Twilio's client: 200 modules, up to a second of work.

    For a process that forks one child after the other: each child has it then, and rings at once.
    """
    for name in ("twilio.rest.api", "checkin.telephony.http", "checkin.telephony.failures"):
        importlib.import_module(name)


class AsksTwilio:
    """What asks Twilio: how each request runs."""

    def _ask(self, what: str, request: Callable[[], Answer]) -> Answer:
        """Run one request, raising nothing but GatewayError.

        It is raised outside of the handler, so that not even its context holds Twilio's own words, which quote numbers.
        """
        try:
            return request()
        except Exception as error:
            from checkin.telephony.failures import failure

            problem = failure(what, error)
        raise problem


class TwilioGateway(AsksTwilio):
    """See checkin.telephony.port.Gateway. Safe to use from many threads; opens no connection until it is asked.

    api_url: another carrier that speaks Twilio's API; None is Twilio itself. The account's token goes there and
    nowhere else. timeout: seconds to connect, and between two bytes of an answer. page: entries of its log in one
    answer. fallback_url: what somebody hears who picks up a call of ours while we do not answer.
    """

    def __init__(
        self,
        account_sid: str,
        token: str,
        api_url: str | None = None,
        timeout: Timeout = TIMEOUT,
        page: int = PAGE,
        fallback_url: str | None = None,
    ) -> None:
        self._account = account_sid
        self._token = token
        self._page = page
        self._fallback = {"fallback_url": fallback_url, "fallback_method": "POST"} if fallback_url else {}
        self._api_url, self._timeout = api_url or TWILIO, timeout

    @cached_property
    def _http(self) -> OneHost:
        from checkin.telephony.http import OneHost  # with all of requests: nobody needs it before the first call

        return OneHost(self._api_url, self._timeout)

    @cached_property
    def _client(self) -> Client:
        """It reads TWILIO_REGION and TWILIO_EDGE by itself; OneHost makes nothing of the host they lead to."""
        from twilio.rest import Client

        return Client(self._account, self._token, http_client=self._http)

    def send_text(self, text: OutgoingText) -> Accepted:
        sent = self._ask(
            "send a text",
            lambda: self._client.messages.create(
                to=text.to,
                from_=text.from_,
                body=text.body,
                status_callback=text.status_url,
                **({"messaging_service_sid": text.service} if text.service else {}),
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
            SentText(entry.sid, str(entry.status), code(entry.error_code), entry.body or "", entry.date_sent)
            for entry in found
            if entry.date_created is None or entry.date_created >= since.replace(microsecond=0)
        ]

    def texts_since(self, since: datetime) -> Sequence[LoggedText]:
        """See Gateway. Read in pages of a thousand; no more than 50,000."""
        found = self._ask(
            "read its log of texts",
            lambda: self._entries(self._client.messages.page(date_sent_after=since, page_size=self._page)),
        )
        return texts(found, since)

    def calls_since(self, since: datetime) -> Sequence[LoggedCall]:
        """See Gateway. In pages, like the texts."""
        found = self._ask(
            "read its log of calls",
            lambda: self._entries(self._client.calls.page(start_time_after=since, page_size=self._page)),
        )
        return calls(found, since)

    def redact_text(self, sid: str) -> None:
        self._ask("blank a text", lambda: self._client.messages(sid).update(body=""))

    def delete_text(self, sid: str) -> None:
        self._delete("delete a text", lambda: self._client.messages(sid).delete())

    def delete_call(self, sid: str) -> None:
        self._delete("delete a call", lambda: self._client.calls(sid).delete())

    def place_call(self, call: OutgoingCall) -> Accepted:
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
                **self._fallback,
                **_listening_for_machines(call),
            ),
        )
        return _accepted("place a call", placed)

    def move_call(self, sid: str, url: str) -> None:
        self._ask("move a call", lambda: self._client.calls(sid).update(url=url, method="POST"))

    def end_call(self, sid: str, *, answered: bool) -> None:
        """See Gateway. A call that is picked up while we cancel it is hung up: to cancel it is no error then, and
        leaves it as it is, so that what it came to is read in the answer."""
        if answered or self._end(sid, "canceled") not in _ENDED:
            self._end(sid, "completed")

    def announce(self, room: str, url: str) -> None:
        """See Gateway. A room's name is its own, so at most one that is in progress has it."""
        found = self._ask(
            "find a room",
            lambda: self._client.conferences.list(friendly_name=room, status="in-progress", limit=1, page_size=1),
        )
        if not found:
            raise TryLater("couldn't find the room: the network doesn't list it (yet)")
        self._ask(
            "speak into a room",
            lambda: self._client.conferences(found[0].sid).update(announce_url=url, announce_method="POST"),
        )

    def fetch_picture(self, text_sid: str, sid: str) -> bytes:
        """See Gateway. TryLater while Twilio does not have it yet."""
        return self._fetch("fetch a picture", self._picture(text_sid, sid), LARGEST_PICTURE)

    def delete_picture(self, text_sid: str, sid: str) -> None:
        self._picture(text_sid, sid)
        self._delete("delete a picture", lambda: self._client.messages(text_sid).media(sid).delete())

    def fetch_recording(self, sid: str) -> bytes:
        """See Gateway. WAV. TryLater while Twilio does not have it yet, which it may say just after it told us."""
        if not _RECORDING.fullmatch(sid):
            raise Refused("couldn't fetch a recording: its id isn't one of Twilio's")
        path = f"/2010-04-01/Accounts/{self._account}/Recordings/{sid}.wav"
        return self._fetch("fetch a recording", path, LARGEST_RECORDING)

    def delete_recording(self, sid: str) -> None:
        self._delete("delete a recording", lambda: self._client.recordings(sid).delete())

    def _entries(self, page: Any) -> list[Any]:
        """Those of this page and of the pages after it. Twilio's client would follow a log that never ends."""
        found: list[Any] = []
        for _ in range(max(1, MOST_LOGGED // self._page)):
            here = list(page) if page is not None else []
            found += here
            if not here:
                break
            page = page.next_page()
        return found[:MOST_LOGGED]

    def _picture(self, text_sid: str, sid: str) -> str:
        if not _TEXT.fullmatch(text_sid) or not _PICTURE.fullmatch(sid):
            raise Refused("couldn't ask for a picture: its id isn't one of Twilio's")
        return f"/2010-04-01/Accounts/{self._account}/Messages/{text_sid}/Media/{sid}"

    def _fetch(self, what: str, path: str, most: int) -> bytes:
        status, content = self._ask(
            what, lambda: self._http.download(path, (self._account, self._token), most, LONGEST_DOWNLOAD)
        )
        if status == 404:
            raise TryLater(f"couldn't {what}: the network doesn't have it (yet)", 20404)
        if status != 200:
            from checkin.telephony.failures import answered

            raise answered(what, status, None)
        return content

    def _delete(self, what: str, request: Callable[[], object]) -> None:
        try:
            self._ask(what, request)
        except Refused as error:
            if error.code in UNFINISHED:
                raise TryLater(f"couldn't {what}: it isn't over yet", error.code) from None
            if error.code != 20404:
                raise

    def _end(self, sid: str, status: str) -> str | None:
        """How the call stands now; None: it was in no state in which it could be ended like this."""
        try:
            call = self._ask("end a call", lambda: self._client.calls(sid).update(status=status))
        except Refused as error:
            if error.code not in _OVER:
                raise
            return None
        return str(getattr(call, "status", None) or status)


def _listening_for_machines(call: OutgoingCall) -> dict[str, object]:
    """AsyncAmd: TwiML runs as soon as somebody picks up, and the guess comes to an address of its own later."""
    if call.machine_url is None:
        return {}
    return {
        "machine_detection": "DetectMessageEnd" if call.after_beep else "Enable",
        "async_amd": "true",
        "async_amd_status_callback": call.machine_url,
        "async_amd_status_callback_method": "POST",
    }


def _accepted(what: str, answer: object) -> Accepted:
    sid, status = getattr(answer, "sid", None), getattr(answer, "status", None)
    if not isinstance(sid, str):
        raise MaybeDone(f"asked the network to {what}, and its answer had no id")
    return Accepted(sid, str(status))


def texts(found: Iterable[Any], since: datetime) -> list[LoggedText]:
    """Twilio's messages as ours, oldest first. It tells the newest first, and times to the second only."""
    read = [_text(entry) for entry in found if _at(entry) is not None][::-1]
    return sorted((entry for entry in read if entry.at >= since.replace(microsecond=0)), key=lambda entry: entry.at)


def calls(found: Iterable[Any], since: datetime) -> list[LoggedCall]:
    """Twilio's calls as ours, oldest first."""
    read = [_call(entry) for entry in found if _at(entry) is not None][::-1]
    return sorted((entry for entry in read if entry.at >= since.replace(microsecond=0)), key=lambda entry: entry.at)


def code(written: object) -> int | None:
    """An error code, which Twilio writes as a number, as digits, or not at all."""
    return int(str(written)) if str(written or "").isdigit() else None


def _text(entry: Any) -> LoggedText:
    inbound = str(entry.direction) == "inbound"
    return LoggedText(
        sid=str(entry.sid),
        inbound=inbound,
        from_=_side(entry.from_, ours_is=not inbound),
        to=_side(entry.to, ours_is=inbound),
        body=entry.body or "",
        status=str(entry.status),
        error_code=code(entry.error_code),
        at=entry.date_created,
    )


def _call(entry: Any) -> LoggedCall:
    return LoggedCall(
        sid=str(entry.sid),
        inbound=str(entry.direction) == "inbound",
        from_=parse(entry._from or ""),  # the name that Twilio's client gives it on calls, and only there
        to=parse(entry.to or ""),
        status=str(entry.status),
        seconds=code(entry.duration),
        at=entry.date_created,
    )


def _side(written: str | None, *, ours_is: bool) -> PhoneNumber | Withheld:
    return ours(written or "") if ours_is else parse(written or "")


def _at(entry: Any) -> datetime | None:
    """When it was made. It is there in every entry; one without it is none of Twilio's."""
    made: datetime | None = entry.date_created
    return made
