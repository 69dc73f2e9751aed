"""Whom a relay is offered to, wave after wave: volunteers are chosen anew each time, so each wave knows the moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnExpressionArgument, select, update
from sqlalchemy.orm.attributes import set_committed_value

from checkin.contacts.models import Contact
from checkin.core.statements import changed, insert_new
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.say import language_name, say
from checkin.messages import service as messages
from checkin.outbox import outbox
from checkin.relays import states
from checkin.relays.candidates import KnownVolunteer, candidates
from checkin.relays.models import Offer, Relay
from checkin.relays.rules.matching import Channel, Need
from checkin.relays.rules.ringing import LineUp, LineUpStanding, WaveToAsk, in_time, line_up
from checkin.relays.rules.waves import Wish
from checkin.volunteers.models import Volunteer


@dataclass(frozen=True)
class Search:
    """What a relay looks for. `relay_id` is None before it is opened."""

    need: Need
    wish: Wish
    relay_id: str | None = None


@dataclass(frozen=True)
class WaveChoice:
    """Everyone who volunteers, as they stand now, and how they are lined up for this relay and its contact."""

    contact: Contact
    known: dict[str, KnownVolunteer]
    lined_up: LineUp


class RelayRow:
    """An open relay of the database, to be rung for as checkin.relays.rules.ringing says; its row is locked, or new."""

    def __init__(self, uow: UnitOfWork, relay: Relay, choice: WaveChoice | None = None) -> None:
        self.uow, self.relay, self.choice = uow, relay, choice

    @property
    def wave(self) -> int:
        return self.relay.wave

    @property
    def is_open(self) -> bool:
        return self.relay.state == "open"

    def may_ring(self) -> bool:
        """A call-back is the one volunteer's who asked for it: there are no others."""
        return self.relay.case_id is None and in_time(self.uow.now, self.relay.limit_at)

    def line_up(self) -> LineUp:
        """Volunteers are chosen anew each time."""
        self.choice = _look(self.uow, self.relay)
        return self.choice.lined_up

    def anyone_asked(self) -> bool:
        return self._has_offer(Offer.live)

    def backup_asked(self) -> bool:
        """Whether there is an offer that is nobody's."""
        return self._has_offer(Offer.volunteer_id.is_(None))

    def ask(self, wave: WaveToAsk) -> int | None:
        """Write its offers: fewer when somebody is being asked elsewhere. None: it is not at that wave any more."""
        relay, choice = self.relay, self.choice
        assert choice is not None, "whoever is asked was lined up"
        if wave.index > 0:
            standing = update(Relay).where(Relay.id == relay.id, Relay.state == "open", Relay.wave == relay.wave)
            if not changed(self.uow.session, standing.values(wave=wave.index)):
                return None
            set_committed_value(relay, "wave", wave.index)
        asked = [*sorted(wave.who), *([None] if wave.backup else [])]
        rows = [states.offer_row(self.uow, relay, person, wave=wave.index) for person in asked]
        made = insert_new(self.uow.session, Offer, rows)
        for offer in made:
            if relay.channel == "voice":
                outbox.later(self.uow, "ring_offer", offer.id, self.uow.now)
            elif offer.volunteer_id is not None:
                _ask_by_text(self.uow, relay, choice.contact, choice.known[offer.volunteer_id].volunteer)
        return len(made)

    def plan(self, index: int, after: timedelta) -> None:
        outbox.later(self.uow, "next_wave", self.relay.id, self.relay.opened_at + after, turn=index)

    def _has_offer(self, where: ColumnExpressionArgument[bool]) -> bool:
        found = select(Offer.id).where(Offer.relay_id == self.relay.id, where).limit(1)
        return self.uow.session.scalar(found) is not None


def choose(uow: UnitOfWork, search: Search, contact: Contact) -> WaveChoice:
    """Order the volunteers of this moment and lay out the waves: first those asked already, then the rest."""
    need, policy = search.need, uow.policy(search.need.line)
    everyone = candidates(uow.session, need.line, need.channel, uow.now, policy, search.relay_id, contact.id)
    standing = [LineUpStanding(volunteer.candidate, volunteer.times_asked, volunteer.refused) for volunteer in everyone]
    known = {volunteer.candidate.id: volunteer for volunteer in everyone}
    return WaveChoice(contact, known, line_up(standing, need, uow.now, policy, search.wish))


def _look(uow: UnitOfWork, relay: Relay) -> WaveChoice:
    """Choose anew, for what an open relay still looks for."""
    contact = uow.session.get_one(Contact, relay.contact_id)
    channel: Channel = "text" if relay.channel == "sms" else "voice"
    need = Need(relay.line, channel, relay.language, relay.topic, relay.wish, contact.number_key)
    return choose(uow, Search(need, Wish(relay.at_once, relay.seconds, relay.rounds), relay.id), contact)


def _ask_by_text(uow: UnitOfWork, relay: Relay, contact: Contact, volunteer: Volunteer) -> None:
    words = say(
        uow,
        volunteer,
        "relays.offer",
        alias=contact.alias,
        language=language_name(uow, volunteer, relay.language or relay.speaks),
        number=relay.number,
    )
    messages.send(uow, line=relay.line, volunteer=volunteer, body=words, kind="alert", relay_id=relay.id)
