"""Words of one side of a text relay go to the other: under an alias, in order, without numbers and pictures."""

from __future__ import annotations

from dataclasses import dataclass

from checkin.models.contacts import Contact
from checkin.models.relays import Relay
from checkin.models.volunteers import Volunteer
from checkin.queries.relays import TextThread
from checkin.rules.typed_numbers import find_numbers, without_numbers
from checkin.services import lines, messages
from checkin.services.relaying import relay_words, relays_going_on
from checkin.work import Work

LONGEST = 1600
"""Characters that the network takes in one message."""


@dataclass(frozen=True)
class Passed:
    """What became of someone's words: whether a number was taken out, and whether anything was left to pass on."""

    held: bool
    sent: bool


def to_volunteer(work: Work, relay: Relay, contact: Contact, volunteer: Volunteer, body: str, media: int) -> Passed:
    """The contact's words go to the volunteer: "42 Quiet Heron: hello"."""
    words, held = cleaned(work, relay, body, relay_words.to_volunteer(volunteer, "number_out"))
    if media:
        words = "\n".join(part for part in (words, relay_words.to_volunteer(volunteer, "picture")) if part)
    for part in in_parts(words, f"{relay.number} {contact.alias}: "):
        messages.send(work, line=relay.line, volunteer=volunteer, body=part, kind="relay", relay_id=relay.id)
    relay.active_at = work.now
    return Passed(held, bool(words))


def to_contact(work: Work, relay: Relay, contact: Contact, body: str) -> Passed:
    """The volunteer's words go to the contact: "Peer: hello"."""
    instead = relay_words.of_text(relay.speaks, "number_out")
    words, held = cleaned(work, relay, body, instead)
    for part in in_parts(words, f"{relay_words.of_text(relay.speaks, 'peer')}: "):
        relays_going_on.write(work, relay, contact, part, kind="relay")
    relay.active_at = work.now
    return Passed(held, bool(words))


def to_colleague(work: Work, thread: TextThread, sender: Volunteer, body: str) -> None:
    """Where a lead has joined, the volunteer and the lead read each other's words too: "42 Vee: hello"."""
    relay = thread.relay
    other_id = relay.volunteer_id if thread.leads else relay.lead_id
    other = work.session.get(Volunteer, other_id) if other_id is not None else None
    if other is None:
        return
    words, _ = cleaned(work, relay, body, relay_words.to_volunteer(other, "number_out"))
    for part in in_parts(words, f"{relay.number} {work.vault.open(sender.name_sealed)}: "):
        messages.send(work, line=relay.line, volunteer=other, body=part, kind="relay", relay_id=relay.id)


def in_parts(words: str, before: str, longest: int = LONGEST) -> list[str]:
    """The words in as many messages as they need, each with `before` in front, cut between words where possible."""
    parts, room = [], longest - len(before)
    while words:
        at = len(words) if len(words) <= room else words.rfind(" ", room // 2, room + 1)
        at = room if at < 0 else at
        parts.append(before + words[:at])
        words = words[at:].lstrip()
    return parts


def cleaned(work: Work, relay: Relay, body: str, instead: str) -> tuple[str, bool]:
    """The words without telephone numbers; the line's own and the help lines may be named."""
    line = lines.get(work, relay.line)
    allowed = [number for number in (line.number, line.crisis_number, line.emergency_number) if number]
    if not find_numbers(body, allowed):
        return body.strip(), False
    return without_numbers(body, instead, allowed).strip(), True
