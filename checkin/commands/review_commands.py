"""`checkin stories review`: the queue, one story in it, and what a reviewer decides. In a terminal `open` asks."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from checkin.commands import review_asking, review_shown, story_intake
from checkin.commands.desk import LINE, Desk, Line, ours, save_sound
from checkin.commands.review_asking import at_the_desk_of_stories, tell
from checkin.commands.story_topics import WithTopics
from checkin.core.errors import UserError
from checkin.delivery import story_trimming
from checkin.queries import reviews as rows
from checkin.services.story_review import reviewing
from checkin.services.storytelling import stories
from checkin.services.storytelling.stories import Review

app = typer.Typer(help="Review what waits: hear and read it, answer the checklist, decide.")

Story = Annotated[str, typer.Argument(metavar="ID", help="Its id, or the first characters of it.")]
As = Annotated[str, typer.Option("--as", metavar="NAME", help="Who reviews it: your name.")]
Answers = Annotated[list[str] | None, typer.Option("--answer", metavar="NAME=no|cut|yes", help="To the checklist.")]
Topics = Annotated[list[str] | None, typer.Option("--topic", help="What it is about, in place of what it has.")]


@app.callback(invoke_without_command=True)
def queue(context: typer.Context, line: Line = LINE) -> None:
    """Review what waits: hear and read it, answer the checklist, decide. Without more: show what waits."""
    if context.invoked_subcommand is not None:
        return
    with at_the_desk_of_stories(line) as desk:
        waiting = desk.runtime.read(lambda session: rows.waiting(session, line))
        if not waiting:
            desk.say("No story waits for review.")
            return
        now, within = desk.runtime.clock(), desk.runtime.library.lines[line].stories.review_within
        review_shown.queue(desk.console, waiting, now, now - within)
        if desk.console.is_terminal:
            desk.say(f"Review one with: {ours()} stories review open {waiting[0].id[:8]}")


@app.command("open")
def open_one(
    story: Story,
    by: Annotated[str, typer.Option("--as", metavar="NAME", help="Who reviews it: your name.")] = "",
    audio: Annotated[Path | None, typer.Option(metavar="FILE", help="Write its sound to FILE, an MP3.")] = None,
    play: Annotated[bool, typer.Option("--play", help="Play its sound here.")] = False,
    line: Line = LINE,
) -> None:
    """Show one with its drawing, words and checklist; in a terminal, go through the review question by question."""
    with at_the_desk_of_stories(line) as desk:
        story_id = _id(desk, story)
        opened = desk.do(lambda work: stories.read(work, story_id))
        on_desk = desk.runtime.read(lambda session: rows.on_the_desk(session, story_id))
        review_shown.story(desk.console, opened, on_desk)
        if (audio is not None or play) and opened.media_key is None:
            raise UserError(f"there is no sound to hear: {opened.missing}")
        if audio is not None and opened.media_key is not None:
            save_sound(desk.runtime, opened.media_key, audio)
            desk.say(f"Its sound is in {audio}. Delete the file when you have heard it.")
        if play and opened.media_key is not None:
            review_shown.play(desk.runtime, opened.media_key)
        if opened.listed.state != "waiting_review" or audio is not None:
            return
        if not (sys.stdin.isatty() and desk.console.is_terminal):
            review_shown.checklist(desk.console, desk.do(reviewing.checklist), [opened.listed.language, "en"])
            return
        decision = review_asking.ask(desk, opened, by)
        if decision is not None:
            tell(desk, story_id, desk.do(decision))


@app.command(cls=WithTopics)
def publish(
    story: Story,
    by: As,
    answer: Answers = None,
    title: Annotated[str | None, typer.Option(help="What it is called in lists; a teller's has none yet.")] = None,
    topic: Topics = None,
    note: Annotated[str | None, typer.Option(help="What a listener should know first; said before the story.")] = None,
    anyway: Annotated[bool, typer.Option("--anyway", help="Although a telephone number stands in it.")] = False,
    line: Line = LINE,
) -> None:
    """It may be heard: your yes, with an answer to every question of the checklist."""
    with at_the_desk_of_stories(line) as desk:
        story_id, answers = _id(desk, story), read_answers(answer or ())
        said = Review(title, topic or (), note, anyway)
        tell(desk, story_id, desk.do(lambda work: reviewing.say_yes(work, story_id, by, answers, said)))


@app.command("return")
def give_back(
    story: Story,
    by: As,
    text: Annotated[str, typer.Option(help="A kind text to its teller, or the name of a ready one.")],
    answer: Answers = None,
    line: Line = LINE,
) -> None:
    """Back to its teller with a kind text; it can be told again."""
    with at_the_desk_of_stories(line) as desk:
        story_id, answers = _id(desk, story), read_answers(answer or ())
        tell(desk, story_id, desk.do(lambda work: reviewing.give_back(work, story_id, by, text, answers)))


@app.command()
def decline(
    story: Story,
    by: As,
    text: Annotated[
        str, typer.Option(help="A kind text to its teller, or the name of a ready one; none: no text.")
    ] = "",
    answer: Answers = None,
    line: Line = LINE,
) -> None:
    """It is not shared. It is erased within 30 days."""
    with at_the_desk_of_stories(line) as desk:
        story_id, answers = _id(desk, story), read_answers(answer or ())
        tell(desk, story_id, desk.do(lambda work: reviewing.decline(work, story_id, by, text, answers)))


@app.command()
def change(
    story: Story,
    by: As,
    words: Annotated[Path | None, typer.Option(metavar="FILE", help="A text file with its words.")] = None,
    language: Annotated[str | None, typer.Option(help="The language that it is told in: en, es, ...")] = None,
    line: Line = LINE,
) -> None:
    """Type or correct its words, or the language that it is told in. New words ask for a new yes of everyone."""
    with at_the_desk_of_stories(line) as desk:
        story_id = _id(desk, story)
        typed = story_intake.words_of(words) if words is not None else None
        desk.do(lambda work: reviewing.change(work, story_id, by, words=typed, language=language))
        desk.say(f"{story_id[:8]}  changed")


@app.command()
def trim(
    story: Story,
    by: As,
    head: Annotated[float, typer.Option(metavar="SECONDS", help="Cut off its beginning.")] = 0.0,
    tail: Annotated[float, typer.Option(metavar="SECONDS", help="Cut off its end.")] = 0.0,
    line: Line = LINE,
) -> None:
    """Cut seconds off both ends of its sound. Counted from the whole sound, which is kept until it is published."""
    with at_the_desk_of_stories(line) as desk:
        story_id = _id(desk, story)
        left = story_trimming.trim(desk.runtime, story_id, head, tail, by)
        desk.say(f"{story_id[:8]}  trimmed, {left} seconds are left")


@app.command()
def again(story: Story, by: As, line: Line = LINE) -> None:
    """Take up one that was returned or declined."""
    with at_the_desk_of_stories(line) as desk:
        story_id = _id(desk, story)
        desk.do(lambda work: reviewing.take_up_again(work, story_id, by))
        desk.say(f"{story_id[:8]}  waits for review again")


def read_answers(written: Sequence[str]) -> dict[str, str]:
    """The answers in "method=no" (several with commas between). Raises UserError."""
    found: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in ",".join(written).split(","))):
        name, equals, answer = part.partition("=")
        if not equals:
            raise UserError(f"{part!r} is no answer: write --answer method=no")
        found[name.strip()] = answer.strip()
    return found


def _id(desk: Desk, story: str) -> str:
    return desk.do(lambda work: stories.full_id(work, story))
