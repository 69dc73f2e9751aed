"""From the line to a phone: what is refused, and what becomes of the rest."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from checkin.practice.callbacks import Callback
from checkin.practice.exchange import Exchange
from checkin.practice.ids import new_sid
from checkin.practice.state import Media, PracticeText, TextDirection

MOST_CHARACTERS = 1600
SENT_AFTER = 0.2  # simulated seconds
DELIVERED_AFTER = 1.0
ON_THE_WAY = 30_000  # errors from here on are found out after a text has left; others fail it at once

E164 = re.compile(r"\+[1-9]\d{6,14}")
SENDER = re.compile(r"\+[1-9]\d{6,14}|\d{3,6}|[A-Za-z][A-Za-z0-9 ]{1,10}")  # also a short code, or a name
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE = frozenset("^{}\\[~]|€\f")


@dataclass(frozen=True)
class SendProblem:
    """Why a text is refused: Twilio's code, and what it says of it."""

    code: int
    what: str


def segments(body: str) -> int:
    """How many parts a text goes out in: 160 (153) characters of GSM-7, else 70 (67) of UCS-2."""
    if all(letter in _GSM or letter in _GSM_TWICE for letter in body):
        length, found, more = sum(2 if letter in _GSM_TWICE else 1 for letter in body), 160, 153
    else:
        length, found, more = len(body.encode("utf-16-be")) // 2, 70, 67
    return 1 if length <= found else -(-length // more)


def problem(exchange: Exchange, to: str, from_: str, body: str) -> SendProblem | None:
    """What Twilio would refuse this text for, or None."""
    if not to:
        return SendProblem(21604, "a 'To' phone number is required")
    if not E164.fullmatch(to):
        return SendProblem(21211, f"the 'To' number {to} is not a valid phone number")
    if not E164.fullmatch(from_) and from_ not in exchange.numbers:
        return SendProblem(21212, f"the 'From' number {from_} is not a valid phone number")
    if from_ not in exchange.numbers:
        return SendProblem(21606, f"the 'From' number {from_} is not one of this account's numbers")
    if to == from_:
        return SendProblem(21266, "'To' and 'From' are the same number")
    if not body:
        return SendProblem(21602, "a text needs a body")
    if len(body) > MOST_CHARACTERS:
        return SendProblem(21617, f"the body has {len(body)} characters; at most {MOST_CHARACTERS} are taken")
    if (from_, to) in exchange.opted_out:
        return SendProblem(21610, "the person at this number has opted out (STOP)")
    return None


def written(
    exchange: Exchange,
    to: str,
    from_: str,
    body: str,
    direction: TextDirection,
    status: str,
    *,
    callback: Callback | None = None,
    error_code: int | None = None,
    sent_at: datetime | None = None,
    picture: Media | None = None,
    app: str = "",
) -> PracticeText:
    """A text that the network keeps from now on."""
    text = PracticeText(
        new_sid("MM" if picture else "SM"), to, from_, body, direction, exchange.clock.now(), status, segments(body),
        sent_at, error_code, callback, media=[picture] if picture else [], app=app,
    )  # fmt: skip
    with exchange.lock:
        exchange.texts[text.sid] = text
    return text


def send(
    exchange: Exchange,
    to: str,
    from_: str,
    body: str,
    callback: Callback | None,
    direction: TextDirection = "outbound-api",
    early: bool = False,
    app: str = "",
) -> PracticeText:
    """Take a text that has no problem. It is sent and delivered a little later, each with its receipt.

    early: the receipt of `sent` reaches the line before this returns. app: as in Text.
    """
    text = written(exchange, to, from_, body, direction, "queued", callback=callback, app=app)
    if early:
        _sent(exchange, text, wait=True)
    else:
        exchange.later.after(SENT_AFTER, lambda: _sent(exchange, text))
    return text


def fail(
    exchange: Exchange, to: str, from_: str, body: str, callback: Callback | None, what: SendProblem
) -> PracticeText:
    """A text that Twilio takes and then fails: how a refused <Message> ends, where nobody can be answered."""
    text = written(exchange, to, from_, body, "outbound-reply", "failed", callback=callback, error_code=what.code)
    exchange.refusals.add(what.code, what.what, text.sid, "<Message>")
    _receipt(exchange, text)
    return text


def _sent(exchange: Exchange, text: PracticeText, wait: bool = False) -> None:
    error = exchange.phone(text.to).text_error
    with exchange.lock:
        text.sent_at = exchange.clock.now()
        text.status = "failed" if error and error < ON_THE_WAY else "sent"
        text.error_code = error if text.status == "failed" else None
    _receipt(exchange, text, wait)
    if text.status == "sent":
        exchange.later.after(DELIVERED_AFTER, lambda: _delivered(exchange, text))


def _delivered(exchange: Exchange, text: PracticeText) -> None:
    phone = exchange.phone(text.to)
    with exchange.lock:
        text.status = "undelivered" if phone.text_error else "delivered"
        text.error_code = phone.text_error
        if text.status == "delivered":
            exchange.log.add("text", phone.id, **{"from": text.from_, "body": text.body, "sid": text.sid})
    _receipt(exchange, text)


def _receipt(exchange: Exchange, text: PracticeText, wait: bool = False) -> None:
    if text.callback is None:
        return
    params = {
        "AccountSid": exchange.settings.account,
        "ApiVersion": "2010-04-01",
        "From": text.shown(text.from_),
        "To": text.shown(text.to),
        "MessageSid": text.sid,
        "SmsSid": text.sid,
        "MessageStatus": text.status,
        "SmsStatus": text.status,
    }
    if text.error_code:
        params["ErrorCode"] = str(text.error_code)
    if text.status in ("delivered", "undelivered"):
        params["RawDlrDoneDate"] = exchange.clock.now().strftime("%y%m%d%H%M")
    if wait:
        exchange.callbacks.send_now("text", text.sid, text.callback, params)
    else:
        exchange.callbacks.send("text", text.sid, text.status, text.callback, params)
