"""The units of systemd for a line on one machine, as text: what is run is what the Procfile says, by `checkin run`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from checkin.core.processes import procfile

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
