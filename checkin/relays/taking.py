"""TAKE 42: a volunteer takes a text relay, and the first to say so has it."""

from __future__ import annotations

from checkin.cases import rules as case_rules
from checkin.core.rules.typed_numbers import just_before
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.say import say, to_contact
from checkin.messages import service as messages
from checkin.outbox import outbox
from checkin.relays import contact_side, forwarding, states
from checkin.relays import queries as relay_rows
from checkin.relays.forwarding import Sent
from checkin.relays.models import Relay
from checkin.relays.queries import TextThread
from checkin.volunteers.models import Volunteer

LONGEST_ANSWER = 1500
"""Characters of one answer: what the contact wrote meanwhile stands in it as far as there is room."""


def take(uow: UnitOfWork, volunteer: Volunteer, threads: list[TextThread], number: int | None) -> str:
    """Take the relay with this number (or the only one that is offered). Answers what the volunteer is told."""
    offered = [thread for thread in threads if not thread.joined]
    thread = _meant(threads, offered, number)
    if thread is None:
        return _not_there(uow, volunteer, offered, number)
    if thread.joined:
        return _told(uow, volunteer, thread)
    if len(threads) - len(offered) >= uow.policy(volunteer.line).texts_at_once:
        return say(uow, volunteer, "relays.full")
    assert thread.offer is not None, "a lead is joined"
    relay = states.take(uow, thread.relay.id, thread.offer)
    if relay is None:
        return _too_late(uow, volunteer, relay_rows.of_id(uow.session, thread.relay.id))
    outbox.later(uow, "settle_waiting", thread.contact.id, uow.now)
    joined = to_contact(uow, relay.line, "sms", relay.speaks, "relay_joined")
    contact_side.write(uow, relay, thread.contact, joined.text, kind="relay")
    outbox.later(uow, "relay_idle", relay.id, uow.now + uow.policy(relay.line).relay_idle)
    return _with_what_was_said(uow, volunteer, thread)


def open_numbers(uow: UnitOfWork, volunteer: Volunteer, offered: list[TextThread]) -> str:
    """Which relays wait for this volunteer, in words."""
    if not offered:
        return say(uow, volunteer, "relays.none_open")
    numbers = ", ".join(str(thread.relay.number) for thread in offered)
    return say(uow, volunteer, "relays.open", numbers=numbers)


def _meant(threads: list[TextThread], offered: list[TextThread], number: int | None) -> TextThread | None:
    if number is None:
        return offered[0] if len(offered) == 1 else None
    return next((thread for thread in threads if thread.relay.number == number), None)


def _not_there(uow: UnitOfWork, volunteer: Volunteer, offered: list[TextThread], number: int | None) -> str:
    """A number that is not (any more) theirs to take. Whoever was never asked learns nothing of a relay."""
    relay = None if number is None else relay_rows.by_number(uow.session, volunteer.line, number)
    if relay is not None and relay_rows.was_offered(uow.session, relay.id, volunteer.id):
        return _too_late(uow, volunteer, relay)
    waiting = open_numbers(uow, volunteer, offered)
    return waiting if number is None else say(uow, volunteer, "relays.unknown", number=number, open=waiting)


def _too_late(uow: UnitOfWork, volunteer: Volunteer, relay: Relay | None) -> str:
    if relay is None:
        return open_numbers(uow, volunteer, [])
    key = {"joined": "relays.too_late", "ended": "relays.too_late", "unanswered": "relays.limit"}
    return say(uow, volunteer, key.get(relay.state, "relays.gone"), number=relay.number)


def _told(uow: UnitOfWork, volunteer: Volunteer, thread: TextThread) -> str:
    said = say(uow, volunteer, "relays.taken", alias=thread.contact.alias, number=thread.relay.number)
    danger = case_rules.in_danger(thread.contact.crisis_at, uow.now)
    return said + (say(uow, volunteer, "relays.danger") if danger else "")


def _with_what_was_said(uow: UnitOfWork, volunteer: Volunteer, thread: TextThread) -> str:
    """What they are told, with what the contact wrote while they waited; what does not fit follows as texts."""
    relay, answer = thread.relay, _told(uow, volunteer, thread)
    rows = relay_rows.kept_for(uow.session, relay.id)
    kept = [(row.message.created_at, messages.body_of(uow, row.message)) for row in rows]
    shown = [picture for row in rows for picture in row.pictures]
    if shown:
        forwarding.to_volunteer(uow, relay, thread.contact, volunteer, Sent("", shown))
    said: list[str] = []
    out = say(uow, volunteer, "relays.number_out")
    for place, (at, body) in enumerate(kept):
        words = forwarding.cleaned(uow, relay, body, out, just_before(kept[:place], at))[0]
        if len(answer) + sum(map(len, said)) + len(words) > LONGEST_ANSWER:
            for then, (when, later) in enumerate(kept[place:], place):
                sooner = just_before(kept[:then], when)
                forwarding.to_volunteer(uow, relay, thread.contact, volunteer, Sent(later), sooner)
            break
        said.append(words)
    if not said:
        return answer
    return "\n".join([answer, say(uow, volunteer, "relays.said_already"), *said])
