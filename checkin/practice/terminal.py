"""`checkin practice`: phones in the terminal, to text and call a line that runs on the practice network.

What you type is done by the phone in your hand; what happens on any of them appears by itself. With a script on stdin
it does each line, waits until nothing more happens, and goes on.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import requests
from rich.console import Console
from rich.text import Text

from checkin.practice.client import Network
from checkin.practice.screen import Screen
from checkin.practice.typed import PEOPLE, Leave, TypedPhones

WHERE = "http://127.0.0.1:8010"


def run(
    api_url: str | None = None,
    as_phone: str | None = None,
    console: Console | None = None,
    settle: float = 0.5,
    patience: float = 3.0,
    ready_url: str | None = None,
) -> int:
    """Hold phones on the network at `api_url` until the person leaves. as_phone: the name to begin with.

    ready_url: where the line says how it is, and when its next follow-up is due.
    settle: real seconds of quiet after which a script goes on to its next line. patience: real seconds that the line
    has to listen, or to ring, before an act is given up.
    Returns the exit code: 1 when no network answers there.
    """
    console = console or Console(highlight=False)
    network = Network(api_url or WHERE)
    try:
        desk = TypedPhones(network, console, as_phone or PEOPLE[0][0], patience, ready_url)
    except requests.RequestException:
        console.print(Text(f"No practice network answers at {network.url}: start the line with `checkin up` first."))
        return 1
    screen = Screen(network, console, desk.names)
    desk.say_hello()
    screen.start()
    try:
        _converse(desk, screen, console, settle)
    except (Leave, KeyboardInterrupt):
        pass
    except requests.RequestException:
        console.print(Text("The practice network has stopped.", style="red"))
        return 1
    finally:
        screen.stop()
        network.close()
    return 0


def _converse(desk: TypedPhones, screen: Screen, console: Console, settle: float) -> None:
    if sys.stdin.isatty():
        for line in _by_hand(desk):
            desk.do(line)
        return
    for line in sys.stdin:
        if line.strip() and not line.startswith("//"):
            console.print(Text(f"{desk.prompt()}{line.strip()}", style="bold"))
            desk.do(line.strip())
            screen.settle(settle)


def _by_hand(desk: TypedPhones) -> Iterator[str]:
    """Lines as they are typed, while what happens is printed above them."""
    from prompt_toolkit import PromptSession
    from prompt_toolkit.patch_stdout import patch_stdout

    session: PromptSession[str] = PromptSession(reserve_space_for_menu=0)
    with patch_stdout(raw=True):
        while True:
            try:
                line = session.prompt(desk.prompt)
            except EOFError:
                return
            if line.strip():
                yield line.strip()
