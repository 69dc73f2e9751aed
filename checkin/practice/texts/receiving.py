"""From a phone to the line: what the carrier itself does with STOP, START and HELP, the webhook, and its answer."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urljoin

from checkin.practice.answers import Broken, PlayAudio, understand
from checkin.practice.callbacks import Callback
from checkin.practice.exchange import Exchange
from checkin.practice.ids import new_sid
from checkin.practice.state import LineNumber, Media, PhoneState, PracticeText
from checkin.practice.texts import sending
from checkin.practice.twiml.document import Verb
from checkin.practice.twiml.grammar import MESSAGING

Kind = Literal["STOP", "START", "HELP"]

STOP = frozenset({"STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"})
START = frozenset({"START", "UNSTOP", "YES"})
HELP = frozenset({"HELP", "INFO"})

ANSWERS: dict[Kind, str] = {
    "STOP": "[carrier] You have opted out and will get no more texts from this number. Text START to get them again.",
    "START": "[carrier] You will get texts from this number again. Text STOP to opt out.",
    "HELP": "[carrier] Text STOP to get no more texts from this number.",
}


def kind(body: str) -> Kind | None:
    """Which family a text belongs to. Only a text that is exactly one of the words counts, in any case."""
    word = body.strip().upper()
    if word in STOP:
        return "STOP"
    if word in START:
        return "START"
    return "HELP" if word in HELP else None


def obey(exchange: Exchange, line: str, phone: str, body: str) -> Kind | None:
    """Open or close the pair as the text asks, and answer the phone. What it was, or None for any other text.

    YES opts in only a number that has opted out; from anyone else it is an ordinary word.
    """
    said = kind(body)
    pair = (line, phone)
    if said is None or exchange.settings.keywords == "off":
        return None
    with exchange.lock:
        out = pair in exchange.opted_out
        if said == "START" and not out:
            return None
        if said == "HELP" and out:
            return said
        if said == "STOP":
            exchange.opted_out.add(pair)
        elif said == "START":
            exchange.opted_out.discard(pair)
        if said == "STOP" and out:
            return said
    details = {"from": line, "body": ANSWERS[said], "sid": "", "carrier": True}
    exchange.log.add("text", phone, None, **details)
    return said


MOST_REDIRECTS = 10


def take(
    exchange: Exchange, phone: PhoneState, line: str, body: str, picture: bytes | None = None, app: str = ""
) -> PracticeText:
    """A phone texts the line's number `line`, by an app if one is named. The text is kept, whatever the line does."""
    came = None if picture is None else Media(new_sid("ME"), "image/jpeg", picture)
    with exchange.lock:
        now = exchange.clock.now()
        text = sending.written(
            exchange, line, phone.shown, body, "inbound", "received", sent_at=now, picture=came, app=app
        )
        exchange.log.add("texted", phone.id, to=line, body=body, sid=text.sid)
    return text


def bring(exchange: Exchange, text: PracticeText) -> None:
    """Obey STOP and its family, then tell the line of the text and do what it answers."""
    said = obey(exchange, text.to, text.from_, text.body)
    params = _params(exchange, text)
    if said is not None and exchange.settings.keywords == "advanced":
        params["OptOutType"] = said
    url, method, fallback = _where(exchange, exchange.numbers[text.to])
    for where, how in ((url, method), (fallback, "POST")):
        if not where:
            return
        try:
            _ask(exchange, text, where, how, params)
            return
        except Broken as problem:
            exchange.refusals.add(problem.code, problem.why, text.sid, where)
            params |= {"ErrorCode": str(problem.code), "ErrorUrl": where}


def _where(exchange: Exchange, number: LineNumber) -> tuple[str, str, str]:
    """Where texts to this number go, how, and where when that fails: its own addresses, unless it is a sender of a
    messaging service that says otherwise."""
    services = list(exchange.account.services.values())
    service = next((item for item in services if number.sid in item.senders), None)
    if service is None or service.on_number:
        return number.sms_url, number.sms_method, number.sms_fallback_url
    return service.inbound_url, "POST", service.fallback_url


def _ask(exchange: Exchange, text: PracticeText, url: str, method: str, params: dict[str, str]) -> None:
    for _ in range(MOST_REDIRECTS):
        answer = exchange.webhooks.ask("text", text.sid, url, params, method)
        play = understand(exchange, answer, text.sid, MESSAGING)
        redirect = _carry_out(exchange, text, play)
        if redirect is None:
            return
        url, method = urljoin(play.base, redirect.text), redirect.get("method", "POST")
    raise Broken(11215, f"more than {MOST_REDIRECTS} redirects")


def _carry_out(exchange: Exchange, text: PracticeText, play: PlayAudio) -> Verb | None:
    """Send what the document says; its <Redirect>, if it comes to one."""
    if play.words:
        _reply(exchange, text.from_, text.to, play.words, None, text.app)
    if play.document is None:
        return None
    for verb in play.document.children:
        if verb.name == "Redirect":
            return verb
        if verb.name == "Message":
            body = "\n".join(part.text for part in verb.children if part.name == "Body") or verb.text
            receipts = verb.get("action") or verb.get("statusCallback")
            callback = Callback(urljoin(play.base, receipts), verb.get("method", "POST")) if receipts else None
            _reply(exchange, verb.get("to", text.from_), verb.get("from", text.to), body, callback, text.app)
    return None


def _reply(exchange: Exchange, to: str, from_: str, body: str, callback: Callback | None, app: str) -> None:
    wrong = sending.problem(exchange, to, from_, body)
    if wrong is not None:
        sending.fail(exchange, to, from_, body, callback, wrong)
    else:
        sending.send(exchange, to, from_, body, callback, "outbound-reply", app=app)


def _params(exchange: Exchange, text: PracticeText) -> dict[str, str]:
    places = {f"{end}{what}": "" for end in ("From", "To") for what in ("City", "State", "Zip")}
    return {
        "ToCountry": "US",
        "FromCountry": "US",
        **places,
        "MessageSid": text.sid,
        "SmsSid": text.sid,
        "SmsMessageSid": text.sid,
        "SmsStatus": "received",
        "AccountSid": exchange.settings.account,
        "ApiVersion": "2010-04-01",
        "From": text.shown(text.from_),
        "To": text.shown(text.to),
        "Body": text.body,
        "NumMedia": str(len(text.media)),
        "NumSegments": str(text.segments),
        **_media(exchange, text),
    }


def _media(exchange: Exchange, text: PracticeText) -> dict[str, str]:
    """Where each thing that came with it is, and of which kind."""
    home = f"https://api.twilio.com/2010-04-01/Accounts/{exchange.settings.account}/Messages/{text.sid}/Media"
    told = {f"MediaUrl{place}": f"{home}/{entry.sid}" for place, entry in enumerate(text.media)}
    return told | {f"MediaContentType{place}": entry.mime for place, entry in enumerate(text.media)}
