"""What is said when nothing of ours works: words that were made ready before, and a number to dial if there is one."""

from __future__ import annotations

from collections.abc import Mapping

from twilio.twiml.voice_response import VoiceResponse

from checkin.core.reply import Reply
from checkin.telephony import sms
from checkin.telephony.plain import aloud
from checkin.telephony.voices import voice_for
from flows.engine.effects import Say

RING_FOR = 30
"""Seconds that the number of last resort rings."""


def as_text(words: Mapping[str, str]) -> str:
    """TwiML for a text: the words of each language, one below the other."""
    return sms.render(Reply(tuple(Say(text, language) for language, text in words.items())), None)


def as_call(words: Mapping[str, str], dial: str | None = None, caller_id: str | None = None) -> str:
    """TwiML for a call: the words of each language, then `dial` (E.164) is rung, then the call ends.

    caller_id: the line's own number, without which `dial` would be shown the caller's; then nothing is dialed.
    """
    document = VoiceResponse()
    for language, text in words.items():
        voice = voice_for(language)
        document.say(aloud(text), voice=voice.name, language=voice.language)
    if dial and caller_id:
        document.dial(dial, caller_id=caller_id, timeout=RING_FOR)
    document.hangup()
    return str(document.to_xml())


def nothing() -> str:
    """TwiML that does nothing."""
    return sms.render(Reply(), None)
