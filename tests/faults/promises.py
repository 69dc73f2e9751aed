"""Follow-ups that are due now, for people some of whom must not get them; and what came of each."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from checkin.contacts import service as contacts
from checkin.contacts.models import Contact
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import FollowUp
from checkin.outbox import outbox
from tests import make
from tests.faults.lab import Lab

FLOW = "check_in"
OPENS, CLOSES = time(10), time(18)
"""The window of the line, as the rules give it."""

ZONES = (
    "Pacific/Auckland", "Australia/Brisbane", "Asia/Tokyo", "Asia/Bangkok", "Asia/Kolkata", "Asia/Dubai",
    "Africa/Nairobi", "Europe/Paris", "Atlantic/Azores", "America/Sao_Paulo", "America/New_York", "America/Denver",
    "America/Los_Angeles", "Pacific/Honolulu",
)  # fmt: skip

PENDING = ("planned", "sending", "unknown")

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Promised:
    """Who is owed what: contact id and number, by how it has to end."""

    due: dict[str, str]
    left: dict[str, str]
    asleep: dict[str, str]
    zones: dict[str, str]

    @property
    def all(self) -> dict[str, str]:
        """Everyone."""
        return self.due | self.left | self.asleep


@dataclass(frozen=True)
class Outcome:
    """What the network brought, counted by people. once + reasoned is everybody who was owed something."""

    due: int
    once: int
    reasoned: int
    twice: int
    lost: int
    to_left: int
    outside: int
    reasons: Counter[str]

    @property
    def kept(self) -> bool:
        """Whether every promise of the sending protocol was kept."""
        return not (self.twice or self.lost or self.to_left or self.outside) and self.once + self.reasoned == self.due


def promise(lab: Lab, many: int) -> Promised:
    """Follow-ups that are due now: for `many` people who may have them, a sixth who left, a sixth who sleep."""
    now = lab.runtime.clock()
    awake, asleep = _zone(now, 11, 14), _zone(now, 0, 6)
    made = Promised({}, {}, {}, {})

    def add(uow: UnitOfWork) -> None:
        for kind, count in ((made.due, many), (made.left, max(1, many // 6)), (made.asleep, max(1, many // 6))):
            for _ in range(count):
                zone = asleep if kind is made.asleep else awake
                contact, number = _contact(uow, zone)
                if kind is made.left:
                    contact.opted_out_at = uow.now
                kind[contact.id], made.zones[contact.id] = number, zone
                _due(uow, contact)
        uow.due.clear()  # nobody is knocked for: the clock finds them

    lab.runtime.do(add)
    return made


def _contact(uow: UnitOfWork, zone: str) -> tuple[Contact, str]:
    number = f"+1415{2000000 + next(_numbers):07d}"
    contact = contacts.new(uow, "default", make.number(number))
    contact.time_zone, contact.language, contact.greeted_at = zone, "en", uow.now
    contact.heard_at = uow.now - timedelta(days=2)
    needs = uow.library.flows[FLOW].needs_consent
    contact.consents = [needs] if needs else []
    return contact, number


def _due(uow: UnitOfWork, contact: Contact) -> None:
    row = FollowUp(
        id=uow.new_id(), line="default", contact_id=contact.id, flow=FLOW, key="promise", planned_for=uow.now,
        due_at=uow.now, state="planned", created_at=uow.now,
    )  # fmt: skip
    uow.session.add(row)
    outbox.later(uow, "follow_up", row.id, uow.now, unique_key=f"follow_up:{row.id}").queued_at = None


def _zone(now: datetime, first: int, last: int) -> str:
    """A zone where it is between these hours now."""
    return next(zone for zone in ZONES if first <= now.astimezone(ZoneInfo(zone)).hour <= last)


def settled(lab: Lab, promised: Promised) -> bool:
    """Whether nothing is left to be done for them at this hour, and nobody knows less than can be known."""
    now = lab.runtime.clock()

    def look(uow: UnitOfWork) -> bool:
        open_ones = uow.session.execute(
            select(FollowUp.state, FollowUp.due_at).where(
                FollowUp.contact_id.in_(list(promised.all)), FollowUp.key == "promise", FollowUp.state.in_(PENDING)
            )
        )
        return not any(state != "planned" or due_at <= now + timedelta(hours=1) for state, due_at in open_ones)

    return lab.runtime.read(lambda session: look(make.make_uow(session, now)))


def outcome(lab: Lab, promised: Promised) -> Outcome:
    """What the network's own book says that people got, and what ours says of those who got nothing."""
    with lab.carrier.exchange.lock:
        sent = [item for item in lab.carrier.exchange.texts.values() if item.direction == "outbound-api"]
    by_number: dict[str, list[datetime]] = {}
    for text in sent:
        by_number.setdefault(text.to, []).append(text.made_at)
    reasons = _reasons(lab, promised)
    got = {contact: by_number.get(number, []) for contact, number in promised.all.items()}
    owed = [*promised.due, *promised.left, *promised.asleep]
    silent = [contact for contact in owed if not got[contact]]
    return Outcome(
        due=len(owed),
        once=sum(len(got[contact]) == 1 for contact in owed),
        reasoned=sum(bool(reasons.get(contact)) for contact in silent),
        twice=sum(len(got[contact]) > 1 for contact in owed),
        lost=sum(not reasons.get(contact) for contact in silent),
        to_left=sum(bool(got[contact]) for contact in promised.left),
        outside=sum(not _inside(at, promised.zones[contact]) for contact in owed for at in got[contact]),
        reasons=Counter(reasons[contact] for contact in silent if reasons.get(contact)),
    )


def _inside(at: datetime, zone: str) -> bool:
    return OPENS <= at.astimezone(ZoneInfo(zone)).time() < CLOSES


def _reasons(lab: Lab, promised: Promised) -> dict[str, str]:
    rows = lab.runtime.read(
        lambda session: session.execute(
            select(FollowUp.contact_id, FollowUp.reason).where(
                FollowUp.contact_id.in_(list(promised.all)), FollowUp.key == "promise"
            )
        ).all()
    )
    return {contact: reason or "" for contact, reason in rows}


__all__ = ["Outcome", "Promised", "outcome", "promise", "settled"]
