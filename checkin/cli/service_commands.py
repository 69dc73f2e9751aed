"""`checkin service`: the line as services of systemd, on one machine without containers."""

from __future__ import annotations

import pwd
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from checkin.core.errors import UserError
from checkin.core.practice_settings import HOME
from checkin.core.processes import procfile

app = typer.Typer(no_args_is_help=True, help="The line as services of systemd, on one machine.")

FOLDER = Path("/etc/systemd/system")
NEEDED = ("PUBLIC_URL", "CHECKIN_LINE_NUMBER", "CHECKIN_SECRET", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "REDIS_URL")
MARK = "# Written by checkin service install\n"

Folder = Annotated[Path, typer.Option("--folder", help="Where units are written.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show it, and do nothing.")]
Yes = Annotated[bool, typer.Option("--yes", help="Don't ask.")]

TARGET = "checkin.target"

HARDENED = """\
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
ProtectProc=invisible
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
CapabilityBoundingSet=
SystemCallArchitectures=native
SystemCallFilter=@system-service
UMask=0077"""
"""Nothing may be written but the state folder. (No MemoryDenyWriteExecute: flows are drawn by WebAssembly.)"""

STAYS = (
    "Type=notify", "NotifyAccess=all", "Restart=always", "RestartSec=2", "TimeoutStartSec=90", "TimeoutStopSec=20",
    "KillMode=mixed",
)  # fmt: skip
"""What is to run for ever is told to end by SIGTERM, has the time that it allows itself, and is started again."""

ABOUT = {
    "web": "The Check-in Line: answers calls, texts and pages",
    "worker": "The Check-in Line: does what is due",
    "clock": "The Check-in Line: finds what is due",
    "release": "The Check-in Line: brings the database up to date",
}


@app.command()
def install(
    settings: Annotated[Path, typer.Option(help="The file with the settings.")] = HOME / ".env",
    user: Annotated[str, typer.Option(help="As whom the line runs.")] = "checkin",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where the proxy reaches it, on 127.0.0.1.")] = 8000,
    folder: Folder = FOLDER,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Write units for web, worker, clock and release, show them first, and start the line."""
    place = ServicePlace(Path(sys.executable).parent / "checkin", user, "checkin", settings.absolute(), port)
    made = {name: MARK + text for name, text in units(place).items()}
    for name, text in made.items():
        print(f"--- {folder / name}\n{text}")
    if dry_run:
        return
    _check(place)
    _check_folder(folder, list(made))
    if not yes:
        typer.confirm(f"Write these {len(made)} files and start the line?", abort=True)
    for name, text in made.items():
        (folder / name).write_text(text)
    _systemctl(folder, "daemon-reload")
    _systemctl(folder, "enable", "--now", "checkin-web.socket", TARGET)
    print("Written. How it is: systemctl status 'checkin-*'. What it says: journalctl -u 'checkin-*'")


@app.command()
def remove(folder: Folder = FOLDER, dry_run: DryRun = False, yes: Yes = False) -> None:
    """Stop the line and remove its units. Its data stay, in /var/lib/checkin and the database."""
    ours = sorted(path for path in folder.glob("checkin*") if _is_ours(path))
    if not ours:
        print(f"There are no units of ours in {folder}.")
        return
    print("\n".join(f"remove {path}" for path in ours))
    if dry_run:
        return
    if not yes:
        typer.confirm("Stop the line and remove these files?", abort=True)
    _systemctl(folder, "disable", "--now", *(path.name for path in ours))
    for path in ours:
        path.unlink()
    _systemctl(folder, "daemon-reload")
    print("Removed. Data are still in /var/lib/checkin and in the database.")


def _check(place: ServicePlace) -> None:
    """Raises UserError for what would let the units fail: no settings, others who can read them, nobody to run as."""
    if not place.settings.is_file():
        raise UserError.of(f"there is no {place.settings}: write the settings there, or name a file by --settings")
    if place.settings.stat().st_mode & 0o077:
        raise UserError.of(f"others can read {place.settings}, and the secrets in it: chmod 600 {place.settings}")
    written = {line.partition("=")[0].strip() for line in place.settings.read_text().splitlines()}
    if missing := [name for name in NEEDED if name not in written]:
        raise UserError.of(f"{place.settings} says nothing of {', '.join(missing)}: services know no other settings")
    try:
        pwd.getpwnam(place.user)
    except KeyError:
        add = f"useradd --system --home-dir /var/lib/{place.state} --shell /usr/sbin/nologin {place.user}"
        raise UserError.of(f"there is no user {place.user}: {add}") from None


def _check_folder(folder: Path, names: list[str]) -> None:
    """Raises UserError when units of somebody else's would be written over, or nothing can be written."""
    if not folder.is_dir():
        raise UserError.of(f"there is no folder {folder}: is this a machine with systemd?")
    if others := [name for name in names if (folder / name).exists() and not _is_ours(folder / name)]:
        raise UserError.of(f"{', '.join(others)} in {folder} were not written by us: move them away first")


def _is_ours(path: Path) -> bool:
    return path.is_file() and path.read_text().startswith(MARK)


def _systemctl(folder: Path, *words: str) -> None:
    """Tell systemd. Units that were written somewhere else than where it looks are no concern of its."""
    if folder != FOLDER:
        return
    ran = subprocess.run(["systemctl", *words], capture_output=True, text=True)
    if ran.returncode:
        said = ran.stderr.strip().splitlines() or ["systemctl failed"]
        raise UserError.of(f"systemctl {words[0]}: {said[-1]}")


@dataclass(frozen=True)
class ServicePlace:
    """Where and as whom the line runs. state: a folder below /var/lib. settings: the file with the environment."""

    command: Path
    user: str
    state: str
    settings: Path
    port: int


def units(place: ServicePlace) -> dict[str, str]:
    """Every unit by the name of its file, for what the Procfile has."""
    made = {f"checkin-{name}.service": _service(name, place) for name in procfile()}
    running = [f"checkin-{name}.service" for name in procfile() if name != "release"]
    made[TARGET] = (
        f"[Unit]\nDescription=The Check-in Line\nWants={' '.join(running)}\n\n[Install]\nWantedBy=multi-user.target\n"
    )
    made["checkin-web.socket"] = (
        "[Unit]\nDescription=The Check-in Line: where callers wait while the web restarts\n\n"
        f"[Socket]\nListenStream=127.0.0.1:{place.port}\nBacklog=2048\n\n[Install]\nWantedBy=sockets.target\n"
    )
    return dict(sorted(made.items()))


def _service(name: str, place: ServicePlace) -> str:
    release = name == "release"
    order = ["After=network-online.target postgresql.service redis-server.service", "Wants=network-online.target"]
    order += [f"PartOf={TARGET}"]
    order += [] if release else ["After=checkin-release.service", "Requires=checkin-release.service"]
    order += ["Requires=checkin-web.socket"] if name == "web" else []
    kind = ("Type=oneshot", "RemainAfterExit=yes") if release else STAYS
    lines = [
        "[Unit]", f"Description={ABOUT.get(name, name)}", *order, "",
        "[Service]", *kind,
        f"ExecStart={place.command} run {name}",
        f"User={place.user}", f"EnvironmentFile={place.settings}",
        f"StateDirectory={place.state}", "StateDirectoryMode=0700",
        f"Environment=CHECKIN_STATE=/var/lib/{place.state} PORT={place.port}",
        HARDENED,
    ]  # fmt: skip
    return "\n".join(lines) + "\n"
