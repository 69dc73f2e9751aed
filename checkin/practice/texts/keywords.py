"""STOP, START, HELP: what the carrier does by itself, before the line hears of it."""

from __future__ import annotations

from typing import Literal

from checkin.practice.exchange import Exchange

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
