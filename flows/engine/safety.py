"""Obeys the words that stand above every flow. A flow can add to them, and cannot switch them off."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from flows.engine import after_danger, beginning, effects, navigation
from flows.engine.inputs import Heard
from flows.engine.run import Run
from flows.engine.sentences import known, say_date
from flows.engine.step import CONFIRM, Said, answers, ask_again, open_step, walk
from flows.words.folding import clean, fold
from flows.words.keywords import LONGEST_PAUSE, GlobalWord
from flows.words.phrases import ASKS_WHO

ONE_SENTENCE = timedelta(minutes=1)
"""Two texts within this time are looked at together: a sign of danger may be split over them."""

BEFORE, LONGEST_BEFORE = "before", 160


def hear(run: Run, body: str, heard: Heard | None = None) -> GlobalWord | None:
    """What these words mean before the flow is asked; with the words just before them, if it is danger then."""
    extra = run.flow.body.words if run.flow else {}
    if heard is not None and not extra:
        word = heard.word
    else:
        word = run.library.matcher.hear(body, {kind: words.words() for kind, words in extra.items()})
    before = _just_before(run, body, word)
    return (run.library.matcher.danger(f"{before} {body}") if before and word is None else None) or word


def _just_before(run: Run, body: str, word: GlobalWord | None) -> str:
    """What they wrote within the last minute, if it meant nothing by itself; these words take its place."""
    said, at = run.scratch.pop(BEFORE, ("", None))
    if word is None:
        run.scratch[BEFORE] = [clean(body)[-LONGEST_BEFORE:], run.facts.now.isoformat()]
    recent = at is not None and run.facts.now - datetime.fromisoformat(at) <= ONE_SENTENCE
    return str(said) if recent else ""


def obey(run: Run, word: GlobalWord, body: str = "") -> bool:
    """Do what the word wants; `body` is what was written. False if it is the flow's to answer after all."""
    match word.kind:
        case "stop":
            _stop(run, word)
        case "start":
            run.emit(effects.OptIn(run.say("started", word.language)))
            _go_on(run, "opted_in")
        case "help":
            run.say("help", word.language)
            if fold(body) not in ASKS_WHO:
                run.emit(effects.RaiseAlert("help", "help"))
            _go_on(run, "helped")
        case "crisis" if word.watched and run.channel == "sms":
            _keep_quiet(run, word)
        case "crisis":
            run.say("crisis", word.language)
            run.emit(effects.RaiseAlert("crisis", word.rule or "crisis"))
            if word.then is not None:
                _stop(run, word.then)
            else:
                _after_crisis(run, word, body)
        case "maybe_stop":
            return asked_back(run, word, body)
        case "text_only" | "call_only":
            return by_channel(run, word, body)
        case "forget":
            return _forget(run, word)
        case "pause":
            run.emit(effects.PauseFollowUps(word.length))
            run.say("paused", word.language, until=_until(run, word))
            _go_on(run, "paused")
        case "withdraw" if run.line.take_back and not word.code:
            return _leave(run, "take_back")
        case "withdraw":
            if word.code:
                run.emit(effects.WithdrawStory(word.code))
            run.say("withdrawn" if word.code else "withdraw_unknown", word.language)
            _go_on(run, "withdrew")
        case "person":
            return _leave(run, "person")
        case "menu":
            return _leave(run, "menu")
        case "language":
            return _language(run, word)
        case _:
            assert_never(word.kind)
    return True


def forget_answered(run: Run, body: str | None) -> None:
    """The answer to "shall we forget you?": FORGET again or yes; anything else, or silence, keeps everything."""
    before = run.scratch.pop("before_forget", None)
    word = run.library.matcher.hear(body) if body is not None else None
    if word is not None and word.kind == "forget":
        run.emit(effects.Forget())
        run.say("forgotten", word.language)
        run.end("forgotten")
        return
    run.awaiting = before
    if body is not None:
        run.say("forget_kept")
    if before is None:
        run.end("kept")
    ask_again(run, quietly=True)


def _stop(run: Run, word: GlobalWord) -> None:
    """By text it ends the conversation; on a call it ends texts, and the call goes on."""
    run.emit(effects.OptOut(run.say("stopped", word.language)))
    if run.channel == "sms":
        run.end("opted_out")
    else:
        _go_on(run, "opted_out")


def _go_on(run: Run, outcome: str) -> None:
    """Back to the open question; a conversation that had not begun is over with this answer."""
    if run.fresh and run.channel == "sms":
        run.end(outcome)
    else:
        ask_again(run, quietly=run.channel == "sms")


def _keep_quiet(run: Run, word: GlobalWord) -> None:
    """Another reads this phone, and they asked us not to write: a person is told, and nothing of ours comes to it until
    they write again; a text with our name and the crisis number may be what gets them hurt."""
    run.emit(
        effects.SaveConsent("calls", False, ""),
        effects.SaveConsent("texts", False, ""),
        effects.SaveAnswer(REACH_ASKED, True, history=False),
        effects.PauseFollowUps(LONGEST_PAUSE),
        effects.RaiseAlert("crisis", word.rule or "crisis"),
    )
    if run.awaiting not in ("peer", "case"):
        run.end("watched")


def _after_crisis(run: Run, word: GlobalWord, body: str) -> None:
    """The open question stays open. One that had not begun stays at its beginning: the next text starts it."""
    after_danger.heard(run, word.language)
    if run.awaiting == "recording" and run.channel == "sms":
        run.scratch.setdefault("texts", []).append(clean(body))  # what they wrote belongs to their message too
    if run.fresh:
        run.wait = after_danger.WAITS if run.channel == "sms" else None
        run.scratch["waited_after_crisis"] = True
        if run.channel == "voice":
            walk(run, run.step)
    else:
        ask_again(run, quietly=run.channel == "sms")


def _forget(run: Run, word: GlobalWord) -> bool:
    """Asked once, by text only: speech is too easily misheard for this."""
    if run.channel == "voice":
        return False
    run.scratch["before_forget"] = run.awaiting
    run.say("forget_ask", word.language)
    run.await_("confirm_forget", CONFIRM)
    return True


def _leave(run: Run, where: navigation.Way) -> bool:
    """To a person, the menu, or where stories are taken back.

    Texts that were being collected as a message are handed in first.
    """
    if run.awaiting == "peer" and where == "person":
        return True
    run.chosen = True
    run.scratch.pop("before_forget", None)
    if run.fresh:
        beginning.introduce(run)
    if run.scratch.get("texts") and (step := open_step(run)) is not None and step.hand_in(run, where):
        return True
    run.new_question()
    walk(run, navigation.WAYS[where](run))
    return True


def _language(run: Run, word: GlobalWord) -> bool:
    if word.language is None or word.language not in known(run.library, run.line.languages):
        return False
    wanted = next((code for code in run.line.languages if code.split("-")[0] == word.language), word.language)
    if (step := open_step(run)) is not None and step.changes_language:
        return False
    run.change_language(wanted)
    if run.fresh:
        return False
    run.say("language_changed")
    ask_again(run)
    return True


def _until(run: Run, word: GlobalWord) -> str:
    """The day until which follow-ups are paused, in the language of the answer."""
    code = known(run.library, [word.language or run.language, *run.chain(), *run.library.words])[0]
    day = (run.facts.now + word.length).astimezone(ZoneInfo(run.line.time_zone))
    return say_date(run.library.words[code], day)


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
