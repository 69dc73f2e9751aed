"""What a person types at the practice phones, and what it does."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import timedelta

import requests
from rich.console import Console
from rich.table import Table
from rich.text import Text

from checkin.practice.client import CantDo, Network, Phone

PEOPLE = (("Ana", "+15555550101"), ("Ben", "+15555550102"), ("Vee", "+15555550111"), ("Val", "+15555550112"))
_KEYS = re.compile(r"[0-9*#]+")
_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*([smhdw])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}

HELP = (
    ("words", "text the line"),
    ("1", "on a call: press the key"),
    ("/call", "call the line; /call from abroad: nobody vouches for the number; /call as +15555550102: a forged one"),
    ("/press 1#", "press keys"),
    ("/say words", "speak: to the line, onto its tape, or to whom you are joined with"),
    ("/silence", "say and press nothing, until the line goes on"),
    ("/record 20", "speak onto the line's tape for so many seconds, or /record some words"),
    ("/answer  /decline", "when it rings"),
    ("/hangup", "end the call"),
    ("/phone vee", "take another phone in your hand; /phones lists them"),
    ("/new kim +15555550140", "one more phone; without a number: one that withholds it"),
    ("/forward 1d", "move the practice clock on, by s, m, h, d or w: follow-ups fall due"),
    ("/forward next", "move it on to when the next follow-up is promised"),
    ("/trace", "the last requests to the line, and its answers"),
    ("/wait 5", "let seconds pass (for scripts)"),
    ("/quit", "leave"),
)


class Leave(Exception):
    """The person goes."""


class TypedPhones:
    """The phones on the desk, one of them in the hand. names: id of a phone → its owner's name."""

    def __init__(
        self, network: Network, console: Console, holds: str, patience: float, ready_url: str | None = None
    ) -> None:
        self._patience = patience
        self._network = network
        self._console = console
        self._ready_url = ready_url
        self._phones: dict[str, Phone] = {}
        self.names: dict[str, str] = {}
        for name, number in PEOPLE:
            self._add(name, number)
        if holds.casefold() not in self._phones:
            self._add(holds, None)
        self._held = self._phones[holds.casefold()]

    def say_hello(self) -> None:
        """What this is, in a few lines."""
        self._print(
            f"Practice phones on {self._network.line}. Type to text, /call to call, /help for the rest.", "bold"
        )
        self._list()

    def prompt(self) -> str:
        """Whose phone is in the hand."""
        return f"{self._held.name}> "

    def do(self, line: str) -> None:
        """Do what was typed; what can't be done is said. Raises Leave."""
        word, _, rest = line.partition(" ")
        try:
            if not line.startswith("/"):
                self._plain(line)
            elif word in self._commands:
                self._commands[word](rest.strip())
            else:
                self._print(f"there is no {word}; /help lists what there is", "yellow")
        except CantDo as problem:
            self._print(str(problem), "yellow")

    @property
    def _commands(self) -> dict[str, Callable[[str], object]]:
        return {
            "/call": self._call,
            "/press": lambda rest: self._act("press", keys=rest.replace(" ", "")),
            "/say": lambda rest: self._act("say", words=rest),
            "/silence": lambda rest: self._act("silence"),
            "/record": self._record,
            "/answer": lambda rest: self._act("answer"),
            "/decline": lambda rest: self._act("decline"),
            "/hangup": lambda rest: self._act("hangup"),
            "/phone": self._take,
            "/phones": lambda rest: self._list(),
            "/new": self._new,
            "/forward": self._forward,
            "/trace": lambda rest: self._trace(),
            "/wait": self._wait,
            "/help": lambda rest: self._help(),
            "/quit": self._quit,
        }

    def _act(self, act: str, **what: object) -> None:
        self._network.post(f"/phones/{self._held.id}/{act}", **({"wait": self._patience} | what))

    def _call(self, rest: str) -> None:
        how, _, shows = rest.partition(" ")
        if rest.casefold() == "from abroad":
            self._act("call", verdict="")
        elif how.casefold() == "as" and shows:
            self._act("call", shows=shows.strip())
        else:
            self._act("call", **({"to": rest} if rest else {}))

    def _plain(self, line: str) -> None:
        if _KEYS.fullmatch(line) and self._held.call is not None:
            self._act("press", keys=line)
        else:
            self._network.post(f"/phones/{self._held.id}/text", body=line, wait=False)

    def _record(self, rest: str) -> None:
        seconds = float(rest) if re.fullmatch(r"\d+(\.\d+)?", rest) else None
        self._act("record", **({"seconds": seconds} if seconds else {"words": rest or "This is my story."}))

    def _wait(self, rest: str) -> None:
        try:
            time.sleep(float(rest or 1))
        except ValueError:
            self._print(f"/wait takes a number of seconds, not {rest!r}", "yellow")

    def _take(self, rest: str) -> None:
        phone = self._phones.get(rest.casefold())
        if phone is None:
            self._print(f"nobody here is called {rest!r}; /phones lists them, /new makes one", "yellow")
            return
        self._held = phone

    def _new(self, rest: str) -> None:
        name, _, number = rest.partition(" ")
        if not name:
            self._print("a new phone needs a name: /new kim +15555550140", "yellow")
            return
        self._held = self._add(name.capitalize(), number.strip() or None)

    def _add(self, name: str, number: str | None) -> Phone:
        phone = self._network.phone(number, name)
        self._phones[name.casefold()] = phone
        self.names[phone.id] = name
        return phone

    def _forward(self, rest: str) -> None:
        if rest.casefold() == "next":
            self._forward_to_the_next_promise()
            return
        parts = _SPAN.findall(rest)
        if not parts:
            self._print("say how far: /forward 1d, or 2h 30m, or next (to the next follow-up)", "yellow")
            return
        self._network.forward(seconds=sum(float(much) * _SECONDS[unit] for much, unit in parts))

    def _forward_to_the_next_promise(self) -> None:
        """On to when the line has promised its next follow-up: which hours it may write in is for it to know."""
        if self._ready_url is None:
            self._print("this network does not know its line: say how far, as in /forward 1d", "yellow")
            return
        seconds = requests.get(self._ready_url, timeout=10).json().get("next_follow_up_seconds")
        if seconds is None:
            self._print("no follow-up is promised to anybody", "yellow")
            return
        self._network.forward(seconds=max(float(seconds), 0.0) + 2)
        self._print(f"The clock moved on by {timedelta(seconds=round(seconds))} to the next follow-up.", "dim")

    def _list(self) -> None:
        table = Table.grid(padding=(0, 2))
        for phone in self._phones.values():
            here = "in your hand" if phone is getattr(self, "_held", None) else ""
            table.add_row("", phone.name, phone.id, here)
        self._console.print(table)

    def _trace(self) -> None:
        for passed in self._network.trace()[-6:]:
            self._print(f"{passed['why']}  {passed['method']} {passed['url']}  {passed['status']}", "cyan")
            self._print(passed["body"].strip(), "dim")

    def _help(self) -> None:
        table = Table.grid(padding=(0, 2))
        for what, does in HELP:
            table.add_row("", Text(what, style="bold"), does)
        self._console.print(table)

    def _quit(self, rest: str) -> None:
        raise Leave

    def _print(self, words: str, style: str = "") -> None:
        self._console.print(Text(words, style=style))
