"""What happens on the phones, printed as it happens."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import Any

import requests
from rich.console import Console
from rich.table import Table
from rich.text import Text

from checkin.practice.client import Network, NeverCame
from checkin.practice.telling import sentence

COLORS = ("cyan", "magenta", "green", "yellow", "blue", "bright_red", "bright_cyan", "bright_magenta")
QUIET = frozenset({"texted", "pressed", "said", "asked", "beep", "silent", "calling"})
LOUD = frozenset({"ringing", "joined", "company"})
POLL = 20.0
LONGEST_WAIT = 30.0


class Screen:
    """Follows the network on a thread of its own. names: id of a phone → its owner's name; shared with the desk."""

    def __init__(self, network: Network, console: Console, names: dict[str, str]) -> None:
        self._desk = network
        self._network = Network(network.url)  # a connection of its own: it waits on it
        self._console = console
        self._names = names
        self._shown = network.last_event()
        self._came = threading.Condition()
        self._over = False
        self._thread = threading.Thread(target=self._follow, name="screen", daemon=True)

    def start(self) -> None:
        """Print from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Print no more."""
        self._over = True
        self._network.close()

    def settle(self, for_: float) -> None:
        """Wait until the network has been quiet for so many real seconds, and all of it is printed; not for ever."""
        with suppress(NeverCame):
            self._desk.quiet(for_, LONGEST_WAIT)
        last = self._desk.last_event()
        with self._came:
            self._came.wait_for(lambda: self._shown >= last, LONGEST_WAIT)

    def _follow(self) -> None:
        while not self._over:
            try:
                events = self._network.events(self._shown, wait=POLL)
            except requests.RequestException:
                if not self._over:
                    self._console.print(Text("The practice network has stopped. /quit to leave.", style="red"))
                return
            for event in events:
                if not self._over:
                    self._print(event)
                with self._came:
                    self._shown = event["n"]
                    self._came.notify_all()

    def _print(self, event: dict[str, Any]) -> None:
        if event["phone"] and event["phone"] not in self._names:
            return
        name = self._names.get(event["phone"], "carrier")
        row = Table.grid(padding=(0, 1))
        row.add_column(width=max(8, *map(len, self._names.values())), no_wrap=True)
        row.add_column(ratio=1)
        row.add_row(Text(name, style=self._color(event["phone"])), Text(sentence(event, self._names), _style(event)))
        self._console.print(row)

    def _color(self, phone: str) -> str:
        order = list(self._names)
        return f"bold {COLORS[order.index(phone) % len(COLORS)]}" if phone in order else "red"


def _style(event: dict[str, Any]) -> str:
    if event["kind"] == "refused":
        return "red"
    if event["kind"] in LOUD:
        return "bold"
    return "dim" if event["kind"] in QUIET else ""
