"""What `checkin setup` asks for where it was not given, and which number the line gets."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.console import Console

from checkin.cli.context import show
from checkin.core.rules.phone import PhoneNumber, parse
from checkin.setup import env_file
from checkin.setup.errors import CannotSetUp
from checkin.setup.first_people import FirstLead
from checkin.setup.looking import ChosenNumber
from checkin.setup.wanted import WantedLine
from checkin.telephony.account import TwilioAccount
from checkin.telephony.account_port import NumberForSale, NumberKind, OwnedNumber

COUNTRY = "US"
NEW = "n"
KINDS = {"Trial": "a trial: it texts and calls verified numbers alone, until you upgrade it", "Full": "a full one"}

WHERE = "Where will the line be reached, like https://line.your-group.org"
WHO = "The account's SID (AC..., at the top of Twilio's console)"
HOW = "Its auth token (it isn't shown)"


@dataclass(frozen=True)
class GivenOptions:
    """What stood on the command line and in the environment."""

    account: str | None
    token: str | None
    key: tuple[str, str] | None
    url: str | None
    number: str | None
    buy: bool
    area: str | None
    toll_free: bool
    name: str | None
    backup: str | None
    lead: FirstLead | None
    carrier: str | None
    state: Path
    env_file: Path
    brings: tuple[str, ...] = ()
    practice: Path | None = None


def answers(console: Console, given: GivenOptions, known: Mapping[str, str]) -> tuple[WantedLine, TwilioAccount]:
    """What is wanted, and the account, which is asked who it is. Raises CannotSetUp, GatewayError."""
    account = account_of(given, known)
    state = account.state()
    if state.status != "active":
        raise CannotSetUp(f"the account is {state.status}: see Twilio's console, or write to their support")
    kind = KINDS.get(state.kind, state.kind)
    console.print(f"Account {state.name or state.sid}, {kind}.", highlight=False, markup=False)
    url = given.url or known.get("PUBLIC_URL") or _ask(WHERE, "--url")
    undone = env_file.read(env_file.undone(given.env_file))  # its secret opens what an earlier setup has left
    secret = known.get("CHECKIN_SECRET") or undone.get("CHECKIN_SECRET")
    wanted = WantedLine(
        account=state.sid, token=_token(given, known), public_url=url.rstrip("/"), state=given.state,
        env_file=given.env_file, carrier=_carrier(given, known), flows=_flows(known),
        backup=_e164(given.backup) if given.backup else None, known=known,
        **({"secret": secret} if secret else {}),
    )  # fmt: skip
    return wanted, account


def account_of(given: GivenOptions, known: Mapping[str, str]) -> TwilioAccount:
    """The account, signed in to by what was given or is in the .env."""
    sid = given.account or known.get("TWILIO_ACCOUNT_SID") or _ask(WHO, "--account")
    return TwilioAccount(sid, _token(given, known), _carrier(given, known), given.key)


def choose_number(console: Console, account: TwilioAccount, given: GivenOptions) -> ChosenNumber:
    """The number that was named, the only one, or the one that somebody chooses. Raises CannotSetUp, GatewayError."""
    owned = [number for number in account.numbers() if number.voice and number.texts]
    wanted = _e164(given.number) if given.number else None
    for number in owned:
        if number.number == wanted or (wanted is None and not given.buy and len(owned) == 1):
            return ChosenNumber(number)
    if given.buy:
        return _buy(console, account, given, wanted)
    if wanted is not None:
        raise CannotSetUp(f"{wanted} isn't one of the account's numbers for calls and texts: add --buy to rent it")
    if not sys.stdin.isatty():
        listed = ", ".join(number.number for number in owned) or "none"
        raise CannotSetUp(f"say which number: --number (the account has {listed}), or --buy --area 415")
    return _choose(console, account, given, owned)


def confirm(question: str) -> None:
    """Go on only if somebody says yes. Raises CannotSetUp where nobody can be asked."""
    if not sys.stdin.isatty():
        raise CannotSetUp("nobody is here to be asked: nothing was changed; add --yes")
    if not typer.confirm(question):
        typer.echo("Nothing was changed.")
        raise typer.Exit(1)


def _choose(
    console: Console, account: TwilioAccount, given: GivenOptions, owned: Sequence[OwnedNumber]
) -> ChosenNumber:
    rows = [[str(place), number.number, number.name] for place, number in enumerate(owned, start=1)]
    if rows:
        show(console, ("", "number", "name"), rows)
    said = typer.prompt(
        f"Which one? ({NEW}: rent a new one)" if rows else "There's no number yet. Rent one?", default=NEW
    )
    if said.isdigit() and 1 <= int(said) <= len(owned):
        return ChosenNumber(owned[int(said) - 1])
    return _buy(console, account, given, None)


def _buy(console: Console, account: TwilioAccount, given: GivenOptions, wanted: str | None) -> ChosenNumber:
    """A number for sale, with its price; nothing is rented yet."""
    kind: NumberKind = "toll free" if given.toll_free else "local"
    price = account.price(COUNTRY, kind)
    if wanted is not None:
        return ChosenNumber(buys=NumberForSale(wanted, "", kind), price=price)
    area = given.area
    if area is None and sys.stdin.isatty():
        area = typer.prompt("Area code (nothing: anywhere)", default="", show_default=False) or None
    found = account.for_sale(COUNTRY, kind, area)
    if not found:
        raise CannotSetUp(f"there's no {kind} number {f'in {area}' if area else 'for sale'}: try another --area")
    if not sys.stdin.isatty():
        return ChosenNumber(buys=found[0], price=price)
    rows = [[str(place), offer.number, offer.place, price or ""] for place, offer in enumerate(found, start=1)]
    show(console, ("", "number", "place", "a month"), rows)
    said = typer.prompt("Which one?", default=1, type=int)
    if not 1 <= said <= len(found):
        raise CannotSetUp(f"there's no number {said} in that list")
    return ChosenNumber(buys=found[said - 1], price=price)


def _token(given: GivenOptions, known: Mapping[str, str]) -> str:
    return given.token or known.get("TWILIO_AUTH_TOKEN") or _ask(HOW, "--token", hide=True)


def _carrier(given: GivenOptions, known: Mapping[str, str]) -> str | None:
    return given.carrier or known.get("TWILIO_API_URL") or None


def _flows(known: Mapping[str, str]) -> Path | None:
    return Path(known["CHECKIN_FLOWS"]) if known.get("CHECKIN_FLOWS") else None


def _e164(written: str) -> str:
    """Raises CannotSetUp for what is no number."""
    found = parse(written)
    if not isinstance(found, PhoneNumber):
        raise CannotSetUp(f"{written} isn't a full phone number: write one like +14155550123")
    return found.e164


def _ask(question: str, option: str, *, hide: bool = False) -> str:
    if not sys.stdin.isatty():
        raise CannotSetUp(f"{question.partition(' (')[0].lower()}: write {option}")
    said: str = typer.prompt(question, hide_input=hide)
    return said.strip()
