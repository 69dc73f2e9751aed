"""What Twilio's error codes mean to us: one table, from which everything that handles an error decides.

Codes and their meaning: https://www.twilio.com/docs/api/errors; the grouping is ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "opted_out",  # they said STOP to the network: remember it, cancel what is pending, never send again
    "bad_number",  # texts do not reach it: stop follow-ups until one does, show an organizer
    "handset",  # off, out of reach, or the carrier stumbled: a few times more, with time between
    "blocked",  # the carrier would not, and does not say why: as a handset, and then a bad number; no STOP
    "account",  # the whole line may be mute: do not send again, tell an organizer now
    "content",  # our own mistake in the message: fail the row, never loop
    "queue",  # too much is waiting at the network: what can wait waits longer, this one goes once more
    "pace",  # we send faster than carriers take it: slower, this one once more, and an organizer knows
    "late",  # it waited for longer than it was worth: slower, and let be
    "unfinished",  # still on its way or going on, so that it cannot be blanked or deleted: later
    "rate",  # not processed: safe to ask again
    "ambiguous",  # it may have happened: find out before anything else
    "over",  # the call has ended or changed under us: read again
    "loop",  # two machines are talking: stop answering this number
]


@dataclass(frozen=True)
class Meaning:
    """kind: what we do about it. words: what an organizer reads; a sentence's end, without numbers or names."""

    kind: Kind
    words: str


MEANINGS: Mapping[int, Meaning] = {
    10001: Meaning("account", "the Twilio account is not active"),
    10004: Meaning("account", "the Twilio account may not place more calls at once"),
    10005: Meaning("account", "Twilio has switched calls off for this account"),
    13223: Meaning("bad_number", "the number cannot be dialed"),
    13224: Meaning("bad_number", "the number cannot be dialed"),
    13225: Meaning("account", "Twilio does not let this account call that number"),
    13227: Meaning("account", "calls to that country are not switched on in Twilio's geographic permissions"),
    14103: Meaning("content", "the message is not one that Twilio can send"),
    14107: Meaning("loop", "too many answers went to one number in a short time"),
    20001: Meaning("account", "Twilio does not understand what we ask for"),
    20003: Meaning("account", "Twilio did not accept TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN"),
    20005: Meaning("account", "the Twilio account is not active"),
    20008: Meaning("account", "the account and token are Twilio's test credentials"),
    20009: Meaning("unfinished", "it is not over yet"),
    20010: Meaning("account", "Twilio has switched off what we ask for"),
    20404: Meaning("over", "Twilio does not know it (any more)"),
    20409: Meaning("over", "it has changed meanwhile"),
    20429: Meaning("rate", "we asked Twilio too much at once"),
    20500: Meaning("ambiguous", "Twilio stumbled"),
    21205: Meaning("account", "Twilio does not take the address of our answer: check PUBLIC_URL"),
    21207: Meaning("account", "Twilio does not take the fallback's address: check TWILIO_FALLBACK_URL"),
    21210: Meaning("account", "the line's number is not a verified caller id of this account"),
    21211: Meaning("bad_number", "the number is not one that can be reached"),
    21212: Meaning("account", "the line's number is not valid for this account"),
    21214: Meaning("bad_number", "the number cannot be reached"),
    21215: Meaning("account", "calls to that country are not switched on in Twilio's geographic permissions"),
    21216: Meaning("account", "Twilio does not let this account call that number"),
    21217: Meaning("bad_number", "the number is not a telephone number"),
    21219: Meaning("account", "the Twilio account is a trial: it reaches numbers that were verified, and no others"),
    21220: Meaning("over", "the call is not in a state where that is possible"),
    21263: Meaning("account", "Twilio does not take how we listen for machines"),
    21265: Meaning("bad_number", "the number is a short code"),
    21266: Meaning("content", "the message is from the line to itself"),
    21401: Meaning("bad_number", "the number is not a telephone number"),
    21408: Meaning("account", "texts to that country are not switched on in Twilio's geographic permissions"),
    21421: Meaning("bad_number", "the number is not a telephone number"),
    21601: Meaning("account", "the line's number cannot send texts from this account"),
    21602: Meaning("content", "the message has no words"),
    21603: Meaning("account", "the line's number is missing"),
    21604: Meaning("content", "the message goes to nobody"),
    21605: Meaning("content", "the message is too long"),
    21606: Meaning("account", "the line's number cannot send texts from this account"),
    21608: Meaning("account", "the Twilio account is a trial: it reaches numbers that were verified, and no others"),
    21609: Meaning("account", "Twilio does not take the address for receipts: check PUBLIC_URL"),
    21610: Meaning("opted_out", "they have opted out"),
    21611: Meaning("queue", "too many texts are waiting to leave the line's number"),
    21612: Meaning("bad_number", "texts from this line do not reach that number"),
    21614: Meaning("bad_number", "the number takes no texts"),
    21617: Meaning("content", "the message is longer than 1600 characters"),
    21619: Meaning("content", "the message has no words"),
    21620: Meaning("content", "the message's picture has no valid address"),
    21635: Meaning("bad_number", "the number is a landline"),
    21701: Meaning("account", "the messaging service of lines.yaml does not exist"),
    21702: Meaning("account", "the messaging service of lines.yaml is not one of this account"),
    21703: Meaning("account", "the messaging service has no number that can send this"),
    21704: Meaning("account", "the messaging service has no numbers"),
    21705: Meaning("account", "the messaging service of lines.yaml does not exist"),
    21711: Meaning("account", "the line's number is not in the messaging service"),
    21712: Meaning("account", "the line's number is in another messaging service"),
    30001: Meaning("queue", "too many texts were waiting and this one gave up"),
    30002: Meaning("account", "the Twilio account is suspended"),
    30003: Meaning("handset", "the phone is off or out of reach"),
    30004: Meaning("blocked", "their carrier did not take our text, and does not say why"),
    30005: Meaning("bad_number", "the number is not in use"),
    30006: Meaning("bad_number", "the number is a landline or its carrier cannot be reached"),
    30007: Meaning("account", "a carrier took our text for spam"),
    30008: Meaning("handset", "the carrier did not say why it failed"),
    30009: Meaning("handset", "a part of a long text is missing"),
    30010: Meaning("account", "the text costs more than the account allows"),
    30017: Meaning("handset", "the carrier's network was too busy"),
    30018: Meaning("account", "that carrier wants the sender registered first"),
    30019: Meaning("content", "the message is larger than the carrier takes"),
    30021: Meaning("handset", "Twilio stumbled"),
    30022: Meaning("pace", "carriers refuse our texts: more than the registered campaign may send"),
    30023: Meaning("account", "a carrier takes no more texts of ours today: its daily limit is reached"),
    30024: Meaning("account", "the line's number is not set up at that carrier (yet)"),
    30027: Meaning("account", "a carrier takes no more texts of ours today: its daily limit is reached"),
    30032: Meaning("account", "the line's toll-free number is not verified, and US carriers take nothing from it"),
    30033: Meaning("account", "the line's campaign for texts in the US (A2P 10DLC) is suspended"),
    30034: Meaning("account", "the line's number is not registered for texts in the US (A2P 10DLC)"),
    30035: Meaning("account", "the line's number is still being set up for texts in the US (A2P 10DLC)"),
    30036: Meaning("late", "it waited in the network's queue for longer than it was worth"),
    30410: Meaning("handset", "the carrier's network did not answer in time"),
    30450: Meaning("account", "Twilio held the text back to guard against fraud"),
    30453: Meaning("account", "Twilio held the text back to guard against fraud"),
    30500: Meaning("handset", "Twilio stumbled"),
    32017: Meaning("account", "carriers block calls that show the line's number"),
    32018: Meaning("content", "the instructions for the call are too long"),
    63038: Meaning("account", "the account has sent as many texts as it may in a day"),
    572005: Meaning("account", "the Twilio account is a trial: it reaches numbers that were verified, and no others"),
    573005: Meaning("account", "the Twilio account is a trial: it reaches numbers that were verified, and no others"),
}


UNFINISHED = (20009, 20409)
"""It cannot be blanked or deleted yet; in rare cases, says Twilio of the first, for up to fourteen days."""


def meaning(code: int | None) -> Meaning | None:
    """What `code` means to us; None for a code that is not in the table (or no code)."""
    return None if code is None else MEANINGS.get(code)


def is_opt_out(code: int | None) -> bool:
    """Whether this error, now or in a receipt, says that they have opted out (a fixed rule of the line).

    One code alone: no other speaks of a word of theirs.
    """
    found = meaning(code)
    return found is not None and found.kind == "opted_out"
