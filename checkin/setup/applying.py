"""Carrying a plan out, and undoing it. What is about to change is written down first (checkin.setup.journal)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from checkin.setup import env_file
from checkin.setup.journal import Entry, Journal
from checkin.setup.rules.planning import AddressChange, SetupPlan
from checkin.setup.wanted import WantedLine
from checkin.telephony.account import TwilioAccount
from checkin.telephony.port import Refused

GONE = 20404

BEFORE = "env-before-setup"
"""What the .env said before us, where it is known only there; in the state folder."""


def apply(
    plan: SetupPlan, account: TwilioAccount, wanted: WantedLine, journal: Journal, known_flow: str
) -> Iterator[str]:
    """Do it step by step, and say what was done. known_flow: the fallback's address, where there is one already.

    Raises GatewayError, CannotSetUp; what was done until then stays, is in the journal, and is not done again.
    """
    bought = ""
    if plan.buys:
        owned = account.buy(plan.buys.number)
        bought = owned.sid
        journal.note("bought", owned.sid, number=owned.number)
        yield f"rented {owned.number}"
    url = known_flow
    if plan.flow:
        url = _publish(plan, account, journal) or known_flow
        yield f'published the Studio flow "{plan.flow.name}"'
    for change in plan.addresses:
        _point(change, change.sid or bought, account, journal, url)
        yield f"pointed {change.name} at the line"
    if plan.env.after:
        _write_env(plan, wanted, journal, url)
        yield f"wrote {wanted.env_file}"


def _publish(plan: SetupPlan, account: TwilioAccount, journal: Journal) -> str | None:
    """The address of the flow when it is new."""
    assert plan.flow is not None
    change = plan.flow
    if change.sid:
        journal.note("changed_flow", change.sid, name=change.name, definition=change.before)
        account.change_flow(change.sid, change.name, change.definition)
        return None
    made = account.make_flow(change.name, change.definition)
    journal.note("made_flow", made.sid)
    return made.url


def _point(change: AddressChange, sid: str, account: TwilioAccount, journal: Journal, url: str) -> None:
    after = dict(change.now_leading_to(url))
    if not change.sid:  # a number that was just rented leads nowhere, and is given back or not as a whole
        account.change_number(sid, after)
        return
    journal.note(change.of, sid, before=dict(change.before), after=after)
    if change.of == "service":
        account.change_service(sid, after, on_number=False)
    else:
        account.change_number(sid, after)


def _write_env(plan: SetupPlan, wanted: WantedLine, journal: Journal, url: str) -> None:
    after = {**plan.env.after, "TWILIO_FALLBACK_URL": url}
    file = wanted.env_file
    journal.note("env", str(file), was_there=file.exists(), added=sorted(set(after) - set(plan.env.before)))
    known = next(entry for entry in journal.entries if entry["what"] == "env")
    if known["was_there"] and plan.env.before:  # the first time counts: what we wrote ourselves is no "before"
        before = journal.file.with_name(BEFORE)
        env_file.write(before, {**plan.env.before, **env_file.read(before)})
    env_file.write(file, after)


def undo(account: TwilioAccount, journal: Journal, *, give_back: bool) -> Iterator[str]:
    """Put everything back as it was, the newest first, and say what was done.

    What somebody has changed since is left as it is. give_back: a number that was rented is given back, too.
    """
    for entry in reversed(list(journal.entries)):
        if entry["what"] == "bought" and not give_back:
            yield f"kept {entry['number']}, which costs money every month: --give-back gives it back"
            continue
        yield _undo(entry, account, journal)
        journal.done(entry)


def _undo(entry: Entry, account: TwilioAccount, journal: Journal) -> str:
    about = str(entry["about"])
    match entry["what"]:
        case "env":
            return _undo_env(entry, Path(about), journal.file.with_name(BEFORE))
        case "number":
            return _undo_number(entry, account)
        case "service":
            return _undo_service(entry, account)
        case "made_flow":
            _unless_gone(lambda: account.delete_flow(about))
            return "deleted the Studio flow"
        case "changed_flow":
            _unless_gone(lambda: account.change_flow(about, entry["name"], entry["definition"]))
            return f'put the Studio flow "{entry["name"]}" back'
        case _:
            _unless_gone(lambda: account.give_back(about))
            return f"gave {entry['number']} back"


def _undo_number(entry: Entry, account: TwilioAccount) -> str:
    found = next((number for number in account.numbers() if number.sid == entry["about"]), None)
    if found is None:
        return "the number isn't the account's anymore"
    back = _still_ours(entry, found.addresses)
    if back:
        account.change_number(found.sid, back)
    return f"put {found.number} back" if back else f"left {found.number} as it is: someone changed it since"


def _undo_service(entry: Entry, account: TwilioAccount) -> str:
    found = next((service for service in account.services() if service.sid == entry["about"]), None)
    if found is None:
        return "the messaging service isn't there anymore"
    back = _still_ours(entry, found.addresses)
    if back:
        account.change_service(found.sid, back, on_number=found.on_number)
    return f'put the service "{found.name}" back'


def _still_ours(entry: Entry, now: Any) -> dict[str, str]:
    """What it was before, of those addresses that still are as we set them."""
    return {name: was for name, was in entry["before"].items() if now.get(name, "") == entry["after"].get(name)}


def _undo_env(entry: Entry, file: Path, before: Path) -> str:
    """As it was; a copy of what it says now stays, since the secret opens the database."""
    if not entry["was_there"]:
        aside = env_file.put_away(file)
        return f"moved {file} to {aside}: its CHECKIN_SECRET opens the database" if aside else f"{file} is gone already"
    env_file.copy_aside(file)
    env_file.write(file, {**dict.fromkeys(entry["added"]), **env_file.read(before)})
    before.unlink(missing_ok=True)
    return f"put {file} back as it was; what it said is in {file}.undone"


def _unless_gone(request: Any) -> None:
    try:
        request()
    except Refused as error:
        if error.code != GONE:
            raise
