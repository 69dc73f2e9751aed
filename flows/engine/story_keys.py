"""What a listener can say while or after a story is told: next, again, another, thanks, a peer, enough, report."""

from __future__ import annotations

from flows.engine import navigation
from flows.engine.answers import Said
from flows.engine.asking import tries_of
from flows.engine.effects import NoteListen
from flows.engine.run import Run
from flows.engine.stories import begun, choose, listen, reached, tell
from flows.model.step import StepShape
from flows.steps import Story
from flows.words.folding import clean, fold

KEYS = {"1": "next", "2": "again", "3": "thanks", "7": "report", "9": "peer"}


def said(run: Run, step: Story, what: Said) -> str | None:
    """Do what the listener wants; None when we go on listening."""
    run.chosen = True
    wish = wish_of(run, what)
    kept = run.scratch["story"]
    begun(run)
    if run.facts.story_gone and wish in ("next", "again"):
        return _gone(run, step)
    if wish == "next" and kept.get("parts") and run.channel == "sms" and kept["part"] + 1 < len(kept["parts"]):
        kept["part"] += 1
        tell(run)
        begun(run)
        listen(run, keys=kept["part"] + 1 == len(kept["parts"]))
        return None
    match wish:
        case "next" | "another":
            return _another(run, step)
        case "again":
            kept["part"], kept["begin"] = 0, 0
            tell(run)
            begun(run)
            listen(run, keys=False)
        case "thanks":
            run.emit(NoteListen(kept["id"], "thanked"))
            run.say("story_thanked")
            listen(run, keys=run.channel == "voice")
        case "peer":
            left(run)
            return run.outcome(step, "peer") if "peer" in step.then else navigation.to_person(run)
        case "report":
            run.emit(NoteListen(kept["id"], "reported"))
            run.say("story_reported")
            return run.outcome(step, "stopped", "finished")
        case "stop_reading":
            return stopped(run, step)
        case _:
            return _not_understood(run, step)
    return None


def silent(run: Run, step: Story) -> str | None:
    """Silence: on a call the story was heard to its end; by text it was, if its last part was sent."""
    kept = run.scratch["story"]
    begun(run, over=True)
    unread = run.channel == "sms" and kept["part"] + 1 < len(kept["parts"])
    if unread:
        return stopped(run, step)
    run.emit(NoteListen(kept["id"], "finished"))
    return run.outcome(step, "finished")


def stopped(run: Run, step: StepShape) -> str:
    """The listener has had enough."""
    left(run)
    return run.outcome(step, "stopped", "finished")


def left(run: Run) -> None:
    """They go before the story is over, if one is told: note how far they have come."""
    kept = run.scratch.get("story")
    if run.awaiting == "story_keys" and kept:
        begun(run)
        run.emit(NoteListen(kept["id"], "stopped", reached(run)))


def _another(run: Run, step: Story) -> str | None:
    """One more, if the step has not told its measure."""
    kept = run.scratch["story"]
    read = run.channel == "sms" and kept["part"] + 1 >= len(kept["parts"])
    run.emit(NoteListen(kept["id"], "finished" if read else "skipped"))
    return _one_more(run, step)


def _gone(run: Run, step: Story) -> str | None:
    """It was taken back while they were in it: not one more word of it is said, and nothing is kept of it."""
    run.scratch["story"]["parts"], run.scratch["story"]["part"] = [""], 0
    run.say("story_gone")
    return _one_more(run, step)


def _one_more(run: Run, step: Story) -> str | None:
    if run.scratch["story"]["count"] >= step.story.max:
        return run.outcome(step, "finished")
    return choose(run, step)


def _not_understood(run: Run, step: Story) -> str | None:
    run.tries += 1
    if run.tries >= tries_of(run, step):
        return stopped(run, step)
    listen(run, keys=True)
    return None


def wish_of(run: Run, what: Said) -> str | None:
    """What the listener wants: by key, or by a word of any language."""
    words = what.words.strip("# ")
    if words in KEYS:
        return KEYS[words]
    return run.library.answers.story.get(fold(clean(words)))
