"""From a webhook's answer to something that can be played: a document, an audio file, words, or an error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from checkin.practice.exchange import Exchange
from checkin.practice.twiml import grammar
from checkin.practice.twiml.document import NotTwiML, Verb, read
from checkin.practice.webhooks import MOST_BYTES, LineAnswer

TWIML_TYPES = frozenset({"text/xml", "application/xml", "text/html"})


@dataclass(frozen=True)
class PlayAudio:
    """What to do now. base: the address that relative ones hang on. Exactly one of the others, or none: nothing.

    document: TwiML; words: a plain text, to be read aloud; audio: the answer itself is sound.
    """

    base: str
    document: Verb | None = None
    words: str | None = None
    audio: bytes | None = None


class Broken(Exception):
    """The answer can't be used: Twilio's code and why."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(f"{why} (error {code})")
        self.code = code
        self.why = why


def understand(
    exchange: Exchange,
    answer: LineAnswer,
    about: str,
    elements: Mapping[str, grammar.Element],
    only: frozenset[str] | None = None,
) -> PlayAudio:
    """What the answer asks for; whatever Twilio would warn of is noted. Raises Broken where Twilio gives up."""
    if not answer.ok:
        raise Broken(answer.code, answer.why)
    if len(answer.body) > MOST_BYTES and not answer.content_type.startswith("audio/"):
        raise Broken(11750, f"the answer has {len(answer.body)} bytes; at most {MOST_BYTES} are read")
    if answer.status == 204:
        return PlayAudio(answer.url)
    if not answer.content_type:
        raise Broken(12300, "the answer has no Content-Type")
    if answer.content_type.startswith("audio/"):
        return PlayAudio(answer.url, audio=answer.body)
    if not answer.body.strip():
        exchange.refusals.add(11770, "the answer is empty", about, answer.url)
        return PlayAudio(answer.url)
    if answer.content_type in TWIML_TYPES:
        return PlayAudio(answer.url, document=checked(exchange, answer.body, about, answer.url, elements, only))
    if answer.content_type == "text/plain":
        return _plain(exchange, answer, about, elements, only)
    raise Broken(12300, f"the answer is of type {answer.content_type!r}, which is not TwiML")


def checked(
    exchange: Exchange,
    body: str | bytes,
    about: str,
    where: str,
    elements: Mapping[str, grammar.Element],
    only: frozenset[str] | None = None,
) -> Verb:
    """A document, read and checked; each fault in it is noted. Raises Broken (12100) if it can't be read."""
    try:
        document = read(body)
    except NotTwiML as problem:
        raise Broken(12100, str(problem)) from None
    for wrong in grammar.problems(document, elements, only):
        exchange.refusals.add(12200, wrong, about, where)
    return document


def _plain(
    exchange: Exchange,
    answer: LineAnswer,
    about: str,
    elements: Mapping[str, grammar.Element],
    only: frozenset[str] | None,
) -> PlayAudio:
    exchange.refusals.add(12300, "the answer is text/plain, which Twilio sends or reads aloud", about, answer.url)
    try:
        document = checked(exchange, answer.body, about, answer.url, elements, only)
    except Broken:
        return PlayAudio(answer.url, words=answer.body.decode(errors="replace").strip())
    return PlayAudio(answer.url, document=document)
