"""What is there now at the network, and what would have to change."""

from __future__ import annotations

from dataclasses import dataclass

from checkin.setup.errors import CannotSetUp
from checkin.setup.rules import fallback, planning
from checkin.setup.rules.planning import FALLBACK, AddressChange, SetupPlan
from checkin.setup.wanted import WantedLine, environment_of
from checkin.telephony.account import TwilioAccount
from checkin.telephony.account_port import NumberForSale, OwnedNumber, StudioFlow
from checkin.telephony.plain import aloud, tidy
from checkin.telephony.voices import voice_for
from flows.engine.sentences import line_names, sentence
from flows.library import Library

SENTENCE = "last_resort"
"""Its name in words.yaml: what is said when nothing of ours works. It gives the crisis number."""

LONGEST = 1600


@dataclass(frozen=True)
class ChosenNumber:
    """The number that the line is to have: one that the account owns, or one that it will rent."""

    owned: OwnedNumber | None = None
    buys: NumberForSale | None = None
    price: str | None = None

    @property
    def number(self) -> str:
        """In E.164."""
        return self.owned.number if self.owned else self.buys.number if self.buys else ""


def usable(number: OwnedNumber) -> None:
    """Raises CannotSetUp when the line cannot be had on this number as it is."""
    if not (number.voice and number.texts):
        what = "texts" if number.voice else "calls"
        raise CannotSetUp(f"{number.number} takes no {what}: choose one that takes both calls and texts")
    if number.elsewhere:
        raise CannotSetUp(
            f"{number.number} is handed to {number.elsewhere} at Twilio, which goes before its addresses: take that off"
            " in Twilio's console (Phone Numbers, the number, Configure), or choose another number"
        )


def flow_name(line_name: str) -> str:
    """What our Studio flow is called; it is found again by this."""
    return f"{line_name}: when the line is down"


def fallback_definition(library: Library, key: str, backup: str | None) -> dict[str, object]:
    """The Studio flow of this line, in each of its languages."""
    line = library.lines[key]
    names = line_names(line, line.name)
    texts = [sentence(library, SENTENCE, [language], "sms", names) for language in line.languages]
    calls = [sentence(library, SENTENCE, [language], "voice", names) for language in line.languages]
    spoken = []
    for words, language in dict.fromkeys(calls):
        voice = voice_for(language, line.voices)
        said = aloud(f"{line.name}. {words}")
        spoken.append(fallback.SpokenWords(language, voice.language, voice.name, said))
    text = tidy("\n".join([f"{line.name}: {texts[0][0]}", *dict.fromkeys(words for words, _ in texts[1:])]))
    if len(text) > LONGEST:
        raise CannotSetUp(f"what is texted while the line is down is longer than {LONGEST} characters: see {SENTENCE}")
    return fallback.definition(text, spoken, backup)


def our_flow(account: TwilioAccount, name: str) -> StudioFlow | None:
    """The flow that an earlier run has made, with what is in it."""
    found = next((flow for flow in account.studio_flows() if flow.name == name), None)
    return account.studio_flow(found.sid) if found else None


def plan(account: TwilioAccount, wanted: WantedLine, chosen: ChosenNumber, library: Library, key: str) -> SetupPlan:
    """What must change. Asks the network, and changes nothing. Raises GatewayError, CannotSetUp."""
    name = flow_name(library.lines[key].name)
    known = our_flow(account, name)
    definition = fallback_definition(library, key, wanted.backup or library.lines[key].fallback)
    to_fallback = known.url if known else FALLBACK
    changes: list[AddressChange | None] = []
    addresses = planning.addresses_of(wanted.public_url, to_fallback)
    if chosen.owned:
        usable(chosen.owned)
        changes.append(planning.number_change(chosen.owned, addresses))
        if service := next((found for found in account.services() if chosen.number in found.senders), None):
            wanted_there = planning.service_addresses_of(wanted.public_url, to_fallback)
            changes.append(planning.service_change(service, wanted_there))
    else:
        changes.append(AddressChange("number", "", chosen.number, {}, addresses))
    return SetupPlan(
        buys=chosen.buys,
        price=chosen.price,
        flow=planning.flow_change(known, name, definition),
        addresses=[change for change in changes if change],
        env=planning.env_change(wanted.known, environment_of(wanted, chosen.number, to_fallback)),
    )
