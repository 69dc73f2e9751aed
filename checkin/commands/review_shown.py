"""How a story that waits looks in the terminal: the queue, its sound as a drawing, its words, the checklist."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from datetime import datetime
from pathlib import Path

from babel.dates import format_timedelta
from rich.console import Console
from rich.text import Text

from checkin.commands.desk import facts, readable, save_sound, show
from checkin.core.errors import UserError
from checkin.gateway import waveform
from checkin.queries.reviews import OnTheDesk, Waiting
from checkin.runtime import Runtime
from checkin.services.storytelling.stories import Opened
from flows.review import Checklist, told

HEADINGS = ("id", "because", "age", "title", "topics", "lang", "length", "words", "yes from")

PLAYERS = (
    ("ffplay", "-nodisp", "-autoexit", "-loglevel", "quiet"),
    ("mpv", "--really-quiet", "--no-video"),
    ("afplay",),
    ("mplayer", "-really-quiet"),
)
"""What plays an MP3 on the machines of organizers; the first that is there is taken."""


def queue(console: Console, rows: list[Waiting], now: datetime, late: datetime) -> None:
    """What waits, what waits longest first; what has waited since `late` or longer stands out."""
    cells = [_cells(row, now) for row in rows]
    show(console, HEADINGS, cells, ["yellow" if row.since <= late else "" for row in rows])


def story(console: Console, opened: Opened, desk: OnTheDesk) -> None:
    """One story as its reviewer looks at it."""
    row = opened.listed
    about = [
        ("id", row.id[:8]),
        ("title", row.title or "(no title yet)"),
        ("topics", ", ".join(row.topics)),
        ("language", row.language),
        ("note", row.note or "none"),
        ("state", row.state.replace("_", " ")),
        ("length", _length(row.seconds) if row.has_audio else "text"),
    ]
    if opened.missing:
        about.append(("sound", opened.missing))
    if any(desk.cut):
        about.append(("cut off", f"{desk.cut[0]:g} s at its head, {desk.cut[1]:g} s at its tail"))
    facts(console, about)
    for said in desk.said:
        facts(console, [("said before", f"{said.by}: {said.outcome} (round {said.round})")])
    if desk.peaks:
        _draw(console, desk.peaks, row.seconds)
        _noise(console, desk.noise)
    words = readable(opened.words) or "No words are kept with it: type what you hear: review change ID --words FILE"
    if desk.by_machine:
        console.print("\nA machine wrote these words down: correct them: review change ID --words FILE", style="yellow")
    console.print(f"\n{words}\n", markup=False, highlight=False, soft_wrap=True)


def checklist(console: Console, questions: Checklist, languages: list[str]) -> None:
    """Every question with its name, and the ready texts by theirs."""
    console.print("The checklist: --answer NAME=no, cut or yes, for each of them", style="bold cyan")
    for name, question in questions.questions.items():
        console.print(Text.assemble((f"  {name:9}", "bold"), told(question.ask, languages)), soft_wrap=True)
    names = ", ".join(questions.texts)
    console.print(Text.assemble(("\nReady texts to the teller: ", "bold cyan"), names), soft_wrap=True)


def play(runtime: Runtime, media_key: str) -> None:
    """Play a story here, from a file of this user's alone that is gone afterwards. Raises UserError: no player."""
    player = next((one for one in PLAYERS if shutil.which(one[0])), None)
    if player is None:
        names = ", ".join(one[0] for one in PLAYERS)
        raise UserError(f"nothing here plays sound ({names}): --audio FILE writes it to a file")
    with tempfile.TemporaryDirectory(prefix="review-") as name:
        file = Path(name) / "story.mp3"
        save_sound(runtime, media_key, file)
        subprocess.run([*player, str(file)], check=False)


def _draw(console: Console, peaks: tuple[int, ...], seconds: int) -> None:
    width = min(len(peaks), max(20, console.width - 4))
    console.print(f"\n  {waveform.draw(list(peaks), width)}", style="green", highlight=False, soft_wrap=True)
    end = _length(seconds)
    console.print(f"  0:00{end:>{width - 4}}", style="dim", highlight=False, soft_wrap=True)


def _noise(console: Console, noise: int | None) -> None:
    if noise is not None:
        loud = noise >= waveform.NOISY
        hint = ": it may be noise alone, is anybody speaking?" if loud else ""
        console.print(f"  background noise {noise} %{hint}", style="yellow" if loud else "dim", highlight=False)


def _cells(row: Waiting, now: datetime) -> list[str]:
    age = format_timedelta(now - row.since, granularity="minute", threshold=1, locale="en")
    reported = f"reported by {row.reports}" if row.because == "reported" else row.because
    return [
        row.id[:8],
        reported,
        age,
        row.title or "(no title yet)",
        ", ".join(row.topics),
        row.language,
        _length(row.seconds) if row.has_audio else "text",
        "there" if row.has_words else "none",
        ", ".join(row.yes),
    ]


def _length(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02}"
