"""`checkin upgrade`: what changes between the version that ran here last and the one that is installed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer
from sqlalchemy.exc import SQLAlchemyError

from checkin.cli.context import ours
from checkin.core import schema
from checkin.core.database import make_engine
from checkin.core.errors import UserError
from checkin.core.settings import database_url, environment
from checkin.setup import upgrading
from checkin.setup.upgrading import UpgradePlan


def upgrade(
    check: Annotated[bool, typer.Option("--check", help="Only say what would change.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask where the line must be stopped first.")] = False,
) -> None:
    """Say what the installed version changes here, then bring the database up to it.

    Exit code 1 when something stands in the way; with --check also when the line must be stopped for it.
    """
    environ = environment()
    engine = make_engine(database_url(environ))
    try:
        try:
            plan = upgrading.plan(engine, environ)
        except SQLAlchemyError as error:
            raise UserError.of("the database doesn't answer: look at DATABASE_URL") from error
        for line in told(plan):
            print(line)
        if check or not plan.is_possible:
            raise typer.Exit(0 if plan.is_possible and plan.keeps_running else 1)
        if not plan.keeps_running and not yes:
            typer.confirm("Are the web, the worker and the clock stopped?", abort=True)
        schema.upgrade(engine)
    finally:
        engine.dispose()
    print(f"The database is at {plan.needed}. Now start the new version: {ours()} up, or your services.")


def told(plan: UpgradePlan) -> Iterator[str]:
    """What it says, line by line."""
    ran = plan.running.version or "0.2.0 or older"
    same = ran == plan.installed
    yield f"Version   {ran}, and that's what is installed" if same else f"Version   {ran} -> {plan.installed}"
    yield from _database(plan)
    if plan.flows or plan.unread:
        yield f"Flows     {plan.flows} published flows are read by this version"
    for flow in plan.unread:
        yield f"          {flow} can't be read any more: publish it in the words of this version first (docs/flows.md)"
    yield from _settings(plan)
    if plan.changes:
        yield "Changes"
        yield from (f"  - {entry}" for entry in plan.changes)
    if not plan.is_possible:
        yield "Something stands in the way: nothing is changed."
    elif plan.migrations and plan.keeps_running:
        yield f"The line may go on answering: run {ours()} upgrade, then start the new version."
    elif plan.migrations:
        yield f"Make a backup, stop the line, run {ours()} upgrade, and start the new version (docs/upgrading.md)."


def _database(plan: UpgradePlan) -> Iterator[str]:
    if plan.unknown:
        yield f"Database  {plan.at}, which this version doesn't know: a newer one was here. Install that one"
        return
    count = len(plan.migrations)
    if not count:
        yield f"Database  {plan.at}, up to date"
        return
    yield f"Database  {plan.at or 'nothing'} -> {plan.needed}: {count} migration{'s' if count > 1 else ''}"
    for migration in plan.migrations:
        how = "the line may go on" if migration.keeps_running else "stop the line first"
        back = "can go back" if migration.can_go_back else "no way back but a backup"
        yield f"  {migration.revision}  {migration.says} ({how}; {back})"


def _settings(plan: UpgradePlan) -> Iterator[str]:
    for words, names in (
        ("new, all with a default or named at the start", plan.new),
        ("gone", plan.gone),
        ("set, and no setting is called that", plan.strange),
    ):
        if names:
            yield f"Settings  {words}: {', '.join(names)}"
