"""`checkin setup`: from a Twilio account to a line that works. What changes is shown, then done, and can be undone."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from checkin.cli import setup_questions as questions
from checkin.cli.context import ours, with_hint
from checkin.cli.setup_from_practice import bring, chosen, practice_line
from checkin.cli.setup_questions import GivenOptions
from checkin.core import practice_settings
from checkin.core.errors import UserError
from checkin.core.settings import Settings, SettingsError
from checkin.setup import applying, env_file, first_people, looking, own_flows
from checkin.setup import wanted as wishes
from checkin.setup.errors import CannotSetUp
from checkin.setup.first_people import FirstLead, PeopleReady
from checkin.setup.journal import Journal
from checkin.setup.rules import planning
from checkin.setup.rules.planning import SetupPlan
from checkin.setup.wanted import WantedLine
from checkin.telephony.account import TwilioAccount
from checkin.telephony.port import GatewayError
from flows.library import Library
from flows.loading import load
from flows.model.findings import FlowError

LINE = "default"
FLOWS = practice_settings.CODE / "flows" / "definitions"
LIVE = "live"
"""The folder, in var, where a real line keeps what it makes: never the practice line's."""

Account = Annotated[str | None, typer.Option("--account", envvar="TWILIO_ACCOUNT_SID", help="The account's SID, AC...")]
Token = Annotated[
    str | None,
    typer.Option("--token", envvar="TWILIO_AUTH_TOKEN", help="Its auth token; better left out, and typed when asked."),
]
Key = Annotated[
    str | None,
    typer.Option("--api-key", envvar="TWILIO_API_KEY", help="An API key, SK..., to sign in with here instead."),
]
KeySecret = Annotated[str | None, typer.Option("--api-secret", envvar="TWILIO_API_SECRET", help="That key's secret.")]
Url = Annotated[
    str | None,
    typer.Option("--url", envvar="PUBLIC_URL", help="Where the line is reached, like https://line.your-group.org."),
]
Number = Annotated[
    str | None,
    typer.Option("--number", envvar="CHECKIN_LINE_NUMBER", help="Which of the account's numbers."),
]
Buy = Annotated[bool, typer.Option("--buy", help="Rent a number: the one of --number, or one that you choose.")]
Area = Annotated[str | None, typer.Option("--area", help="The area code in which to look for one, like 415.")]
TollFree = Annotated[bool, typer.Option("--toll-free", help="Look for toll-free numbers.")]
Name = Annotated[str | None, typer.Option("--name", help="What the line calls itself, like Oak Street Line.")]
Backup = Annotated[
    str | None,
    typer.Option("--backup", help="Rings for callers while the line is down, like +14155550123."),
]
LeadName = Annotated[str | None, typer.Option("--lead-name", help="The first lead, whom alerts reach: their name.")]
LeadPhone = Annotated[str | None, typer.Option("--lead-phone", help="Their own phone.")]
Carrier = Annotated[
    str | None, typer.Option("--carrier", envvar="TWILIO_API_URL", help="Another carrier that speaks Twilio's APIs.")
]
State = Annotated[Path | None, typer.Option("--state", envvar="CHECKIN_STATE", help="Where the line keeps its data.")]
EnvFile = Annotated[Path | None, typer.Option("--env-file", help="The .env to write; the one beside the code.")]
FromPractice = Annotated[
    str | None, typer.Option("--from-practice", help="Bring flows,volunteers,stories (or all) of the practice line.")
]
Practice = Annotated[Path, typer.Option("--practice-state", help="Where the practice line keeps its data.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")]
Yes = Annotated[bool, typer.Option("--yes", help="Don't ask before changing it.")]
Undo = Annotated[bool, typer.Option("--undo", help="Put back what setup changed.")]
GiveBack = Annotated[bool, typer.Option("--give-back", help="With --undo: give back a number that setup rented.")]


def setup(
    account: Account = None, token: Token = None, api_key: Key = None, api_secret: KeySecret = None, url: Url = None,
    number: Number = None, buy: Buy = False, area: Area = None, toll_free: TollFree = False, name: Name = None,
    backup: Backup = None, lead_name: LeadName = None, lead_phone: LeadPhone = None, carrier: Carrier = None,
    state: State = None, env_file: EnvFile = None, from_practice: FromPractice = None,
    practice_state: Practice = practice_settings.STATE, dry_run: DryRun = False, yes: Yes = False, undo: Undo = False,
    give_back: GiveBack = False,
) -> None:  # fmt: skip
    """Point a Twilio account at this line, write its .env, and bring the first people in. Twice changes nothing.

    What changes is shown first. --undo puts everything back.
    """
    console = Console()
    if bool(lead_name) != bool(lead_phone):
        raise typer.BadParameter("write --lead-name and --lead-phone together")
    if bool(api_key) != bool(api_secret):
        raise typer.BadParameter("write --api-key and --api-secret together")
    given = GivenOptions(
        account, token, (api_key, api_secret) if api_key and api_secret else None, url, number, buy, area, toll_free,
        name, backup, FirstLead(lead_name, lead_phone) if lead_name and lead_phone else None, carrier,
        *_places(state, env_file),
    )  # fmt: skip
    try:
        if from_practice:
            given = replace(given, brings=chosen(from_practice), practice=practice_settings.path(str(practice_state)))
        if undo:
            _undo(console, given, give_back=give_back, yes=yes)
        else:
            _set_up(console, given, dry_run=dry_run, yes=yes)
    except (UserError, CannotSetUp, GatewayError, SettingsError, FlowError) as error:
        print(f"checkin: {with_hint(error)}", file=sys.stderr)
        raise typer.Exit(2) from None


def _places(state: Path | None, env: Path | None) -> tuple[Path, Path]:
    """The state folder and the .env: beside the code unless somebody says otherwise."""
    home = practice_settings.STATE.parent
    file = practice_settings.path(str(env or home / ".env"))
    named = state or (Path(known) if (known := env_file.read(file).get("CHECKIN_STATE")) else None)
    return practice_settings.path(str(named or practice_settings.STATE / LIVE)), file


def _set_up(console: Console, given: GivenOptions, *, dry_run: bool, yes: bool) -> None:
    known = env_file.read(given.env_file)
    wanted, account = questions.answers(console, given, known)
    source = wanted.flows or FLOWS
    library, named = _library(source, given)
    if named is not None:
        wanted = replace(wanted, flows=given.state / own_flows.FOLDER)
    number = questions.choose_number(console, account, given)
    wishes.check(wanted, number.number)
    practice = practice_line(given.practice) if given.practice else None
    plan = looking.plan(account, wanted, number, library, LINE)
    _show(console, wanted, plan, given, named)
    if dry_run:
        console.print("Nothing was changed.")
        return
    if not (plan.empty and named is None and given.lead is None and practice is None) and not yes:
        questions.confirm("Do this?")
    if named is not None:
        own_flows.copy(source, wanted.state, LINE, named, str(given.name))
    _apply(console, wanted, account, plan, library)
    settings = Settings.from_env(env_file.read(wanted.env_file))
    ready = first_people.bring_in(settings, given.lead, LINE)
    for said in bring(practice, settings, given.brings, LINE) if practice else ():
        console.print(f"  [green]done[/green] {said}", soft_wrap=True, highlight=False)
    _next(console, ready)


def _library(source: Path, given: GivenOptions) -> tuple[Library, str | None]:
    """The flows that the line will have, and the name in them that is to be replaced; None: it stays."""
    library, name = load(source), given.name
    before = library.lines[LINE].name
    if not name or name == before:
        return library, None
    if source not in (FLOWS, given.state / own_flows.FOLDER):
        raise CannotSetUp(f"the line is called {before} in {source}/lines.yaml, which is yours: change its name there")
    return own_flows.renamed(library, LINE, name), before


def _show(console: Console, wanted: WantedLine, plan: SetupPlan, given: GivenOptions, named: str | None) -> None:
    if plan.at_network:
        console.print("At Twilio:" if not wanted.carrier else f"At {wanted.carrier}:", style="bold", highlight=False)
        _lines(console, planning.lines_of(plan))
    told = planning.env_lines(plan.env)
    if named is not None:
        told.append(("+", f'{wanted.state / own_flows.FOLDER}: the flows, with the name "{given.name}"'))
    if told:
        console.print(f"On this machine, in {wanted.env_file}:", style="bold", highlight=False)
        _lines(console, told)
    if given.lead:
        console.print(f"A lead: {given.lead.name}", style="bold", highlight=False, markup=False)
    if given.brings:
        told_of = " Volunteers have agreed to it?" if "volunteers" in given.brings else ""
        console.print(f"From practice: {', '.join(given.brings)}.{told_of}", style="bold", highlight=False)
    if plan.empty and named is None:
        console.print("The account and the .env are as they should be.")


def _lines(console: Console, told: list[tuple[str, str]]) -> None:
    for sign, words in told:
        color = "green" if sign == "+" else "yellow"
        console.print(f"  [{color}]{sign}[/{color}] ", end="")
        console.print(words, soft_wrap=True, highlight=False, markup=False)


def _apply(console: Console, wanted: WantedLine, account: TwilioAccount, plan: SetupPlan, library: Library) -> None:
    journal = Journal(wanted.state)
    known = looking.our_flow(account, looking.flow_name(library.lines[LINE].name))
    for said in applying.apply(plan, account, wanted, journal, known.url if known else ""):
        console.print(f"  [green]done[/green] {said}", soft_wrap=True, highlight=False)


def _next(console: Console, ready: PeopleReady) -> None:
    """What is left for people to do."""
    if ready.lead:
        console.print(f"  [green]done[/green] {ready.lead} is a lead of the line", highlight=False)
    console.print()
    console.print("Next:", style="bold")
    steps = [f"{ours()} up           starts the line", f"{ours()} doctor       checks all of it, from outside as well"]
    if ready.link:
        steps.append(f"open once, within two days, to set up the first organizer:\n     {ready.link}")
    if not ready.leads:
        steps.append(f"{ours()} setup --lead-name NAME --lead-phone +1...   nobody hears of a crisis yet")
    for place, words in enumerate(steps, start=1):
        console.print(f"  {place}. {words}", soft_wrap=True, highlight=False, markup=False)


def _undo(console: Console, given: GivenOptions, *, give_back: bool, yes: bool) -> None:
    journal = Journal(given.state)
    if not journal.entries:
        console.print(f"Nothing to undo: setup has changed nothing that {given.state} knows of.", soft_wrap=True)
        return
    known = env_file.read(given.env_file)
    account = questions.account_of(given, known)
    if not yes:
        questions.confirm(f"Put {len(journal.entries)} changes back?")
    for said in applying.undo(account, journal, give_back=give_back):
        console.print(f"  [green]done[/green] {said}", soft_wrap=True, highlight=False)
    console.print(f"What people told the line stays in {given.state}.", soft_wrap=True, highlight=False)
