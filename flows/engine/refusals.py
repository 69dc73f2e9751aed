"""What is said about our texts and calls and is no plain STOP: it may be one, or a wish about the channel."""

from __future__ import annotations

from flows.engine import asking, effects, story_keys
from flows.engine.answers import Said, understand
from flows.engine.prompting import prompt_again
from flows.engine.run import Run
from flows.engine.walking import walk
from flows.steps import Ask, Record
from flows.words.keywords import GlobalWord

ASKED = "asked_back"
CHOICES = {"text_only": "text", "call_only": "call"}
"""The choice of a question that such a wish answers, if it has one of that name."""

REACH_ASKED = "preferences_asked"
"""The variable by which flows and services know that somebody has said how we may reach them."""


def asked_back(run: Run, word: GlobalWord, body: str) -> bool:
    """Ask once whether we shall stop. False: it is the open question's, somebody is reading along, or we have asked; or
    a conversation begins with it, and goes on after our question."""
    if run.channel == "voice" or run.awaiting in ("peer", "case") or run.scratch.get(ASKED):
        return False
    if _takes_any(run) or answers(run, body):
        return False
    run.scratch[ASKED] = True
    run.say("maybe_stop", word.language)
    if run.fresh:
        return False
    prompt_again(run, quietly=True)
    return True


def by_channel(run: Run, word: GlobalWord, body: str) -> bool:
    """Keep to the channel that is wished for; where that is being asked, it is the answer.

    False: it is part of a message or an answer in free words, or the conversation has yet to begin.
    """
    if run.awaiting in ("peer", "case") or _takes_any(run) or answers(run, body):
        return False
    step = run.now_step if run.awaiting == "answer" else None
    name = CHOICES[word.kind]
    if isinstance(step, Ask) and name in (step.choices or {}):
        walk(run, asking.chosen(run, step, name))
        return True
    wording = run.say("texts_only" if word.kind == "text_only" else "calls_only", word.language)
    run.emit(
        effects.SaveConsent("calls", word.kind == "call_only", wording),
        effects.SaveConsent("texts", word.kind == "text_only", wording),
        effects.SaveAnswer(REACH_ASKED, True, history=False),
    )
    if run.fresh:
        return False
    prompt_again(run, quietly=run.channel == "sms")
    return True


def _takes_any(run: Run) -> bool:
    step = run.now_step if run.awaiting in ("answer", "recording") else None
    return isinstance(step, Record) or (isinstance(step, Ask) and step.text is not None)


def answers(run: Run, body: str) -> bool:
    """Whether the open question understands these words as its answer."""
    if run.awaiting == "story_keys":
        return story_keys.wish_of(run, Said(body)) is not None
    step = run.now_step if run.awaiting == "answer" else None
    return isinstance(step, Ask) and understand(run, step, Said(body), confirm="confirm" in run.scratch) is not None
