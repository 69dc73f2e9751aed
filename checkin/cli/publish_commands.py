"""`checkin flows publish`, `diff`, `history` and `back`: which version of a flow is live, and how it came to be."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from checkin.cli.flow_folder import SHORT, folder_of, show, stop_at

if TYPE_CHECKING:
    from checkin.cli.context import CommandContext
    from checkin.publishing.plan import PublishingPlan
    from flows.model.flow import Flow
    from flows.views.drawing import Counts

By = Annotated[
    str | None, typer.Option("--by", help="Who publishes, for the history; without it, whoever is logged in.")
]
Move = Annotated[
    bool, typer.Option("--move", help="Also move people who are waiting, if their question is still the same.")
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Don't ask.")]


def publish(
    flow: Annotated[list[str] | None, typer.Argument(help="Which flows; without it, all that changed.")] = None,
    move: Move = False,
    by: By = None,
    yes: Yes = False,
) -> None:
    """Make the files' version live for new conversations. Checks it, runs its test conversations, shows changes."""
    from checkin.cli.context import LINE, command_context
    from checkin.publishing import definitions
    from checkin.publishing.plan import live_flows, plans, retired
    from checkin.publishing.talks import faults
    from flows.checks.checker import check
    from flows.model.findings import errors

    folder = folder_of(None)
    stop_at(errors(check(folder)), folder)
    with command_context(LINE) as ctx:
        live = ctx.runtime.read(live_flows)
        resting = ctx.runtime.read(retired)
        talks = ctx.runtime.read(definitions.talks)
        chosen = _chosen(ctx, flow or [], live, resting, talks)
        if not chosen:
            ctx.say("Everything in the files is already live.")
            return
        with ctx.console.status("Running the test conversations …"):
            others = {name: text for name, text in talks.items() if name not in {flow.name for flow in chosen}}
            found = faults(folder, chosen, live, resting, others)
        show(ctx.console, [finding for finding in found if finding.severity != "error"], folder, summary=False)
        stop_at([finding for finding in found if finding.severity == "error"], folder)
        made = ctx.runtime.read(lambda session: plans(session, chosen))
        for written in sorted({flow.name for flow in chosen} & set(talks)):
            ctx.say(f"The test conversations of {written} were changed in the console: the files' ones replace them.")
        notes = {plan.flow.name: plan.note for plan in made}
        make_live(ctx, made, by, notes, yes=yes, move=move, talks=dict.fromkeys(notes))


def history(flow: Annotated[str, typer.Argument(help="The flow, by its name.")]) -> None:
    """Every version of a flow that was live, newest first, and how many people are in each now."""
    from checkin.cli.context import LINE, command_context
    from checkin.cli.context import show as table
    from checkin.core.errors import UserError
    from checkin.core.rules.zones import zone
    from checkin.publishing import definitions, flow_counts

    with command_context(LINE) as ctx:
        rows = ctx.runtime.read(lambda session: definitions.history(session, flow))
        if not rows:
            raise UserError(f"no version of {flow!r} was ever live: {_names(ctx)}")
        where = zone(ctx.runtime.policy_of(LINE).time_zone)
        people: dict[str, int] = {}
        for found in ctx.runtime.read(lambda session: flow_counts.waiting(session, flow)):
            people[found.hash] = people.get(found.hash, 0) + found.people
        cells = [
            [f"{row.at.astimezone(where):%Y-%m-%d %H:%M}", row.hash[:SHORT],
             "retired" if row.retired else "live" if not place else "",
             str(people.get(row.hash, 0)), row.by, row.note or ""]
            for place, row in enumerate(rows)
        ]  # fmt: skip
        table(ctx.console, ("when", "version", "", "people in it", "by", "what changed"), cells, ["green"])


def rollback(
    flow: Annotated[str, typer.Argument(help="The flow, by its name.")],
    version: Annotated[
        str | None, typer.Argument(metavar="HASH", help="The start of a version's hash; without it, the previous one.")
    ] = None,
    move: Move = False,
    by: By = None,
    yes: Yes = False,
) -> None:
    """Publish an older version of a flow again. The file doesn't change."""
    from checkin.cli.context import LINE, command_context, ours
    from checkin.core.errors import UserError
    from checkin.publishing import definitions
    from checkin.publishing import service as publishing
    from checkin.publishing.plan import live_flows, plans, retired, together
    from flows.model.findings import errors

    with command_context(LINE) as ctx:
        before = ctx.runtime.read(lambda session: definitions.history(session, flow))
        if not before:
            raise UserError(f"no version of {flow!r} was ever live: {_names(ctx)}")
        live = None if before[0].retired else before[0].hash
        older = version or next((row.hash for row in before if row.hash != live), None)
        if older is None:
            raise UserError(f"{flow} has only had one version: there's none to go back to")
        target = ctx.do(lambda uow: publishing.version(uow, older, flow))
        if target.hash == live:
            raise UserError(f"{target.hash[:SHORT]} is already the live version of {flow}")
        folder = ctx.runtime.settings.flows
        library, found = together(folder, [target], ctx.runtime.read(live_flows), ctx.runtime.read(retired))
        if library is None:
            stop_at(errors(found), folder)
        talks, notes, others = ctx.runtime.read(lambda session: publishing.returning(session, target))
        made = ctx.runtime.read(lambda session: plans(session, [target, *others]))
        make_live(ctx, made, by, notes, yes=yes, move=move, talks=talks)
        file = ctx.runtime.library.flows.get(flow)
        if file is not None and file.hash != target.hash:
            ctx.say(f"The file is still different, and the next publish will make it live: {ours()} flows diff {flow}")


def diff(
    annotated: Annotated[str, typer.Argument(help="A flow (alone: its live version and its file), a file or a hash.")],
    other: Annotated[str | None, typer.Argument(help="What to compare it with: a flow, a file or a hash.")] = None,
) -> None:
    """What changed between two versions of a flow, in words."""
    from checkin.cli.context import LINE, command_context
    from checkin.core.errors import UserError
    from checkin.publishing.plan import live_flows
    from flows.views.diff import diff as differences

    if other is not None and Path(annotated).is_file() and Path(other).is_file():
        changes = differences(_from_file(Path(annotated)), _from_file(Path(other)))
    else:
        with command_context(LINE) as ctx:
            if other is None:
                live, file = ctx.runtime.read(live_flows).get(annotated), ctx.runtime.library.flows.get(annotated)
                if live is None or file is None:
                    missing = "its file isn't there" if live else "it was never live"
                    raise UserError(f"{annotated!r} can't be compared, {missing}: {_names(ctx)}")
                changes = differences(live, file)
            else:
                changes = differences(_meant(ctx, annotated), _meant(ctx, other))
    console = Console(soft_wrap=True)
    for change in changes:
        console.print(Text.assemble((change.where, "bold"), f": {change.text}"))
    if not changes:
        console.print("No differences.")


def counted(flow: str) -> tuple[Flow, Counts]:
    """The live version of a flow and what is counted in it, for its drawing."""
    from checkin.cli.context import LINE, command_context
    from checkin.core.errors import UserError
    from checkin.publishing.plan import counts, live_flows

    with command_context(LINE) as ctx:
        found = ctx.runtime.read(live_flows).get(flow)
        if found is None:
            raise UserError(f"no version of {flow!r} was ever live: {_names(ctx)}")
        return found, ctx.runtime.read(lambda session: counts(session, found))


def _chosen(
    ctx: CommandContext, names: Sequence[str], live: dict[str, Flow], retired: Collection[str], talks: Collection[str]
) -> list[Flow]:
    """The named flows, or all but the retired, that say something else than their live version or have other talks."""
    from checkin.core.errors import UserError

    files = ctx.runtime.library.flows
    if strange := sorted(set(names) - set(files)):
        raise UserError(f"there's no flow {strange[0]!r}: {_names(ctx)}")
    return [
        flow
        for name, flow in files.items()
        if (name in names if names else name not in retired)
        and (name not in live or live[name].hash != flow.hash or name in talks)
    ]


def _meant(ctx: CommandContext, written: str) -> Flow:
    """A file, the file of a flow, or a version by the beginning of its hash. Raises UserError, FlowError."""
    from checkin.publishing import service as publishing

    if Path(written).is_file():
        return _from_file(Path(written))
    if written in ctx.runtime.library.flows:
        return ctx.runtime.library.flows[written]
    return ctx.do(lambda uow: publishing.version(uow, written))


def _from_file(file: Path) -> Flow:
    """The flow in a file: with its folder's recordings and translations where it stands among flows, else alone."""
    from flows.loading import load
    from flows.model.findings import FlowError
    from flows.parsing import parse_flow

    if (file.parent / "lines.yaml").is_file() and file.suffix == ".yaml":
        flows = load(file.parent).flows
        if file.stem in flows:
            return flows[file.stem]
    flow, findings = parse_flow(file.read_text(encoding="utf-8", errors="replace"), f"{file.name} ")
    if flow is None:
        raise FlowError(findings)
    return flow


def _names(ctx: CommandContext) -> str:
    return f"there is {', '.join(sorted(ctx.runtime.library.flows))}"


def retire(
    flow: Annotated[str, typer.Argument(help="The flow, by its name.")],
    by: By = None,
    yes: Yes = False,
) -> None:
    """Take a flow out of use: nobody starts with it; people in it continue. `flows rollback` brings it back."""
    from checkin.cli.context import LINE, command_context, ours
    from checkin.core.errors import UserError
    from checkin.publishing import definitions, flow_counts
    from checkin.publishing import service as publishing
    from checkin.publishing.plan import live_flows, retired, together
    from flows.model.findings import errors

    with command_context(LINE) as ctx:
        seen = ctx.runtime.read(definitions.live).get(flow)
        if seen is None:
            known = ", ".join(sorted(ctx.runtime.read(definitions.live)))
            raise UserError(f"{flow!r} isn't live: there is {known}")
        live = ctx.runtime.read(live_flows)
        folder = ctx.runtime.settings.flows
        library, found = together(folder, [], live, {flow, *ctx.runtime.read(retired)})
        if library is None:
            stop_at(errors(found), folder, nothing=f"something leads to {flow}, so nothing was retired")
        people = sum(waiting.people for waiting in ctx.runtime.read(lambda session: flow_counts.waiting(session, flow)))
        planned = ctx.runtime.read(lambda session: flow_counts.planned(session, flow))
        ctx.say(f"Nothing leads to {flow} anymore. In it now: {people}, who continue.")
        if planned:
            ctx.say(f"Planned follow-ups with it: {planned}; they won't be sent.")
        if not yes:
            ask(f"Retire {flow}?", "retired")
        ctx.do(lambda uow: publishing.retire(uow, flow, by or ctx.by, seen.hash))
        ctx.say(f"Retired {flow}. {ours()} flows rollback {flow} brings it back; you can delete its file.")


def make_live(
    ctx: CommandContext,
    made: Sequence[PublishingPlan],
    by: str | None,
    notes: Mapping[str, str],
    *,
    yes: bool,
    move: bool,
    talks: Mapping[str, str | None],
) -> None:
    """Show what changes, ask, publish, and move those who wait if that is wanted. talks: as for publishing."""
    from checkin.publishing import service as publishing
    from checkin.publishing.live_flows import LOOK_EVERY

    for plan in made:
        _tell(ctx, plan, move=move)
    if not yes:
        ask("Publish this?", "published")
    who = by or ctx.by
    seen = {plan.flow.name: plan.seen for plan in made}
    ctx.do(lambda uow: publishing.publish(uow, [plan.flow for plan in made], who, notes, seen, talks))
    names = ", ".join(plan.flow.name for plan in made)
    ctx.say(f"Published {names}: new conversations use it within {LOOK_EVERY.seconds} seconds.")
    for plan in made:
        if move and plan.waiting:
            moved = _moved(ctx, plan.flow, who)
            ctx.say(f"{'1 person goes' if moved == 1 else f'{moved} people go'} on with the new {plan.flow.name}.")


def ask(question: str, done: str) -> None:
    """Go on only if somebody says yes; raises UserError where nobody can be asked."""
    from checkin.core.errors import UserError

    if not sys.stdin.isatty():
        raise UserError(f"nobody is here to confirm: nothing was {done}; add --yes")
    if not typer.confirm(question):
        typer.echo(f"Nothing was {done}.")
        raise typer.Exit(1)


def _tell(ctx: CommandContext, plan: PublishingPlan, *, move: bool) -> None:
    before = plan.seen[:SHORT] if plan.seen else "nothing"
    ctx.console.print(Text.assemble(
        (plan.flow.name, "bold"), f"  {before} → ", (plan.flow.hash[:SHORT], "cyan"),
    ), highlight=False)  # fmt: skip
    for line in plan.lines():
        ctx.say(f"  {line}")
    if move:
        for line in plan.moving():
            ctx.say(f"  {line}")
    elif staying := plan.staying():
        ctx.say(f"  {staying}")
        if plan.movable:
            ctx.say(f"  {plan.movable} of them could move to the new version: add --move")


def _moved(ctx: CommandContext, flow: Flow, by: str) -> int:
    """Move whoever can be moved, a batch at a time; answers how many."""
    from rich.progress import Progress

    from checkin.publishing import moves

    with Progress(console=ctx.console, transient=True, disable=not ctx.console.is_terminal) as progress:
        task = progress.add_task("Moving people …", total=None)
        return moves.move_all(ctx.do, flow, by, lambda moved: progress.update(task, completed=moved))
