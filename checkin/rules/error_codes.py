"""What Twilio's error codes mean to us: one table, from which everything that handles an error decides.

Codes and their meaning: https://www.twilio.com/docs/api/errors; the grouping is ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "opted_out",  # they said STOP: remember it, cancel what is pending, never send again
    "bad_number",  # texts will never reach it: stop follow-ups, show an organiser
    "handset",  # off, out of reach, or the carrier stumbled: again at most twice, half an hour apart
    "account",  # the whole line may be mute: do not send again, tell an organiser now
    "content",  # our own mistake in the message: fail the row, never loop
    "queue",  # too much is waiting at the network: later, or not at all once it would be too late
    "rate",  # not processed: safe to ask again
    "ambiguous",  # it may have happened: find out before anything else
    "over",  # the call has ended or changed under us: read again
    "loop",  # two machines are talking: stop answering this number
]


@dataclass(frozen=True)
class Meaning:
    """kind: what we do about it. words: what an organiser reads; a sentence's end, without numbers or names."""

    kind: Kind
    words: str


MEANINGS: Mapping[int, Meaning] = {
    10001: Meaning("account", "the Twilio account is not active"),
    10004: Meaning("account", "the Twilio account may not place more calls at once"),
    13223: Meaning("bad_number", "the number cannot be dialled"),
    13224: Meaning("bad_number", "the number cannot be dialled"),
    13225: Meaning("account", "Twilio does not let this account call that number"),
    13227: Meaning("account", "calls to that country are not switched on in Twilio's geographic permissions"),
    14103: Meaning("content", "the message is not one that Twilio can send"),
    14107: Meaning("loop", "too many answers went to one number in a short time"),
    20003: Meaning("account", "Twilio did not accept TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN"),
    20404: Meaning("over", "Twilio does not know it (any more)"),
    20409: Meaning("over", "it has changed meanwhile"),
    20429: Meaning("rate", "we asked Twilio too much at once"),
    20500: Meaning("ambiguous", "Twilio stumbled"),
    21210: Meaning("account", "the line's number is not a verified caller id of this account"),
    21211: Meaning("bad_number", "the number is not one that can be reached"),
    21212: Meaning("account", "the line's number is not valid for this account"),
    21214: Meaning("bad_number", "the number cannot be reached"),
    21215: Meaning("account", "calls to that country are not switched on in Twilio's geographic permissions"),
    21217: Meaning("bad_number", "the number is not a telephone number"),
    21220: Meaning("over", "the call is not in a state where that is possible"),
    21401: Meaning("bad_number", "the number is not a telephone number"),
    21408: Meaning("account", "texts to that country are not switched on in Twilio's geographic permissions"),
    21421: Meaning("bad_number", "the number is not a telephone number"),
    21602: Meaning("content", "the message has no words"),
    21603: Meaning("account", "the line's number is missing"),
    21605: Meaning("content", "the message is too long"),
    21606: Meaning("account", "the line's number cannot send texts from this account"),
    21610: Meaning("opted_out", "they have opted out"),
    21611: Meaning("queue", "too many texts are waiting to leave the line's number"),
    21612: Meaning("bad_number", "texts from this line do not reach that number"),
    21614: Meaning("bad_number", "the number takes no texts"),
    21617: Meaning("content", "the message is longer than 1600 characters"),
    21620: Meaning("content", "the message's picture has no valid address"),
    30001: Meaning("queue", "too many texts were waiting and this one gave up"),
    30002: Meaning("account", "the Twilio account is suspended"),
    30003: Meaning("handset", "the phone is off or out of reach"),
    30004: Meaning("opted_out", "they or their carrier block our texts"),
    30005: Meaning("bad_number", "the number is not in use"),
    30006: Meaning("bad_number", "the number is a landline or its carrier cannot be reached"),
    30007: Meaning("account", "a carrier took our text for spam"),
    30008: Meaning("handset", "the carrier did not say why it failed"),
    30009: Meaning("handset", "a part of a long text is missing"),
    30034: Meaning("account", "the line's number is not registered for texts in the US (A2P 10DLC)"),
    30450: Meaning("account", "Twilio held the text back to guard against fraud"),
    30453: Meaning("account", "Twilio held the text back to guard against fraud"),
    32018: Meaning("content", "the instructions for the call are too long"),
}


def meaning(code: int | None) -> Meaning | None:
    """What `code` means to us; None for a code that is not in the table (or no code)."""
    return None if code is None else MEANINGS.get(code)


def is_opt_out(code: int | None) -> bool:
    """Whether this error, now or in a receipt, says that they have opted out (a fixed rule of the line)."""
    found = meaning(code)
    return found is not None and found.kind == "opted_out"
