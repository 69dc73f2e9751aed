"""What somebody says next who was in danger, and was offered a person: a yes to that, or nothing that is an answer.

Their next words are heard as an answer to us first, and only then to the question that stood open before. What nobody
understands is answered once with a kind sentence, and counts as no failed answer; silence ends no call soon.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from flows.engine import navigation
from flows.engine.run import DANGER, Run
from flows.engine.step import Said, answers, ask_again, open_step, walk
from flows.words.folding import fold
from flows.words.keywords import GlobalWord
from flows.words.matching import match_yes_no

WAITS = timedelta(hours=24)
SILENCES = 15
"""How often nothing may come on a call before they are joined with a person: four minutes and more."""


def heard(run: Run, language: str | None) -> None:
    """Danger was heard and answered with the offer of a person; also when it is said again.

    Kept are the language that it was told in, whether a person was just offered, whether the kind sentence was said,
    and how often nothing came on a call.
    """
    if run.awaiting not in ("peer", "case"):
        run.scratch[DANGER] = {"language": language, "offered": True, "told": False, "silences": 0}


def take_offer(run: Run) -> bool:
    """Whether a person was offered with what we said last. From now on it is the flow's turn again."""
    state = _state(run)
    return bool(state) and bool(state.pop("offered", False))


def meant(run: Run, body: str, word: GlobalWord | None) -> GlobalWord | None:
    """What their next words mean: a yes is one to the person; "no more" may be a cry, and is asked back."""
    if word is None and _yes_no(run, body) is True:
        return GlobalWord("person")
    vague = word is not None and word.kind == "stop" and word.rule == "vague"
    return replace(word, kind="maybe_stop", rule=None) if word is not None and vague else word


def answered(run: Run, body: str, *, offered: bool) -> bool:
    """Once, a kind sentence to a no, to a picture, and to what the open question does not understand.

    False: it was said, or this is the flow's to answer.
    """
    state = _state(run)
    if not state or state["told"] or run.awaiting in ("peer", "case", "confirm_forget"):
        return False
    refused = offered and _yes_no(run, body) is False
    if not (refused or not any(map(str.isalnum, fold(body))) or _left_open(run, body, offered=offered)):
        return False
    _tell(run, state)
    ask_again(run, quietly=run.channel == "sms")
    return True


def reminded(run: Run) -> bool:
    """By text nothing came for a while: the kind sentence instead of the question, if it was not said."""
    state = _state(run)
    if not state or state["told"]:
        return False
    _tell(run, state)
    ask_again(run, quietly=True)
    return True


def waits_on(run: Run) -> bool:
    """On a call nothing came: we stay, and after a long time look for a person. Nobody is hung up on."""
    state = _state(run)
    if not state or run.awaiting in (None, "peer", "case"):
        return False
    state["silences"] += 1
    if state["silences"] > SILENCES:
        run.scratch.pop(DANGER)
        run.new_question()
        walk(run, navigation.to_person(run))
        return True
    if not state["told"]:
        _tell(run, state)
    ask_again(run)
    return True


def _tell(run: Run, state: dict[str, Any]) -> None:
    run.say("after_danger", state["language"])
    state["told"] = state["offered"] = True
    if run.fresh:
        run.wait = WAITS


def _left_open(run: Run, body: str, *, offered: bool) -> bool:
    """Whether nothing that is open understands these words, nor are they a keyword of the line."""
    if run.library.keyword(run.line.key, body) is not None:
        return False
    if run.fresh:
        return offered
    step = open_step(run)
    asks = run.awaiting == "story_keys" or (step is not None and step.is_question)
    return asks and not answers(run, Said(body))


def _yes_no(run: Run, body: str) -> bool | None:
    """A number is neither: it answers what was asked before."""
    return None if any(map(str.isdigit, body)) else match_yes_no(body, run.library.answers)


def _state(run: Run) -> dict[str, Any]:
    return run.scratch.get(DANGER) or {}
