"""`checkin up`: the whole line on one machine, as the Procfile would run it, until Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import partial

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from checkin.accounts import organizers
from checkin.assembly import DEFAULT_LINE, build
from checkin.cli import rekey_command, up_forks
from checkin.cli.hourly_checkup import HourlyCheckup
from checkin.core import compiled_flows, garbage, practice_settings, schema
from checkin.core.asked import Asked
from checkin.core.database import make_engine
from checkin.core.embedded_redis import EmbeddedRedis
from checkin.core.encryption import Keys
from checkin.core.log_files import LogFiles, delete_old
from checkin.core.processes import ProcessEnded, Processes, procfile, taken
from checkin.core.settings import Settings, refuse_examples
from checkin.practice import server as carrier_server
from checkin.runtime import Runtime
from checkin.setup import upgrading
from checkin.stories.samples import begin_with_samples

START_SECONDS = 40.0
READY_SECONDS = 15.0
LOOK_SECONDS = 0.2
HERE = "127.0.0.1"
"""Where the practice network listens: this machine alone."""


class CannotStart(Exception):
    """The line can't start; one line says why and what to do."""


def up(console: Console, carrier_port: int = practice_settings.CARRIER_PORT, pace: float = 1.0) -> int:
    """Run the line until Ctrl-C or SIGTERM. Returns the exit code: 0 when asked to stop, 1 when a process died.

    SIGHUP starts the line anew, with what the code, flows and settings on disk are by then: each process ends when its
    successor works, so that no call and no text is lost. (When it is our terminal that hung up, it ends the line.)

    Raises SettingsError, CannotStart, NoRedis before anything is left running.
    """
    environ, settings = surroundings(carrier_port)
    up_forks.load()
    watched = _watched()
    with _until_asked() as (asked, anew), ExitStack() as stack:
        redis = _redis(stack, settings)
        setup = _release(console, settings)
        processes = Processes(settings.state / "log")
        files = LogFiles(processes.logs, _now().date())
        delete_old(processes.logs, _now())
        stack.callback(_stop, console, processes)
        try:
            listening = stack.enter_context(_listen(settings.host, settings.port))
            environ["CHECKIN_BIND"] = f"fd://{listening.fileno()}"
            garbage.settle()
            if settings.practice:
                run = partial(carrier_server.main, carrier(settings, carrier_port, pace))
                processes.fork("carrier", run, ["checkin carrier"], environ, leaves=[listening])
            for name, command in procfile().items():
                if name != "release":
                    _begin(processes, name, command, environ, listening)
            troubles = _await_ready(console, processes, settings, asked)
            if not asked.is_set():
                console.print(table(settings, redis=redis, troubles=troubles, setup=setup))
            checkup = HourlyCheckup(console, environ, processes.logs / "doctor.json", time.monotonic)
            stack.callback(checkup.stop)
            while not asked.wait(LOOK_SECONDS):
                processes.check()
                if not settings.practice:
                    checkup.look()
                files.look(_now())
                if anew.is_set():
                    anew.clear()
                    if watched and not _watched():
                        break
                    _begin_anew(console, processes, environ, listening)
        except ProcessEnded as ended:
            console.print(Text(str(ended), style="red"), soft_wrap=True)
            return 1
    return 0


def surroundings(carrier_port: int) -> tuple[dict[str, str], Settings]:
    """The environment that every process gets, and the settings that it means."""
    environ = dict(os.environ)
    on_practice = practice_settings.on_practice(environ)
    if on_practice:
        environ = {**practice_settings.make(environ, carrier_port), **{k: v for k, v in environ.items() if v}}
    settings = Settings.from_env(environ)
    refuse_examples(settings)
    ports = {
        "PORT": (settings.port, settings.host),
        **({"--carrier-port": (carrier_port, HERE)} if on_practice else {}),
    }
    for name, (port, host) in ports.items():
        if taken(port, host):
            raise CannotStart(f"port {port} is used by another program: stop it, or choose another with {name}")
    one_writer = settings.database_url.startswith("sqlite")
    environ.setdefault("WEB_CONCURRENCY", "1" if one_writer else str(settings.web_concurrency))
    environ |= {
        "CHECKIN_STATE": str(settings.state), "REDIS_URL": settings.redis_url, "DATABASE_URL": settings.database_url,
        "PORT": str(settings.port),
    }  # fmt: skip
    return environ, settings


def _begin(processes: Processes, name: str, command: str, environ: dict[str, str], listening: socket.socket) -> None:
    """Start one process of the Procfile out of what is loaded here; one that is no program of ours by itself."""
    ours = up_forks.program(up_forks.words_of(command, environ))
    if ours is None:
        processes.start(name, command, environ, keeps=_keeps(name, listening))
    else:
        processes.fork(name, *ours, environ, leaves=[] if _keeps(name, listening) else [listening])


def carrier(settings: Settings, port: int, pace: float) -> list[str]:
    """What the practice network for this line is called with."""
    from checkin.web import templates

    options = {
        "port": port,
        "account": settings.twilio_account_sid,
        "token-file": practice_settings.token_file(settings.state),
        "number": settings.line_number,
        "sms-url": f"{settings.public_url}/webhooks/sms",
        "voice-url": f"{settings.public_url}/webhooks/voice",
        "status-url": f"{settings.public_url}/webhooks/voice/status",
        "clock-file": settings.practice_clock,
        "pace": pace,
        "looks": templates.STATIC,
    }
    arguments = [part for name, value in options.items() for part in (f"--{name}", str(value))]
    library = compiled_flows.load(settings.flows, settings.state, Keys(settings.secrets))
    others = (line.number for line in library.lines.values() if line.key != DEFAULT_LINE and line.number)
    arguments += [part for number in others for part in ("--number", number)]
    return arguments


def _redis(stack: ExitStack, settings: Settings) -> str:
    """Start our own Redis unless one is named; answers where it is, in words."""
    if os.environ.get("REDIS_URL"):
        return "the one in REDIS_URL"
    server = EmbeddedRedis(settings.redis_url, settings.state / "redis", settings.state / "log" / "redis.log")
    (settings.state / "log").mkdir(parents=True, exist_ok=True)
    stack.enter_context(server)
    return "our own"


def _release(console: Console, settings: Settings) -> str | None:
    """Bring the database up to date, as the Procfile's release does; a practice line has something to be heard, too.

    Answers the first organizer's link. Raises FlowError, BadPolicy, NotOurs.
    """
    engine = make_engine(settings.database_url)
    try:
        before = schema.upgrade(engine)
    finally:
        engine.dispose()
    if not before.current:
        console.print(f"Brought the database from {before.at or 'nothing'} to {before.needed}.", highlight=False)
    with opened(settings) as runtime:
        carry_over(console, runtime)
        if settings.practice:
            with console.status("Bringing the sample stories …"):
                brought = begin_with_samples(runtime, DEFAULT_LINE)
            if brought:
                console.print(f"Brought {brought} sample stories and tips, in English and Spanish.", highlight=False)
        return first_link(runtime)


@contextmanager
def opened(settings: Settings) -> Iterator[Runtime]:
    """A line that no process works for yet: its database has the flows of the files, before any conversation begins
    with them. Raises FlowError, BadPolicy, NotOurs.
    """
    runtime = build(settings)
    try:
        runtime.start()
        runtime.do(upgrading.note)
        yield runtime
    finally:
        runtime.close()


def carry_over(console: Console, runtime: Runtime) -> None:
    """Encrypt anew what an older version encrypted, once. Stopped half way, the next start goes on."""
    if not runtime.keys.takes_before:
        return
    done = rekey_command.encrypt_everything(runtime, console)
    console.print(f"Encrypted {done.values} rows and {done.files} files again.", highlight=False)
    if done.unreadable:
        said = f"{len(done.unreadable)} values don't fit any secret in CHECKIN_SECRET: see checkin rekey"
        console.print(said, style="yellow", highlight=False)


def first_link(runtime: Runtime) -> str | None:
    """The one-time link by which the line's first organizer sets up their account; None when there is one."""
    token = runtime.do(lambda uow: organizers.first_link(uow, DEFAULT_LINE))
    return None if token is None else f"{runtime.settings.public_url}/setup/{token}"


def _watched() -> bool:
    """Whether we have a terminal: a window that is closed sends SIGHUP, too, and takes it away."""
    try:
        os.close(os.open("/dev/tty", os.O_RDONLY))
    except OSError:
        return False
    return True


def _listen(host: str, port: int) -> socket.socket:
    """Where the web process answers. It is ours, so that it stays open while one web process follows another."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((host, port))
    listening.listen(2048)
    return listening


def _keeps(name: str, listening: socket.socket) -> tuple[int, ...]:
    return (listening.fileno(),) if name == "web" else ()


def _begin_anew(console: Console, processes: Processes, environ: dict[str, str], listening: socket.socket) -> None:
    """Bring the database up to date and replace one process after the other; what does not start leaves the old one."""
    commands = procfile()
    release = processes.start("release", commands.pop("release"), environ)
    failed = release.popen.wait() != 0
    processes.running.remove(release)
    for name, command in commands.items():
        if failed:
            break
        failed = not processes.replace(name, command, environ, keeps=_keeps(name, listening))
    said = f"The restart failed, and the line goes on as it was: see {processes.logs}" if failed else "Restarted."
    console.print(Text(said, style="red" if failed else ""), soft_wrap=True)


def _await_ready(console: Console, processes: Processes, settings: Settings, asked: Asked) -> list[str]:
    """Wait until the line answers; answers what isn't well yet. Raises Ended when a process dies meanwhile."""
    began = time.monotonic()
    troubles = ["the web process isn't answering yet"]
    with console.status("Starting the line …"):
        while troubles and not asked.is_set():
            processes.check()
            waited = time.monotonic() - began
            if troubles != ["the web process isn't answering yet"] and waited > READY_SECONDS:
                break
            if waited > START_SECONDS:
                raise ProcessEnded(
                    f"the web process hasn't answered after {START_SECONDS:.0f} s; see {settings.state}/log"
                )
            troubles = _troubles(settings.port)
            asked.wait(LOOK_SECONDS if troubles else 0)
    return troubles


def _troubles(port: int) -> list[str]:
    try:
        for path in ("/healthz", "/readyz"):
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:  # noqa: S310 - our own
                said = json.load(answer)
    except urllib.error.HTTPError as error:
        return [f"{error.url.rpartition('/')[2]} answers {error.code}"]
    except OSError:
        return ["the web process isn't answering yet"]
    return list(said.get("troubles", []))


def _now() -> datetime:
    """The real time: practice time that a test moves on says nothing of how old a file is."""
    return datetime.fromtimestamp(time.time(), UTC)


def _stop(console: Console, processes: Processes) -> None:
    if not processes.running:
        return
    with console.status("Stopping: finishing what's in progress …"):
        killed = processes.stop()
    console.print(f"Stopped. Killed because they didn't stop: {', '.join(killed)}." if killed else "Stopped.")


@contextmanager
def _until_asked() -> Iterator[tuple[Asked, Asked]]:
    """Whether Ctrl-C or SIGTERM came, and whether SIGHUP came."""
    asked, anew = Asked(), Asked()
    signs = {signal.SIGINT: asked, signal.SIGTERM: asked, signal.SIGHUP: anew}
    before = {sign: signal.signal(sign, told.set) for sign, told in signs.items()}
    try:
        yield asked, anew
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)


def table(settings: Settings, *, redis: str, troubles: Sequence[str], setup: str | None = None) -> RenderableType:
    """The table. redis: where it is, in words. troubles: what isn't well yet. setup: the first organizer's link."""
    rows = Table.grid(padding=(0, 2))
    rows.add_column(style="bold cyan", no_wrap=True)
    rows.add_column(overflow="fold")
    for name, value in _rows(settings, redis, setup):
        rows.add_row(name, value)
    parts: list[RenderableType] = [rows]
    for trouble in troubles:
        parts.append(Text(f"Not ready yet: {trouble}", style="bold yellow"))
    title = "The line is running" + (" on the practice network" if settings.practice else "")
    return Panel(Group(*parts), title=title, border_style="yellow" if troubles else "green", expand=False)


def _rows(settings: Settings, redis: str, setup: str | None) -> list[tuple[str, str]]:
    here = f"http://localhost:{settings.port}"
    database = "SQLite, one file" if settings.database_url.startswith("sqlite") else "PostgreSQL"
    phones = f"{settings.twilio_api_url}/practice   (phones in your browser, on this machine)"
    reach = phones if settings.practice else "with any phone; Twilio must know the addresses below"
    return [
        ("Number", settings.line_number),
        ("Text or call it", reach),
        ("Console", f"{settings.public_url}/console"),
        *([("Begin here, once", setup)] if setup else []),
        ("Volunteers", "bin/checkin volunteers add --help   ·   the rest in the console"),
        ("Texts come to", f"{settings.public_url}/webhooks/sms"),
        ("Calls come to", f"{settings.public_url}/webhooks/voice"),
        ("How it is", f"{here}/readyz"),
        *([("Carrier", str(settings.twilio_api_url))] if settings.practice else []),
        ("Kept in", f"{settings.state}   ({database} · Redis: {redis} · logs in log/)"),
        ("Stop", "Ctrl-C"),
    ]
