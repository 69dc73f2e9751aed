"""The `story` step: other people's stories, heard or read, and handing in one's own.

After a crisis match no story starts by itself: unless the contact asked for it in this very turn, the step leads to
`peer` where the flow has that outcome, else to `none`.
"""

from __future__ import annotations

from typing import Any

from flows import effects
from flows.effects import NoteListen, Say
from flows.engine.asking import sms_wait, voice_wait
from flows.engine.run import Run
from flows.folding import clean
from flows.inputs import StoryFound
from flows.segments import split
from flows.steps import Story

PART_SEGMENTS = 3
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
    """Ask for a story that was not told in this conversation."""
    topic = run.fill(step.story.topic).strip() if step.story.topic else ""
    told = tuple(run.scratch.get("heard", []))
    if not run.muted:
        wanted = None if topic in ("", "any") else topic
        run.emit(effects.ChooseStory(wanted, run.language, step.story.pick, told))
    run.await_("story")
    return None


def found(run: Run, step: Story, what: StoryFound) -> str | None:
    """A story was chosen: its note first, then the story."""
    count = int((run.scratch.get("story") or {}).get("count", 0)) + 1
    run.scratch.setdefault("heard", []).append(what.story)
    run.emit(NoteListen(what.story, "started"))
    if what.language.split("-")[0] != run.language.split("-")[0]:
        words = run.library.words.get(what.language.split("-")[0])
        run.say("story_language", language=words.name if words else what.language)
    if note := clean(what.note, LONGEST_NOTE):
        run.say("story_note", note=note)
    kept: dict[str, Any] = {"id": what.story, "count": count, "language": what.language, "seconds": what.seconds}
    if run.channel == "sms" or not what.seconds:
        kept["parts"] = _parts(run, what)
        kept["part"] = 0
    run.scratch["story"] = kept
    tell(run)
    listen(run, keys=True)
    return None


def none_found(run: Run, step: Story) -> str | None:
    """No story fits: `none` at first; after one was heard, it is the end of them."""
    if not run.scratch.get("story"):
        return run.outcome(step, "none")
    run.say("story_no_more")
    return run.outcome(step, "finished")


def tell(run: Run) -> None:
    """The story's sound, its whole words on a call without sound, or the next part by text."""
    kept = run.scratch["story"]
    if run.channel == "voice" and kept["seconds"]:
        run.emit(effects.Play(kept["id"], kept["language"]))
    elif run.channel == "voice":
        run.emit(Say(" ".join(kept["parts"]), kept["language"]))
    else:
        run.emit(Say(kept["parts"][kept["part"]], kept["language"]))


def listen(run: Run, *, keys: bool) -> None:
    """Stop until they say what next; `keys`: tell them what they can say."""
    if keys:
        run.say("story_keys")
    if run.channel == "voice":
        run.emit(effects.Ask(run.language, voice_wait(run), 1, "", True))
    run.await_("story_keys", sms_wait(run))


def _parts(run: Run, what: StoryFound) -> list[str]:
    """The words in parts that, with what stands beside them in the same text, take three segments each."""
    beside = [run.sentence("story_keys")[0]]
    if note := clean(what.note, LONGEST_NOTE):
        beside.append(run.sentence("story_note", note=note)[0])
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
            words=None if taken else str(value),
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
