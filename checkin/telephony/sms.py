"""A reply as an answer to a text: TwiML with one message, or a few when the words are many."""

from __future__ import annotations

import re
import unicodedata

from twilio.twiml.messaging_response import MessagingResponse

from checkin.core.reply import Reply
from checkin.telephony.plain import tidy
from flows.words.segments import as_sent

LONGEST = 1600
"""Characters that Twilio takes in one message (error 21617 beyond); counted in UTF-16, as carriers do."""

MOST_PARTS = 10
"""Messages in one answer: Twilio fails the sixteenth to one number within 30 seconds (error 14107)."""

# Where a long text may be cut, best first.
_BREAKS = (re.compile(r"\n\n"), re.compile(r"\n"), re.compile(r"(?<=[.!?…]) "), re.compile(r" "))
_JOINERS = frozenset("\u200d\ufe0f\ufe0e")


def render(reply: Reply, action_url: str | None) -> str:
    """TwiML that answers a text with `reply`; an empty response when nothing is said.

    action_url: where the network tells how each message fares. Twilio's library calls this attribute `action` and
    Twilio's pages call it `statusCallback`, so we set both, and receipts may come twice. `action` stands on the last
    message only: it hands the control of the document over, so that a message after it would never be sent.
    """
    response = MessagingResponse()
    messages = parts(reply.words())
    for place, part in enumerate(messages, start=1):
        last = place == len(messages)
        response.message(
            part,
            action=action_url if last else None,
            method="POST" if action_url and last else None,
            status_callback=action_url,
        )
    return str(response.to_xml())


def parts(words: str, longest: int = LONGEST) -> list[str]:
    """`words` in messages of at most `longest` UTF-16 units, cut where it hurts least; at most MOST_PARTS."""
    found: list[str] = []
    rest = as_sent(tidy(words))
    while rest and len(found) < MOST_PARTS:
        cut = _cut(rest, longest)
        found.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return found


def _cut(text: str, longest: int) -> int:
    """How many characters of `text` go into one message."""
    fits = _how_many_fit(text, longest)
    if fits == len(text):
        return fits
    for place in _BREAKS:
        # One past the end is looked at too: a break exactly there costs nothing.
        ends = [match.start() for match in place.finditer(text, fits // 2, fits + 1)]
        if ends:
            return ends[-1]
    while fits > 1 and _belongs_to_the_one_before(text[fits]):
        fits -= 1
    return max(fits, 1)


def _how_many_fit(text: str, longest: int) -> int:
    units = 0
    for place, letter in enumerate(text):
        units += 2 if letter > "\uffff" else 1
        if units > longest:
            return place
    return len(text)


def _belongs_to_the_one_before(letter: str) -> bool:
    return unicodedata.category(letter) in ("Mn", "Me") or letter in _JOINERS or "\U0001f3fb" <= letter <= "\U0001f3ff"
