"""Judges a follow-up at the moment of sending: every gate in order, each with its reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import select

from checkin.cases.models import Case
from checkin.contacts import preferences
from checkin.contacts import service as contacts
from checkin.contacts.hours import zones_of
from checkin.contacts.models import Contact
from checkin.core.rules.quiet_hours import BadWindow, Window, may_send
from checkin.core.translatable import Translatable
from checkin.core.unit_of_work import UnitOfWork
from checkin.followups.rules import GatePassed, Said, same_day
from checkin.messages.models import FollowUp
from checkin.volunteers import alerts
from checkin.volunteers.alerts import DANGER
from flows.model.plans import Plan

TALKING_NOW = timedelta(minutes=30)
"""A contact who texted this lately is in a talk with us: their follow-up waits until it is over."""

LOOK_AGAIN = timedelta(hours=2)
"""So soon we see whether somebody has looked after whoever may be in danger."""

CHOSEN = "check_in_by"
"""The variable in which a flow keeps how somebody wants to be asked how they are: text or call."""

ACTED = ("sending", "calling", "sent", "unanswered", "unknown")
"""States in which something of it has reached, or may have reached, the contact's phone."""


@dataclass(frozen=True)
class Skip:
    """Not sent, for good. ends: neither is anything else of its plan."""

    reason: str
    ends: bool = True


@dataclass(frozen=True)
class Move:
    """Not now: tried again `by` later (None: at the next hour that is allowed)."""

    reason: str
    by: timedelta | None = None


@dataclass(frozen=True)
class Goodbye:
    """So many were met with silence that a kind last word goes instead, and everything planned ends."""

    reason: str


Verdict = Skip | Move | Goodbye | None


@dataclass(frozen=True)
class JudgedFollowUp:
    """What the gates are asked about. row: None for a text that stands in no plan (news of a story, say).

    but: a message that does not count among those of today.
    """

    contact: Contact
    window: Window
    needs: str | None
    row: FollowUp | None = None
    plan: Plan | None = None
    late: bool = False
    but: str | None = None


def judge(uow: UnitOfWork, row: FollowUp, contact: Contact) -> tuple[Verdict, list[GatePassed]]:
    """The verdict on this follow-up, and what each gate up to the deciding one said. None: it may go."""
    flow = uow.library.flows.get(row.flow)
    if flow is None:
        why = Translatable("flow %(flow)s no longer exists", flow=repr(row.flow))
        return Skip(why), [GatePassed("flow", "end", why)]
    asking = JudgedFollowUp(
        contact,
        window_of(uow, row, contact),
        flow.needs_consent,
        row,
        uow.library.plans.get(row.plan or ""),
        late=uow.now - row.due_at > uow.policy(contact.line).too_late,
        but=row.message_id,
    )
    verdict, passed = decide(uow, asking)
    return verdict, [GatePassed("flow", "open"), *passed]


def decide(uow: UnitOfWork, asking: JudgedFollowUp) -> tuple[Verdict, list[GatePassed]]:
    """Ask every gate, in order, up to the first that does not let it through."""
    passed = []
    for name, gate in GATES.items():
        verdict = gate(uow, asking)
        passed.append(GatePassed(name, *_in_words(verdict)))
        if verdict is not None:
            return verdict, passed
    return None, passed


def _in_words(verdict: Verdict) -> tuple[Said, str]:
    match verdict:
        case None:
            return "open", ""
        case Move():
            return "move", verdict.reason
        case Skip(ends=False):
            return "skip", verdict.reason
        case _:
            return "end", verdict.reason


def _stop(_work: UnitOfWork, asking: JudgedFollowUp) -> Verdict:
    return Skip("opted out") if asking.contact.opted_out_at is not None else None


def _number(uow: UnitOfWork, asking: JudgedFollowUp) -> Verdict:
    if asking.contact.number_encrypted is None:
        return Skip("no number to text")
    if asking.contact.shown_key is not None:
        return Skip("a call came from this number, and its owner hasn't confirmed it was them")
    if (why := contacts.elsewhere(uow, asking.contact)) is not None:
        return Skip(Translatable("the line doesn't text or call their number: %(why)s", why=why))
    return Skip("texts don't reach their number") if asking.contact.unreachable_at is not None else None


def _blocked(uow: UnitOfWork, asking: JudgedFollowUp) -> Verdict:
    until = asking.contact.blocked_until
    return Skip("blocked", ends=False) if until is not None and until > uow.now else None


def _consent(uow: UnitOfWork, asking: JudgedFollowUp) -> Verdict:
    if asking.needs and asking.needs not in asking.contact.consents:
        return Skip(Translatable("no consent to %(what)s", what=asking.needs))
    said = preferences.of(uow, asking.contact)
    if said.no_texts and not (said.call and calls_wanted(uow, asking.contact, asking.plan)):
        return Skip("they'd rather not get texts")
    return None


def _reason(uow: UnitOfWork, asking: JudgedFollowUp) -> Verdict:
    """What the follow-up was for may have come about by itself."""
    row, plan = asking.row, asking.plan
    if row is None or plan is None:
        return None
    since = row.begun_at or row.created_at
    if "heard" in plan.ends_when and asking.contact.heard_at is not None and asking.contact.heard_at > since:
        return Skip("they've been in touch since")
    if "claimed" in plan.ends_when and row.about_id is not None:
        state = uow.session.scalar(select(Case.state).where(Case.id == row.about_id))
        if state != "open":
            return Skip("someone on the team is handling it")
    return None


def _silence(uow: UnitOfWork, asking: JudgedFollowUp) -> Verdict:
    plan, silent = asking.plan, asking.contact.unanswered
    written = asking.row is not None and asking.row.state == "sending"  # it counts itself already
    if written or (plan is not None and not plan.asks):
        return None
    most = (plan.stop_after if plan is not None else None) or uow.policy(asking.contact.line).end_after
    if silent < most:
        return None
    why = Translatable("%(count)s in a row went unanswered", count=silent)
    last_word = silent == most and asking.row is not None and not preferences.of(uow, asking.contact).no_texts
    return Goodbye(why) if last_word else Skip(why)


def _paused(uow: UnitOfWork, asking: JudgedFollowUp) -> Verdict:
    until = asking.contact.paused_until
    return Move("paused by the contact", until - uow.now) if until is not None and until > uow.now else None


def _talking(uow: UnitOfWork, asking: JudgedFollowUp) -> Verdict:
    heard = asking.contact.heard_at
    return Move("they're talking with us", TALKING_NOW) if heard and uow.now - heard < TALKING_NOW else None


def _danger(uow: UnitOfWork, asking: JudgedFollowUp) -> Verdict:
    """An ordinary text is the wrong one for somebody in danger of whom nobody has taken notice yet."""
    held, since = uow.policy(asking.contact.line).after_danger, asking.contact.crisis_at
    if held is None or since is None or uow.now - since >= held or not alerts.is_open(uow, asking.contact, DANGER):
        return None
    return Move("a sign of danger that nobody has reviewed", min(since + held - uow.now, LOOK_AGAIN))


def _late(_work: UnitOfWork, asking: JudgedFollowUp) -> Verdict:
    return Skip("too late in the day", ends=False) if asking.late else None


def _hours(uow: UnitOfWork, asking: JudgedFollowUp) -> Verdict:
    gate = may_send(uow.now, asking.window, zones_of(uow, asking.contact))
    return None if gate.open else Move(gate.reason)


def _one_a_day(uow: UnitOfWork, asking: JudgedFollowUp) -> Verdict:
    if _today(uow, asking) >= uow.policy(asking.contact.line).follow_ups_a_day:
        return Move("one a day is enough", timedelta(days=1))
    return None


GATES: dict[str, Callable[[UnitOfWork, JudgedFollowUp], Verdict]] = {
    "stop": _stop,
    "number": _number,
    "blocked": _blocked,
    "consent": _consent,
    "reason": _reason,
    "silence": _silence,
    "pause": _paused,
    "talking": _talking,
    "danger": _danger,
    "late": _late,
    "hours": _hours,
    "one a day": _one_a_day,
}
"""Every gate by its name, in the order in which they are asked: what ends it comes before what moves it."""


def calls_wanted(uow: UnitOfWork, contact: Contact, plan: Plan | None) -> bool:
    """Whether this plan's next one is a call: the plan says so, or leaves it to a contact who chose calls."""
    if plan is None or plan.by == "text":
        return False
    said = preferences.of(uow, contact)
    return said.call and (plan.by == "call" or contacts.kept(uow, contact).get(CHOSEN) == "call")


def _today(uow: UnitOfWork, asking: JudgedFollowUp) -> int:
    """How many follow-ups went to them on this date of theirs, beside the one in hand."""
    zones = zones_of(uow, asking.contact)
    ours = select(FollowUp.acted_at).where(
        FollowUp.contact_id == asking.contact.id,
        FollowUp.state.in_(ACTED),
        FollowUp.acted_at >= uow.now - timedelta(days=2),
        FollowUp.acted_at <= uow.now,
    )
    if asking.row is not None:
        ours = ours.where(FollowUp.id != asking.row.id)
    return sum(same_day(acted, uow.now, zones) for acted in uow.session.scalars(ours) if acted is not None)


def window_of(uow: UnitOfWork, row: FollowUp, contact: Contact) -> Window:
    """The hours that the contact chose, else the follow-up's own, else the line's; on the line's days.

    A flow's checker refuses hours that can't be read, so one that is left over gives way to the line's.
    """
    lines = uow.policy(row.line).window
    plan = uow.library.plans.get(row.plan or "")
    days = lines.days & plan.weekdays if plan is not None else lines.days
    for written in (contact.hours, row.between):
        try:
            if written:
                own = Window.read(written, days or lines.days, lines.closed)
                return replace(own, holidays=lines.holidays)
        except BadWindow:
            continue
    return replace(lines, days=days or lines.days)
