"""What is said about our texts and calls and is no plain STOP: it may be one, or a wish about the channel."""

from __future__ import annotations

from flows.engine import effects
from flows.engine.run import Run
from flows.engine.step import Said, answers, ask_again, open_step, walk
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
    if _takes_any(run) or answers(run, Said(body)):
        return False
    run.scratch[ASKED] = True
    run.say("maybe_stop", word.language)
    if run.fresh:
        return False
    ask_again(run, quietly=True)
    return True


def by_channel(run: Run, word: GlobalWord, body: str) -> bool:
    """Keep to the channel that is wished for; where that is being asked, it is the answer.

    False: it is part of a message or an answer in free words, or the conversation has yet to begin.
    """
    if run.awaiting in ("peer", "case") or _takes_any(run) or answers(run, Said(body)):
        return False
    step, name = open_step(run), CHOICES[word.kind]
    if step is not None and name in step.menu:
        walk(run, step.choose(run, name))
        return True
    wording = run.say("texts_only" if word.kind == "text_only" else "calls_only", word.language)
    run.emit(
        effects.SaveConsent("calls", word.kind == "call_only", wording),
        effects.SaveConsent("texts", word.kind == "text_only", wording),
        effects.SaveAnswer(REACH_ASKED, True, history=False),
    )
    if run.fresh:
        return False
    ask_again(run, quietly=run.channel == "sms")
    return True


def _takes_any(run: Run) -> bool:
    step = open_step(run)
    return step is not None and step.takes_any()
