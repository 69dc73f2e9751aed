"""Whom a relay is offered to, wave after wave: volunteers are chosen anew each time, so each wave knows the moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm.attributes import set_committed_value

from checkin.contacts.models import Contact
from checkin.core.statements import changed, insert_new
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.say import language_name, say
from checkin.messages import service as messages
from checkin.outbox import outbox
from checkin.relays.candidates import KnownVolunteer, candidates
from checkin.relays.models import Offer, Relay
from checkin.relays.rules.line_up import EVERY_WAVE, MOST_WAVES, LineUp, LineUpStanding, in_time, line_up
from checkin.relays.rules.matching import Channel, Need
from checkin.relays.rules.waves import Wave, Wish
from checkin.volunteers.models import Volunteer


@dataclass(frozen=True)
class Search:
    """What a relay looks for, and for whom. `relay_id` is None before it is opened."""

    need: Need
    wish: Wish
    contact_id: str
    relay_id: str | None = None


@dataclass(frozen=True)
class WaveChoice:
    """Everyone who volunteers, as they stand now, and how they are lined up for this relay."""

    known: dict[str, KnownVolunteer]
    lined_up: LineUp

    @property
    def waves(self) -> tuple[Wave, ...]:
        """When whom is asked."""
        return self.lined_up.waves

    def who(self, index: int, asked: int | None = None) -> list[Volunteer]:
        """Whom wave `index` asks, after wave `asked`."""
        return [self.known[item].volunteer for item in self.lined_up.who(index, asked)]


def search_of(relay: Relay, contact: Contact) -> Search:
    """What an open relay still looks for."""
    channel = _channel(relay.channel)
    need = Need(relay.line, channel, relay.language, relay.topic, relay.wish, contact.number_key)
    return Search(need, Wish(relay.at_once, relay.seconds, relay.rounds), contact.id, relay.id)


def choose(uow: UnitOfWork, search: Search) -> WaveChoice:
    """Order the volunteers of this moment and lay out the waves: first those asked already, then the rest."""
    need, policy = search.need, uow.policy(search.need.line)
    everyone = candidates(uow.session, need.line, need.channel, uow.now, policy, search.relay_id, search.contact_id)
    standing = [LineUpStanding(item.candidate, item.times_asked, item.refused) for item in everyone]
    return WaveChoice(
        {item.candidate.id: item for item in everyone}, line_up(standing, need, uow.now, policy, search.wish)
    )


def ask_first(uow: UnitOfWork, relay: Relay, contact: Contact, choice: WaveChoice) -> list[Offer]:
    """Offer the relay to the first wave. Answers the offers made: fewer when somebody is being asked elsewhere."""
    return _ask(uow, relay, contact, choice.who(0), 0, backup=choice.lined_up.backup(0))


def ask_next(uow: UnitOfWork, relay: Relay, due: int | None = None) -> list[Offer] | None:
    """Ask the wave that is `due` (the one after the last one), and with it whomever those between would have asked.

    So in whatever order waves are carried out, nobody is left out, and the backup number least of all. None: there is
    nobody left, or no time, or the relay is no longer open.
    """
    contact = uow.session.get_one(Contact, relay.contact_id)
    asked, due = relay.wave, due if due is not None else relay.wave + 1
    if due <= asked or not in_time(uow.now, relay.limit_at):
        return None
    choice = choose(uow, search_of(relay, contact))
    index = choice.lined_up.reach(due, asked)
    backup = choice.lined_up.backup(index) and not _backup_asked(uow, relay.id)
    if index > MOST_WAVES or (choice.lined_up.asks_nobody(index) and not backup):
        return None
    standing = update(Relay).where(Relay.id == relay.id, Relay.state == "open", Relay.wave == asked)
    if not changed(uow.session, standing.values(wave=index)):
        return None
    set_committed_value(relay, "wave", index)
    return _ask(uow, relay, contact, choice.who(index, asked), index, backup=backup)


def _ask(
    uow: UnitOfWork, relay: Relay, contact: Contact, who: list[Volunteer], index: int, *, backup: bool
) -> list[Offer]:
    people = {item.id: item for item in who}
    rows = [_row(uow, relay, index, volunteer_id) for volunteer_id in sorted(people)]
    if backup:
        rows.append(_row(uow, relay, index, None))
    made = insert_new(uow.session, Offer, rows)
    for offer in made:
        if relay.channel == "voice":
            outbox.later(uow, "ring_offer", offer.id, uow.now)
        elif offer.volunteer_id is not None:
            _ask_by_text(uow, relay, contact, people[offer.volunteer_id])
    return made


def _backup_asked(uow: UnitOfWork, relay_id: str) -> bool:
    """Whether the backup number was asked already: it rings once."""
    found = select(Offer.id).where(Offer.relay_id == relay_id, Offer.volunteer_id.is_(None)).limit(1)
    return uow.session.scalar(found) is not None


def anyone_asked(uow: UnitOfWork, relay_id: str) -> bool:
    """Whether somebody is being asked for this relay at this moment."""
    found = select(Offer.id).where(Offer.relay_id == relay_id, Offer.live).limit(1)
    return uow.session.scalar(found) is not None


def later_waves(uow: UnitOfWork, relay: Relay, waves: Sequence[Wave]) -> None:
    """Write down when each wave after the first is due; and the backup, behind as many waves as there are by then."""
    for index, wave in enumerate(waves):
        if index > 0:
            turn = EVERY_WAVE if wave.backup else index
            outbox.later(uow, "next_wave", relay.id, relay.opened_at + wave.after, turn=turn)


def _row(uow: UnitOfWork, relay: Relay, index: int, volunteer_id: str | None) -> dict[str, object]:
    rings = relay.channel == "voice"
    return {
        "id": uow.new_id(),
        "line": relay.line,
        "relay_id": relay.id,
        "volunteer_id": volunteer_id,
        "token": uow.new_id(),
        "channel": relay.channel,
        "wave": index,
        "state": "planned" if rings else "ringing",
        "live": True,
        "planned_at": uow.now,
        "rung_at": None if rings else uow.now,
    }


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


def _channel(channel: str) -> Channel:
    return "text" if channel == "sms" else "voice"
