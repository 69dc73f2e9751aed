"""What the account at the network says of itself. One part that is not told leaves the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from checkin.core.rules.phone import is_toll_free
from checkin.doctor.facts import AccountFacts
from checkin.telephony.account_port import Account, StudioFlow
from checkin.telephony.port import GatewayError

Answer = TypeVar("Answer")


def gather(account: Account, number: str, fallback_url: str | None, countries: Sequence[str]) -> AccountFacts:
    """Ask for everything. Never raises for what the network says."""
    unread: dict[str, str] = {}

    def ask(name: str, question: Callable[[], Answer]) -> Answer | None:
        try:
            return question()
        except GatewayError as error:
            unread[name] = str(error)
            return None

    state = ask("state", account.state)
    if state is None:
        return AccountFacts(unread=unread)
    numbers = ask("numbers", account.numbers)
    ours = next((found for found in numbers or () if found.number == number), None)
    services = ask("services", account.services)
    service = next((found for found in services or () if number in found.senders), None)
    campaigns = ask("campaigns", lambda: account.campaigns(service.sid)) if service else None
    toll_free = ask("toll_free", lambda: account.toll_free(ours.sid)) if ours and is_toll_free(number) else None
    profiles = ask("profiles", account.profiles)
    allowed = {country: ask(f"calls to {country}", partial(account.may_call, country)) for country in countries}
    return AccountFacts(
        state=state,
        balance=ask("balance", account.balance),
        number=ours,
        numbers_known=numbers is not None,
        service=service,
        services_known=services is not None,
        campaigns=tuple(campaigns) if campaigns is not None else None,
        toll_free=toll_free,
        fallback=ask("fallback", lambda: _flow(account, fallback_url)),
        may_call={country: answer for country, answer in allowed.items() if answer is not None},
        profiles=tuple(profiles) if profiles is not None else None,
        unread=unread,
    )


def _flow(account: Account, url: str | None) -> StudioFlow | None:
    """The Studio flow that the fallback's address is of; None: it is of something else."""
    if not url or "/Flows/" not in url:
        return None
    return next((flow for flow in account.studio_flows() if url.endswith(flow.sid)), None)
