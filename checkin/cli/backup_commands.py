"""`checkin backup` and `checkin restore`."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from checkin.assembly import build
from checkin.backups import age, archive, making, records, restoring
from checkin.backups.making import Retention, workshop
from checkin.backups.places import place_of
from checkin.backups.problems import BackupFailed
from checkin.backups.restoring import Surroundings
from checkin.cli.context import CommandContext, command_context, ours
from checkin.compliance import erasures
from checkin.core.settings import Settings, StoreSettings, environment, load_settings

To = Annotated[str | None, typer.Option("--to", metavar="PLACE", help="A folder, or s3://bucket/folder.")]
From = Annotated[str, typer.Argument(metavar="PLACE", help="Where backups lie: a folder, or s3://bucket/folder.")]
KeyFile = Annotated[
    Path | None, typer.Option("--key-file", metavar="FILE", help="A file with the key; else you're asked for it.")
]


def backup(
    to: To = None,
    new_key: Annotated[bool, typer.Option("--new-key", help="Make a key first, and show it once.")] = False,
    keep: Annotated[int | None, typer.Option(min=1, help="How many backups are kept.")] = None,
    keep_days: Annotated[int | None, typer.Option(min=1, help="For how many days.")] = None,
) -> None:
    """Back up everything, encrypted, to PLACE (else CHECKIN_BACKUP_TO). The clock does this by itself every day."""
    with command_context(None) as ctx:
        settings = ctx.runtime.settings
        where = to or settings.backup_to
        if where is None:
            raise BackupFailed("say where to: --to FOLDER or --to s3://bucket/folder, or set CHECKIN_BACKUP_TO")
        place = place_of(where, settings)
        if new_key:
            _make_key(ctx)
        kept = Retention(keep or settings.backup_keep, keep_days or settings.backup_days)
        environ = environment()
        made = making.back_up(ctx.runtime, place, kept, environ, partial(_rehearse, settings))
        ctx.say(f"{made.name}: {made.rows} rows, {made.media} media files, {made.size:,} bytes.")
        if made.deleted:
            ctx.say(f"Deleted, since newer ones are there: {len(made.deleted)}.")
        if made.rehearsed:
            ctx.say("Rehearsed: it came back in a scratch database, whole and readable.")


def restore(
    place: From,
    name: Annotated[str | None, typer.Option("--name", help="Which backup; else the newest.")] = None,
    key_file: KeyFile = None,
    rehearse: Annotated[bool, typer.Option("--rehearse", help="Only try it, in a scratch database.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Also over a database with people in it.")] = False,
    unpack: Annotated[
        Path | None, typer.Option("--unpack", metavar="FOLDER", help="Only take out settings and flows.")
    ] = None,
    erasures_file: Annotated[
        Path | None, typer.Option("--erasures", metavar="FILE", help="Of `checkin erasures save`, if it's newer.")
    ] = None,
) -> None:
    """Bring a backup back: tried in a scratch database, with every erasure and STOP since, and with what Twilio's log
    tells. Only then does it take the place of the line's own, so nothing is sent before. Stop the line first."""
    environ = environment()
    source = place_of(place, StoreSettings.from_env(environ))
    key = _key(key_file)
    with workshop(StoreSettings.from_env(environ).state) as folder:
        unpacked = folder / "unpacked"
        unpacked.mkdir(mode=0o700)
        manifest = restoring.open_archive(source, name, key, unpacked)
        if unpack is not None:
            _take_out(unpacked, unpack)
            return
        settings = load_settings()
        around = Surroundings(settings, environ, build, folder)
        kept = _read(erasures_file) if erasures_file else restoring.open_erasures(source, key, folder)
        if rehearse:
            again, held = restoring.rehearse(around, unpacked / archive.DATABASE, manifest, kept)
            with command_context(None) as ctx:
                ctx.do(lambda uow: records.note(uow, "rehearsed"))
            print(f"The backup of {manifest.made_at} comes back: {sum(manifest.rows.values())} rows, readable.")
            print(f"{again} were forgotten again, {held} last words hold. The line itself wasn't touched.")
            return
        _tell(restoring.restore(around, unpacked, manifest, kept, replacing=replace))


def _make_key(ctx: CommandContext) -> None:
    secret_key, public_key = age.new_key()
    ctx.do(lambda uow: records.begin_with(uow, public_key))
    ctx.say(f"The key to your backups ({age.fingerprint(public_key)}). It's shown once and is kept nowhere here.")
    ctx.say("Put it in your safe now. Without it no backup is ever opened, by anybody.\n")
    ctx.say(f"    {secret_key}\n")


def _key(file: Path | None) -> str:
    if file is None:
        typed: str = typer.prompt("The key from your safe", hide_input=True)
        return typed.strip()
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BackupFailed(f"{file} can't be read: name a file that has the key from your safe") from error


def _read(file: Path) -> erasures.ErasureRecord:
    try:
        return erasures.read(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BackupFailed(f"{file} can't be read: name a file that `{ours()} erasures save` wrote") from error


def _rehearse(
    settings: Settings, database: Path, manifest: archive.Manifest, kept: erasures.ErasureRecord, folder: Path
) -> None:
    restoring.rehearse(Surroundings(settings, environment(), build, folder), database, manifest, kept)


def _take_out(unpacked: Path, folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        raise BackupFailed(f"{folder} isn't empty: name a new folder")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in (unpacked / archive.SETTINGS, unpacked / archive.FLOWS):
        if path.exists():
            path.rename(folder / path.name)
    print(f"In {folder}: {archive.SETTINGS}, with your secrets, and the flows.")


def _tell(came: restoring.Restored) -> None:
    print(f"The line of {came.made_at:%Y-%m-%d %H:%M} UTC is back: {came.rows} rows, {came.media} media files.")
    print(f"{came.forgotten} were forgotten again, and {came.held} last words, such as STOP, hold again.")
    brought = ", ".join(f"{count} {what}" for what, count in sorted(came.reconciled.items())) or "nothing was missing"
    print(f"Reconciled with the network's log: {brought}.")
    if came.due:
        print(f"{came.due} follow-ups were due since then and may have left already: they won't be sent.")
    if came.flows:
        print(f"The backup's flows aren't those of CHECKIN_FLOWS: they are in {came.flows}.")
    if came.aside:
        print(f"What was here before is {came.aside}; delete it when all is well: what it holds isn't forgotten.")
    print("Now start the web, the worker and the clock.")
