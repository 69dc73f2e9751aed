"""The `story` step: other people's stories, heard or read, and handing in one's own.

After a crisis match no story starts by itself: unless the contact asked for it in this very turn, the step leads to
`peer` where the flow has that outcome, else to `none`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flows.engine import effects
from flows.engine.asking import sms_wait, voice_wait
from flows.engine.effects import NoteListen, Say
from flows.engine.inputs import NoStory, StoryFound
from flows.engine.run import Run
from flows.steps import Story
from flows.words.folding import clean
from flows.words.segments import split

PART_SEGMENTS = 3
ONCE_MORE = 5
"""Seconds that are heard again by somebody who comes back to a story, to find their way in."""
WORDS_A_MINUTE = 150
LONGEST_NOTE = 200
LONGEST_TRANSCRIPT = 5000
"""Characters of a story that are sent by text; what is longer is heard on the phone."""


def story(run: Run, step: Story) -> str | None:
    """Choose a story, or hand in the contact's own."""
    if step.story.submit:
        return _submit(run, step, step.story.submit)
    if run.facts.crisis and not run.chosen:
        return run.outcome(step, "peer", "none")
    run.new_question()
    run.scratch["story"] = None
    return choose(run, step)


def choose(run: Run, step: Story) -> str | None:
    """Ask for a story that was not told in this conversation. After one that was taken up again come unheard ones."""
    part = step.story
    topic = run.fill(part.topic).strip() if part.topic else ""
    told = tuple(run.scratch.get("heard", []))
    pick = "unheard" if part.pick == "unfinished" and run.scratch.get("story") else part.pick
    if not run.muted:
        wanted = None if topic in ("", "any") else topic
        run.emit(effects.ChooseStory(wanted, run.language, pick, told, part.kind))
    run.await_("story")
    return None


def found(run: Run, step: Story, what: StoryFound) -> str | None:
    """A story was chosen: its note first, then how long it is, then the story. By text the note stands alone."""
    count = int((run.scratch.get("story") or {}).get("count", 0)) + 1
    run.scratch.setdefault("heard", []).append(what.story)
    if what.language.split("-")[0] != run.language.split("-")[0]:
        words = run.library.words.get(what.language.split("-")[0])
        run.say("story_language", language=words.name if words else what.language)
    note = clean(what.note, LONGEST_NOTE)
    if note:
        run.say("story_note", note=note)
    if step.story.kind == "tip":
        run.emit(NoteListen(what.story, "started"), Say(clean(what.transcript, LONGEST_TRANSCRIPT), what.language))
        run.emit(NoteListen(what.story, "finished"))
        return run.outcome(step, "finished")
    kept: dict[str, Any] = {"id": what.story, "count": count, "language": what.language, "seconds": what.seconds}
    kept["noted"] = bool(note)
    if run.channel == "sms" or not what.seconds:
        kept["parts"] = _parts(run, what)
        kept["part"] = min(round(what.reached * len(kept["parts"])), len(kept["parts"]) - 1)
    else:
        kept["begin"] = max(0, round(what.reached * what.seconds) - ONCE_MORE)
    run.scratch["story"] = kept
    _announce(run, kept)
    if note and run.channel == "sms":
        kept["part"] -= 1
    else:
        tell(run)
    begun(run)
    listen(run, keys=True)
    return None


def none_found(run: Run, step: Story, what: NoStory) -> str | None:
    """No story fits: `none` (in an empty library `nothing_yet`); after one was heard, it is the end of them."""
    if not run.scratch.get("story"):
        return run.outcome(step, *(("nothing_yet", "none") if what.empty else ("none",)))
    run.say("story_no_more")
    return run.outcome(step, "finished")


def tell(run: Run) -> None:
    """The story's sound, its whole words on a call without sound, or the next part by text."""
    kept = run.scratch["story"]
    if run.channel == "voice" and kept["seconds"]:
        kept["from"] = (run.facts.now + _takes(run)).isoformat()
        run.emit(effects.Play(kept["id"], kept["language"], kept["begin"]))
    elif run.channel == "voice":
        run.emit(Say(" ".join(kept["parts"]), kept["language"]))
    else:
        run.emit(Say(kept["parts"][kept["part"]], kept["language"]))


def begun(run: Run, *, over: bool = False) -> None:
    """Note that it is heard. With a content note before it, only once the story itself has begun (or is over)."""
    kept = run.scratch["story"]
    if over or run.channel == "sms":
        waits = run.channel == "sms" and kept["part"] < 0
    else:
        waits = "from" in kept and run.facts.now <= datetime.fromisoformat(kept["from"])
    if "noted" in kept and not (kept["noted"] and waits):
        del kept["noted"]
        run.emit(NoteListen(kept["id"], "started"))


def reached(run: Run) -> float | None:
    """How far the listener has come, 0 to 1: by the clock on a call, by parts in texts. None where that is unknown."""
    kept: dict[str, Any] = run.scratch["story"]
    if run.channel == "sms":
        return float((kept["part"] + 1) / len(kept["parts"]))
    if not kept["seconds"]:
        return None
    played = (run.facts.now - datetime.fromisoformat(kept["from"])).total_seconds()
    return float(min(1.0, max(0.0, (kept["begin"] + max(0.0, played)) / kept["seconds"])))


def listen(run: Run, *, keys: bool) -> None:
    """Stop until they say what next; `keys`: tell them what they can say."""
    if keys:
        run.say("story_keys")
    if run.channel == "voice":
        run.emit(effects.Ask(run.language, voice_wait(run), 1, "", True))
    run.await_("story_keys", sms_wait(run))


def _announce(run: Run, kept: dict[str, Any]) -> None:
    """That it goes on where they stopped, or how long it is. One that is a single text needs no announcement."""
    if kept.get("begin") or kept.get("part"):
        run.say("story_goes_on")
    elif run.channel == "voice" and kept["seconds"]:
        run.say("story_length", minutes=round(kept["seconds"] / 60), seconds=-(-kept["seconds"] // 10) * 10)
    elif run.channel == "sms" and len(kept["parts"]) > 1:
        run.say("story_parts", parts=len(kept["parts"]))


def _takes(run: Run) -> timedelta:
    """How long that is spoken which stands before the story in this turn."""
    words = sum(len(part.text.split()) for part in run.effects if isinstance(part, Say))
    return timedelta(minutes=words / WORDS_A_MINUTE)


def _parts(run: Run, what: StoryFound) -> list[str]:
    """The words in parts that, with what stands beside them in the same text, take three segments each."""
    beside = [run.sentence("story_keys")[0], run.sentence("story_parts", parts=99)[0]]
    words = clean(what.transcript, LONGEST_TRANSCRIPT) or clean(what.title) or "..."
    return split(words, PART_SEGMENTS, "\n".join(beside))


def _submit(run: Run, step: Story, name: str) -> str | None:
    """Hand in the contact's own story. With nothing recorded there is nothing to hand in."""
    value = run.variables.get(name)
    taken = run.recordings.get(name)
    if value is None:
        return run.after(step)
    part = step.story
    if taken:
        run.scratch.setdefault("handed_in", []).append(taken["id"])
    run.emit(
        effects.SaveStory(
            recording=taken["id"] if taken else None,
            words=(taken.get("words") or None) if taken else str(value),
            topic=_filled(run, part.topic),
            credit=_filled(run, part.credit),
            state=part.state,
            language=run.language,
            forget_after=part.forget_after,
        )
    )
    return run.after(step)


def _filled(run: Run, source: str | None) -> str | None:
    return (run.fill(source).strip() or None) if source else None
