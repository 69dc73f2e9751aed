"""From wave to wave: the next one when it is due or nobody is left to wait for, and giving up, which is always said."""

from __future__ import annotations

from checkin.cases import alarms
from checkin.contacts.models import Contact
from checkin.core.unit_of_work import UnitOfWork
from checkin.outbox import outbox
from checkin.outbox.outcomes import Done, Outcome, Skipped
from checkin.relays import call_backs, contact_side, states, waiting_texts
from checkin.relays import queries as relay_rows
from checkin.relays.models import Offer, Relay
from checkin.relays.offering import RelayRow
from checkin.relays.rules import ringing
from flows.engine.inputs import NoPeer

ALERTS = ("no_peer", "ringing_failed")


def next_wave(uow: UnitOfWork, relay_id: str, index: int) -> Outcome:
    """The clock says that wave `index` is due, and with it those before it that nobody has asked yet.

    Skipped when it was asked already, or the relay is no longer open.
    """
    relay = relay_rows.locked(uow.session, relay_id)
    if relay is None or relay.state != "open":
        return Skipped("no longer open")
    if relay.wave >= index:
        return Skipped("already asked")
    asked = ringing.ask_next(RelayRow(uow, relay), index)
    go_on(uow, relay)
    return Done() if asked else Skipped("nobody to ask")


def go_on(uow: UnitOfWork, relay: Relay) -> None:
    """When nobody is being asked any more, ask the next wave at once; when there is none, give up at once.

    The relay is locked by the caller.
    """
    if not ringing.go_on(RelayRow(uow, relay)):
        give_up(uow, relay.id)


def give_up(uow: UnitOfWork, relay_id: str) -> Outcome:
    """Nobody took it: the contact hears so at once, and the team is told why. Closing it twice is no error.

    A call is fetched out of its wait loop (which would notice by itself a little later); a text is written.
    """
    closed = states.close(uow, relay_id, "unanswered", "limit")
    relay = closed or relay_rows.of_id(uow.session, relay_id)
    if relay is None or relay.state != "unanswered":
        return Skipped("no longer open")
    if relay.case_id is not None:
        call_backs.given_up(uow, relay)
        return Done()
    if closed is not None and relay.channel == "voice":
        outbox.later(uow, "move_caller", relay.id, uow.now)
    elif closed is not None:
        contact_side.write_on(uow, relay, NoPeer("no_answer"), before=waiting_texts.keep(uow, relay))
    _tell_the_team(uow, relay)
    return Done()


def _tell_the_team(uow: UnitOfWork, relay: Relay) -> None:
    """One alert for each relay that nobody took; with the network's reason when no phone could be rung at all."""
    if relay_rows.alerted(uow.session, relay.conversation_id, ALERTS, relay.opened_at):
        return
    contact = uow.session.get_one(Contact, relay.contact_id)
    failed = _why_none_rang(relay_rows.offers_of(uow.session, relay.id))
    kind, rule = ("ringing_failed", failed) if failed else ("no_peer", "nobody took it in time")
    alarms.raise_alert(uow, contact, kind, rule, relay.conversation_id)


def _why_none_rang(offers: list[Offer]) -> str | None:
    """The reason of the first failure when every offer failed; None when any phone could be rung."""
    if not offers or any(offer.state != "failed" for offer in offers):
        return None
    return offers[0].reason or "the network didn't say why"
