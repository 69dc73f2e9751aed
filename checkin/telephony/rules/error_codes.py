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
    10001: Meaning("account", "the Twilio account isn't active"),
    10004: Meaning("account", "the Twilio account has reached its limit of simultaneous calls"),
    10005: Meaning("account", "Twilio has turned off calls for this account"),
    13223: Meaning("bad_number", "the number can't be dialed"),
    13224: Meaning("bad_number", "the number can't be dialed"),
    13225: Meaning("account", "Twilio doesn't let this account call that number"),
    13227: Meaning("account", "calls to that country aren't turned on in Twilio's geographic permissions"),
    14103: Meaning("content", "Twilio can't send this message"),
    14107: Meaning("loop", "too many answers went to one number in a short time"),
    20001: Meaning("account", "Twilio doesn't understand our request"),
    20003: Meaning("account", "Twilio didn't accept TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN"),
    20005: Meaning("account", "the Twilio account isn't active"),
    20008: Meaning("account", "the account and token are Twilio's test credentials"),
    20009: Meaning("unfinished", "it isn't over yet"),
    20010: Meaning("account", "Twilio has turned off what we asked for"),
    20404: Meaning("over", "Twilio doesn't know it (anymore)"),
    20409: Meaning("over", "it has changed in the meantime"),
    20429: Meaning("rate", "we sent Twilio too many requests at once"),
    20500: Meaning("ambiguous", "Twilio had an internal error"),
    21205: Meaning("account", "Twilio doesn't accept the address of our answer: check PUBLIC_URL"),
    21207: Meaning("account", "Twilio doesn't accept the fallback's address: check TWILIO_FALLBACK_URL"),
    21210: Meaning("account", "the line's number isn't a verified caller ID of this account"),
    21211: Meaning("bad_number", "the number can't be reached"),
    21212: Meaning("account", "the line's number isn't valid for this account"),
    21214: Meaning("bad_number", "the number can't be reached"),
    21215: Meaning("account", "calls to that country aren't turned on in Twilio's geographic permissions"),
    21216: Meaning("account", "Twilio doesn't let this account call that number"),
    21217: Meaning("bad_number", "the number isn't a phone number"),
    21219: Meaning("account", "the Twilio account is a trial: it only reaches verified numbers"),
    21220: Meaning("over", "the call isn't in a state where that's possible"),
    21263: Meaning("account", "Twilio doesn't accept our voicemail detection settings"),
    21265: Meaning("bad_number", "the number is a short code"),
    21266: Meaning("content", "the message is from the line to itself"),
    21401: Meaning("bad_number", "the number isn't a phone number"),
    21408: Meaning("account", "texts to that country aren't turned on in Twilio's geographic permissions"),
    21421: Meaning("bad_number", "the number isn't a phone number"),
    21601: Meaning("account", "the line's number can't send texts from this account"),
    21602: Meaning("content", "the message is empty"),
    21603: Meaning("account", "the line's number is missing"),
    21604: Meaning("content", "the message has no recipient"),
    21605: Meaning("content", "the message is too long"),
    21606: Meaning("account", "the line's number can't send texts from this account"),
    21608: Meaning("account", "the Twilio account is a trial: it only reaches verified numbers"),
    21609: Meaning("account", "Twilio doesn't accept the address for delivery receipts: check PUBLIC_URL"),
    21610: Meaning("opted_out", "they've opted out"),
    21611: Meaning("queue", "too many texts are waiting to be sent from the line's number"),
    21612: Meaning("bad_number", "texts from this line don't reach that number"),
    21614: Meaning("bad_number", "the number can't receive texts"),
    21617: Meaning("content", "the message is longer than 1600 characters"),
    21619: Meaning("content", "the message is empty"),
    21620: Meaning("content", "the message's picture doesn't have a valid address"),
    21635: Meaning("bad_number", "the number is a landline"),
    21701: Meaning("account", "the messaging service in lines.yaml doesn't exist"),
    21702: Meaning("account", "the messaging service in lines.yaml doesn't belong to this account"),
    21703: Meaning("account", "the messaging service has no number that can send this"),
    21704: Meaning("account", "the messaging service has no numbers"),
    21705: Meaning("account", "the messaging service in lines.yaml doesn't exist"),
    21711: Meaning("account", "the line's number isn't in the messaging service"),
    21712: Meaning("account", "the line's number is in a different messaging service"),
    30001: Meaning("queue", "too many texts were waiting, and this one was dropped"),
    30002: Meaning("account", "the Twilio account is suspended"),
    30003: Meaning("handset", "the phone is off or out of reach"),
    30004: Meaning("blocked", "their carrier rejected our text and doesn't say why"),
    30005: Meaning("bad_number", "the number isn't in use"),
    30006: Meaning("bad_number", "the number is a landline, or its carrier can't be reached"),
    30007: Meaning("account", "a carrier treated our text as spam"),
    30008: Meaning("handset", "the carrier didn't say why it failed"),
    30009: Meaning("handset", "a part of a long text is missing"),
    30010: Meaning("account", "the text costs more than the account allows"),
    30017: Meaning("handset", "the carrier's network was too busy"),
    30018: Meaning("account", "that carrier requires the sender to be registered first"),
    30019: Meaning("content", "the message is larger than the carrier allows"),
    30021: Meaning("handset", "Twilio had an internal error"),
    30022: Meaning("pace", "carriers are rejecting our texts: we sent more than the registered campaign allows"),
    30023: Meaning("account", "a carrier won't take any more of our texts today: its daily limit is reached"),
    30024: Meaning("account", "the line's number isn't set up with that carrier (yet)"),
    30027: Meaning("account", "a carrier won't take any more of our texts today: its daily limit is reached"),
    30032: Meaning("account", "the line's toll-free number isn't verified, and US carriers block its texts"),
    30033: Meaning("account", "the line's campaign for texts in the US (A2P 10DLC) is suspended"),
    30034: Meaning("account", "the line's number isn't registered for texts in the US (A2P 10DLC)"),
    30035: Meaning("account", "the line's number is still being set up for texts in the US (A2P 10DLC)"),
    30036: Meaning("late", "it waited in the network's queue until it expired"),
    30410: Meaning("handset", "the carrier's network didn't answer in time"),
    30450: Meaning("account", "Twilio blocked the text to guard against fraud"),
    30453: Meaning("account", "Twilio blocked the text to guard against fraud"),
    30500: Meaning("handset", "Twilio had an internal error"),
    32017: Meaning("account", "carriers block calls that show the line's number"),
    32018: Meaning("content", "the instructions for the call are too long"),
    63038: Meaning("account", "the account has reached its daily limit of texts"),
    572005: Meaning("account", "the Twilio account is a trial: it only reaches verified numbers"),
    573005: Meaning("account", "the Twilio account is a trial: it only reaches verified numbers"),
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
