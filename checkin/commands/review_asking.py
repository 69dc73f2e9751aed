"""Asking a reviewer, question by question, in the terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer
from rich.prompt import Prompt
from rich.text import Text

from checkin.commands import review_shown
from checkin.commands.desk import Desk, at_the_desk, with_hint
from checkin.core.errors import UserError
from checkin.services.story_review import reviewing
from checkin.services.story_review.reviewing import Verdict
from checkin.services.storytelling.stories import Opened, Review
from checkin.work import Work
from flows.review import Question, told

Decision = Callable[[Work], Verdict]
Asks = Callable[[str, list[str] | None, str], str]
"""A question, what may be answered (None: anything), and what no answer means."""


@contextmanager
def at_the_desk_of_stories(line: str) -> Iterator[Desk]:
    """The line, opened and let go of; what can be put right is one line on standard error, and exit code 2."""
    with at_the_desk(line) as desk:
        try:
            yield desk
        except UserError as error:
            typer.echo(f"checkin stories: {with_hint(error)}", err=True)
            raise typer.Exit(2) from error


def tell(desk: Desk, story_id: str, verdict: Verdict) -> None:
    """What came of it, in words. Exit code 1 where the checklist holds it back."""
    told_as = {
        "heard": "published",
        "one_more": "your yes is kept; another person is to review it too",
        "returned": "returned to its teller",
        "declined": "declined; it is erased within 30 days",
        "held": f"held back: {', '.join(verdict.held_by)}",
    }
    desk.say(f"{story_id[:8]}  {told_as[verdict.outcome]}")
    if verdict.outcome == "held":
        questions = desk.do(reviewing.checklist).questions
        for name in verdict.held_by:
            desk.say(f"  {name}: {told(questions[name].do, ['en'])}")
        raise typer.Exit(1)


def ask(desk: Desk, opened: Opened, by: str, asks: Asks | None = None) -> Decision | None:
    """Ask for everything that a review needs. Answers what is to be done; None: the reviewer comes back later."""
    asks = asks or _prompt(desk)
    name = by or asks("Who reviews it? Your name", None, "")
    if opened.media_key is not None and asks("Play it now?", ["yes", "no"], "yes") == "yes":
        review_shown.play(desk.runtime, opened.media_key)
    questions, languages = desk.do(reviewing.checklist), [opened.listed.language, "en"]
    answers = {key: _answer(desk, question, languages, asks) for key, question in questions.questions.items()}
    found = [key for key, answer in answers.items() if answer == "yes"]
    suggested = "publish" if all(questions.questions[key].on_yes == "note" for key in found) else "return"
    what = asks("What is to be done?", ["publish", "return", "decline", "later"], suggested)
    story_id = opened.listed.id
    if what == "publish":
        review = _review(opened, asks)
        return lambda work: reviewing.say_yes(work, story_id, name, answers, review)
    if what in ("return", "decline"):
        text = _text(desk, opened, asks, may_be_empty=what == "decline")
        act = reviewing.give_back if what == "return" else reviewing.decline
        return lambda work: act(work, story_id, name, text, answers)
    return None


def _answer(desk: Desk, question: Question, languages: list[str], asks: Asks) -> str:
    """One question of the checklist; there is no answer that is taken for granted."""
    answer = asks(told(question.ask, languages), ["no", "cut", "yes"], "")
    if answer == "yes":
        desk.console.print(Text(f"  {told(question.do, languages)}", style="yellow"))
    return answer


def _review(opened: Opened, asks: Asks) -> Review:
    row = opened.listed
    title = asks("Its title in lists", None, row.title)
    topics = asks("Its topics, with commas between", None, ", ".join(row.topics))
    note = asks("What a listener should know first (nothing: no note)", None, row.note)
    return Review(title, tuple(topics.split(",")), note)


def _text(desk: Desk, opened: Opened, asks: Asks, *, may_be_empty: bool) -> str:
    line, language = desk.line, opened.listed.language
    ready = desk.do(lambda work: reviewing.ready_texts(work, line, language))
    for name, words in ready.items():
        desk.console.print(Text.assemble((f"  {name:9}", "bold"), words), soft_wrap=True)
    nothing = " (nothing: they are not told)" if may_be_empty else ""
    return asks(f"A kind text to its teller, or the name of one of these{nothing}", None, "")


def _prompt(desk: Desk) -> Asks:
    """Ask here. A question that has choices is asked until one of them is given."""

    def prompt(question: str, choices: list[str] | None, otherwise: str) -> str:
        answer = Prompt.ask(
            Text(question, style="bold"),
            console=desk.console,
            choices=choices,
            default=otherwise if otherwise or choices is None else ...,
            show_default=bool(otherwise),
        )
        return str(answer).strip()

    return prompt
